package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.federation.plan.UnplannedPlans;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Decision;
import io.belvedere.policy.OpaAddress;
import io.belvedere.policy.OpaServerGate;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.identity.Standing;
import io.belvedere.server.pipeline.ExportLimits;
import io.belvedere.server.pipeline.Pressure;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RateLimits;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.RunningQuery;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.testkit.OpaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One query is one question to policy, in either engine, however many views and columns it touches and however often. */
class OnePolicyCallTest {
    private static final int VIEWS = 8;
    private static final int COLUMNS = 30;

    @TempDir
    Path folder;

    @Test
    void theEmbeddedPolicyIsAskedOnceAQuery() throws Exception {
        try (PolicyGate gate = WasmPolicyGate.open(Optional.of(policy()))) {
            assertAskedOnce(gate);
        }
    }

    @Test
    void anOpaServerIsAskedOnceAQuery() throws Exception {
        try (OpaServer opa = OpaServer.start(
                        Path.of("..", "policy", "src", "main", "rego").toString(),
                        policy().resolve("data.json").toString());
                PolicyGate gate = OpaServerGate.open(new OpaAddress(opa.address(), Optional.empty()))) {
            assertAskedOnce(gate);
        }
    }

    private void assertAskedOnce(PolicyGate gate) throws IOException {
        Catalog catalog = catalog();
        FakeRows.next = new Behaviour.Give(1);
        Counting counting = new Counting(gate);
        Clock clock = Clock.systemUTC();
        Weaver weaver = new Weaver();
        Walk walk = new Walk(
                new QueryResolver(clock)::resolve,
                weaver::describe,
                weaver::weave,
                (query, _) -> UnplannedPlans.of(query),
                (query, decision, atHand) -> UnplannedPlans.of(weaver.weave(query, decision, atHand)),
                (plan, _, context) -> FakeRows.open(plan, context));
        try (FileAuditLog audit = FileAuditLog.open(
                        new AuditSettings(
                                Files.createTempDirectory(folder, "audit"),
                                "belvedere.local",
                                "n1",
                                "test",
                                clock,
                                Map.of()),
                        Duration.ofSeconds(60));
                RunningQueries queries = new RunningQueries(limits(), Pressure.NONE, clock);
                RecentDecisions recent = new RecentDecisions(counting)) {
            QueryPipeline pipeline =
                    new QueryPipeline(() -> catalog, recent, "test", audit, walk, queries, QueryObserver.NONE, clock);
            QueryIds ids = new QueryIds(clock, new SecureRandom());
            int number = 0;
            for (String sql : queries()) {
                // Another caller each time, so that no answer was kept.
                Caller caller = new Caller(
                        "test", "caller-" + number++, "somebody", Caller.Kind.HUMAN, Set.of("reader"), Map.of());
                int before = counting.asked.get();
                pipeline.query(request(ids, caller), new QueryText(sql, List.of()), new Sink());
                assertThat(counting.asked.get() - before).as(sql).isEqualTo(1);
                pipeline.explainPolicy(request(ids, caller), new QueryText(sql, List.of()));
                assertThat(counting.asked.get() - before)
                        .as("to explain %s", sql)
                        .isEqualTo(2);
            }
            assertThat(counting.viewsMax).isEqualTo(VIEWS + 1);
            assertThat(counting.columnsMax).isEqualTo((VIEWS + 1) * COLUMNS);
        }
    }

    private static List<String> queries() {
        String every = IntStream.range(1, VIEWS)
                .mapToObj(i -> " JOIN crm.v" + i + " ON v" + i + ".c0 = v0.c0")
                .collect(Collectors.joining());
        return List.of(
                "SELECT c0 FROM crm.v0",
                "SELECT * FROM crm.v0",
                "SELECT a.c0 FROM crm.v0 a JOIN crm.v0 b ON a.c0 = b.c0 JOIN crm.v0 c ON c.c0 = b.c0",
                "SELECT c0 FROM crm.over_all",
                "SELECT v0.c1 FROM crm.v0" + every,
                "WITH w AS (SELECT c0 FROM crm.v1) SELECT c0 FROM w WHERE c0 IN (SELECT c0 FROM crm.v2)"
                        + " UNION ALL SELECT (SELECT MAX(c0) FROM crm.v3) FROM crm.v4"
                        + " WHERE EXISTS (SELECT 1 FROM crm.v5 WHERE v5.c0 = v4.c0)");
    }

    private Path policy() throws IOException {
        Path policy = Files.createTempDirectory(folder, "policy");
        Files.writeString(
                policy.resolve("data.json"),
                "{\"belvedere\": {\"revision\": \"1\", \"roles\": {\"reader\": {\"access\": \"rows\", \"rows\": \"all\", \"maxRows\": 9}}}}");
        return policy;
    }

    /** Views of many columns over one table, and one over all of them. */
    private Catalog catalog() throws IOException {
        Path root = Files.createTempDirectory(folder, "catalog");
        Files.createDirectories(root.resolve("sources"));
        Files.writeString(root.resolve("sources/crm.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: crm}
                spec:
                  kind: postgresql
                  connection: {host: 127.0.0.1, port: 1, database: crm, user: reader, password: "${env:CRM_PASSWORD}", tls: disabled}
                  tables:
                    - name: customers
                      columns: [{name: id, type: bigint, required: true, key: true}]
                """);
        for (int i = 0; i < VIEWS; i++) {
            view(root, "v" + i, "id", "crm.customers");
        }
        view(
                root,
                "over_all",
                "v0.c0",
                "crm.v0"
                        + IntStream.range(1, VIEWS)
                                .mapToObj(i -> " JOIN crm.v" + i + " ON v" + i + ".c0 = v0.c0")
                                .collect(Collectors.joining()));
        Catalog read = new CatalogLoader(Variables.of(Map.of("CRM_PASSWORD", "x")))
                .load(root)
                .catalog();
        Catalog usable = new ViewCompiler().usable(read);
        assertThat(usable.views()).hasSize(VIEWS + 1);
        return usable;
    }

    private static void view(Path root, String name, String value, String from) throws IOException {
        String columns = IntStream.range(0, COLUMNS)
                .mapToObj(i -> "    - {name: c" + i + ", type: bigint}\n")
                .collect(Collectors.joining());
        String values =
                IntStream.range(0, COLUMNS).mapToObj(i -> value + " AS c" + i).collect(Collectors.joining(", "));
        Path file = Files.createDirectories(root.resolve("views")).resolve(name + ".yaml");
        Files.writeString(
                file,
                "apiVersion: belvedere.io/v1\nkind: View\n"
                        + "metadata: {name: crm." + name + ", version: 1.0.0, title: A view, owner: crm-team}\n"
                        + "spec:\n  query: SELECT " + values + " FROM " + from + "\n  columns:\n" + columns);
    }

    private static Request request(QueryIds ids, Caller caller) {
        return new Request(
                ids.next(),
                caller,
                Standing.LASTING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Protocol.REST,
                Optional.empty(),
                Optional.empty());
    }

    private static QueryLimits limits() {
        return new QueryLimits(
                8,
                8,
                8,
                8,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                10,
                Duration.ofMinutes(5),
                new ExportLimits(
                        4,
                        4,
                        4,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5),
                        1_000,
                        1_000_000),
                RateLimits.NONE);
    }

    /** Counts the questions, and how much the largest of them was about. */
    private static final class Counting implements PolicyGate {
        private final PolicyGate gate;
        private final AtomicInteger asked = new AtomicInteger();
        private int viewsMax;
        private int columnsMax;

        Counting(PolicyGate gate) {
            this.gate = gate;
        }

        @Override
        public Decision decide(PolicyRequest request) {
            asked.incrementAndGet();
            viewsMax = Math.max(viewsMax, request.views().size());
            columnsMax = Math.max(
                    columnsMax,
                    request.views().stream()
                            .mapToInt(view -> view.columns().size())
                            .sum());
            return gate.decide(request);
        }

        @Override
        public String revision() {
            return gate.revision();
        }

        @Override
        public Optional<BelvedereException> problem() {
            return gate.problem();
        }

        @Override
        public void close() {
            // The test closes the gate behind.
        }
    }

    /** Takes everything. */
    private static final class Sink implements ResultSink {
        @Override
        public void watch(RunningQuery query) {}

        @Override
        public void begin(Head head) {}

        @Override
        public void write(VectorSchemaRoot batch) {}

        @Override
        public void end(ResultEnd end) {
            assertThat(end.status()).isEqualTo(ResultEnd.Status.COMPLETE);
        }

        @Override
        public boolean committed() {
            return false;
        }

        @Override
        public long bytes() {
            return 0;
        }
    }
}
