package io.belvedere.server.doors;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.AuditTicket;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.audit.Receipt;
import io.belvedere.audit.ServerStart;
import io.belvedere.federation.plan.UnplannedPlans;
import io.belvedere.federation.sql.Asked;
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
import io.belvedere.policy.KeptGates;
import io.belvedere.policy.PolicyError;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline with the shipped policy, the real resolver, weaver and log, and rows out of nothing. What happens is written down in order, and
 * the clock stands until it is moved.
 */
final class GuardedWalk implements AutoCloseable {
    static final Instant BEGIN = Instant.parse("2026-11-23T12:00:00Z");
    static final String LENT_UNTIL = "2026-11-23T13:00:00Z";
    private static final String READER = """
                "reader": {"access": "rows", "domains": ["crm"], "rows": "all",
                  "masks": {"pii.email": {"mask": "email"}, "secret.code": {"mask": "hidden"}}, "maxRows": 4},
            """;
    private static final String NO_READER = """
                "reader": {"access": "contract", "domains": ["crm"], "masks": {}},
            """;
    private static final String DATA = """
            {"belvedere": {"revision": "%s",
              "grants": [{"who": {"issuer": "test", "subject": "greta"}, "what": {"role": "steward"}, "from": "2026-11-01T00:00:00Z", "until": "%s", "reason": "a test"},
                {"who": {"issuer": "test", "subject": "fred"}, "what": {"role": "reader"}, "from": "2026-11-23T12:00:03Z", "until": "2026-11-23T12:30:00Z", "reason": "a test"}],
              "roles": {
            """ + READER + """
                "steward": {"access": "rows", "domains": ["crm"], "rows": "all",
                  "masks": {"pii.email": {"mask": "none"}, "secret.code": {"mask": "none"}}, "maxRows": 1200,
                  "detail": {"query": "full", "explain": "full", "monitor": "full", "cancel": "full"}},
                "auditor": {"access": "contract", "domains": ["crm"], "masks": {"pii.email": {"mask": "null"}}},
                "billing": {"access": "rows", "domains": ["crm"], "rows": "all", "purposes": ["billing"],
                  "masks": {"pii.email": {"mask": "none"}}, "maxRows": 100},
                "nurse": {"access": "contract", "domains": ["crm"], "masks": {}, "breakGlass": "emergency"},
                "emergency": {"access": "rows", "domains": ["crm"], "rows": "all", "masks": {"pii.email": {"mask": "none"}}, "maxRows": 100}
              }}}
            """;

    final List<String> trail = new ArrayList<>();
    private final Path folder;
    private final MovedClock clock = new MovedClock();
    private PolicyGate gate = policy("1", DATA);
    private final RecentDecisions recent;
    private final RunningQueries queries;
    private final RecordingAudit audit;
    private final QueryPipeline pipeline;
    private final QueryIds ids = new QueryIds(Clock.systemUTC(), new SecureRandom());
    private boolean policyIsDown;
    private Runnable whileResolving = () -> {};
    private Runnable whilePlanning = () -> {};

    private static void everythingWorks() {
        FakeRows.next = new FakeRows.Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
    }

    GuardedWalk(Path folder) throws IOException {
        this.folder = folder;
        everythingWorks();
        Catalog catalog = catalog();
        recent = new RecentDecisions(new Questions());
        audit = RecordingAudit.over(
                new AuditSettings(folder.resolve("audit"), "test", "n1", "test", Clock.systemUTC(), Map.of()));
        queries = new RunningQueries(limits(), Pressure.NONE, clock);
        Weaver weaver = new Weaver();
        QueryResolver resolver = new QueryResolver(clock);
        Walk walk = new Walk(
                (text, known) -> {
                    whileResolving.run();
                    return resolver.resolve(text, known);
                },
                weaver::describe,
                weaver::weave,
                (query, _) -> {
                    whilePlanning.run();
                    return UnplannedPlans.of(query);
                },
                (query, decision, atHand) -> {
                    whilePlanning.run();
                    trail.add("plan");
                    return UnplannedPlans.of(weaver.weave(query, decision, atHand));
                },
                (plan, _, context) -> {
                    trail.add("source");
                    return FakeRows.open(plan, context);
                });
        pipeline = new QueryPipeline(
                () -> catalog, recent, "test", new Recorded(audit, trail), walk, queries, QueryObserver.NONE, clock);
    }

    QueryPipeline pipeline() {
        return pipeline;
    }

    static Caller caller(String subject, String... roles) {
        return new Caller("test", subject, subject, Caller.Kind.HUMAN, Set.of(roles), Map.of());
    }

    Request request(Caller caller, Optional<String> purpose, Optional<String> breakGlass) {
        return new Request(
                ids.next(),
                caller,
                Standing.LASTING,
                purpose,
                breakGlass,
                Optional.empty(),
                Protocol.REST,
                Optional.empty(),
                Optional.empty());
    }

    Request request(Caller caller) {
        return request(caller, Optional.empty(), Optional.empty());
    }

    /** Asks for everything that the caller may see of the customers, and keeps what comes. */
    Got ask(Caller caller) {
        return ask(request(caller), "SELECT * FROM crm.customers");
    }

    Got ask(Request request, String sql) {
        return ask(request, sql, () -> {});
    }

    /** As {@link #ask(Request, String)}; something happens while each batch is written. */
    Got ask(Request request, String sql, Runnable onBatch) {
        Got got = new Got(trail, onBatch);
        pipeline.query(request, new QueryText(sql, List.of()), got);
        return got;
    }

    /** A plan as lines: one of its shape, and one more where the rest is told. */
    Got lines(Request request, Asked.Plan asked) {
        Got got = new Got(trail, () -> {});
        pipeline.explain(
                request,
                asked,
                explanation -> explanation.plan().full().isPresent() ? List.of("shape", "rest") : List.of("shape"),
                got);
        return got;
    }

    /** The policy from now on, whose data say another revision. */
    void publish(String revision) {
        gate = policy(revision, DATA);
    }

    /** The same, in which readers see the contract only. */
    void publishWithoutReaders(String revision) {
        gate = policy(revision, DATA.replace(READER, NO_READER));
    }

    void policyGoesDown() {
        policyIsDown = true;
    }

    void moveClock(Duration step) {
        clock.step(step);
    }

    void whileResolving(Runnable happens) {
        whileResolving = happens;
    }

    void whilePlanning(Runnable happens) {
        whilePlanning = happens;
    }

    private static PolicyGate policy(String revision, String data) {
        return KeptGates.of(data.formatted(revision, LENT_UNTIL));
    }

    private Catalog catalog() throws IOException {
        Path root = folder.resolve("catalog");
        Files.createDirectories(root.resolve("sources"));
        Files.createDirectories(root.resolve("views"));
        String columns = """
                    - {name: id, type: bigint, required: true, key: true}
                    - {name: email, type: varchar, classification: [pii.email]}
                    - {name: code, type: varchar, classification: [secret.code]}
                """;
        Files.writeString(root.resolve("sources/raw.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: raw}
                spec:
                  kind: postgresql
                  connection: {host: 127.0.0.1, port: 1, database: crm, user: reader, password: "${env:PASSWORD}", tls: disabled}
                  tables:
                    - name: customers
                      columns:
                """ + columns.indent(4));
        for (String name : List.of("crm.customers", "vault.customers")) {
            Files.writeString(root.resolve("views/" + name + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: View
                    metadata: {name: %s, version: 1.0.0, title: Customers, owner: crm-team}
                    spec:
                      query: SELECT id, email, code FROM raw.customers
                      columns:
                    """.formatted(name) + columns);
        }
        Catalog usable = new ViewCompiler()
                .usable(new CatalogLoader(Variables.of(Map.of("PASSWORD", "x")))
                        .load(root)
                        .catalog());
        if (usable.views().size() != 2) {
            throw new IllegalStateException("the catalog of the test is broken");
        }
        return usable;
    }

    private static QueryLimits limits() {
        Duration patience = Duration.ofMinutes(5);
        return new QueryLimits(
                8,
                8,
                8,
                8,
                Duration.ofSeconds(10),
                patience,
                patience,
                patience,
                10,
                patience,
                new ExportLimits(4, 4, 4, patience, patience, patience, 1_000, 1_000_000),
                RateLimits.NONE);
    }

    @Override
    public void close() {
        queries.close();
        recent.close();
        audit.close();
    }

    /** Writes down each question; or does not answer. */
    private final class Questions implements PolicyGate {
        @Override
        public Decision decide(PolicyRequest request) {
            trail.add("decide");
            if (policyIsDown) {
                throw PolicyError.POLICY_UNAVAILABLE.error("Policy does not answer.");
            }
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
            // The gate behind is kept for others.
        }
    }

    /** What a door gets. */
    static final class Got implements ResultSink {
        private final List<String> trail;
        private final Runnable onBatch;
        private List<String> columns = List.of();
        private long rows;
        private @Nullable ResultEnd end;

        private Got(List<String> trail, Runnable onBatch) {
            this.trail = trail;
            this.onBatch = onBatch;
        }

        List<String> columns() {
            return columns;
        }

        long rows() {
            return rows;
        }

        Optional<ResultEnd> end() {
            return Optional.ofNullable(end);
        }

        boolean isComplete() {
            return end().filter(each -> each.status() == ResultEnd.Status.COMPLETE)
                    .isPresent();
        }

        @Override
        public void watch(RunningQuery query) {
            // Nobody goes away.
        }

        @Override
        public void begin(Head head) {
            columns = head.columns().stream().map(column -> column.name()).toList();
        }

        @Override
        public void write(VectorSchemaRoot batch) {
            trail.add("rows");
            rows += batch.getRowCount();
            onBatch.run();
        }

        @Override
        public void end(ResultEnd given) {
            trail.add("end");
            end = given;
        }

        @Override
        public boolean committed() {
            return rows > 0;
        }

        @Override
        public long bytes() {
            return rows;
        }
    }

    /** Writes down when records are made. */
    private record Recorded(AuditLog log, List<String> trail) implements AuditLog {
        @Override
        public AuditTicket open(DecisionRecord decision) {
            var ticket = log.open(decision);
            trail.add("decision recorded");
            return ticket;
        }

        @Override
        public Receipt close(AuditTicket ticket, OutcomeRecord outcome) {
            var receipt = log.close(ticket, outcome);
            trail.add("outcome recorded");
            return receipt;
        }

        @Override
        public Receipt refuse(DecisionRecord decision, OutcomeRecord outcome) {
            var receipt = log.refuse(decision, outcome);
            trail.add("refusal recorded");
            return receipt;
        }

        @Override
        public Receipt note(AdminRecord event) {
            return log.note(event);
        }

        @Override
        public boolean available() {
            return log.available();
        }

        @Override
        public String origin() {
            return log.origin();
        }

        @Override
        public ServerStart start() {
            return log.start();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    /** Stands still between steps. */
    private static final class MovedClock extends Clock {
        private volatile Instant now = BEGIN;

        void step(Duration step) {
            now = now.plus(step);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }
    }
}
