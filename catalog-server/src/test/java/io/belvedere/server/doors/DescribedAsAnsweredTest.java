package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.UnplannedPlans;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ViewReference;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.DescribingInParts;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.server.ServerError;
import io.belvedere.server.identity.Standing;
import io.belvedere.server.pipeline.ExportLimits;
import io.belvedere.server.pipeline.Pressure;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RateLimits;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.Walk;
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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is listed can be asked, what is described can be asked, and what would be answered as absent is neither. */
class DescribedAsAnsweredTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    /** The class {@code pii.pin} and the domain {@code hr} are hidden from the reader. */
    @Test
    void aViewIsListedWhereAQueryFindsItAndNowhereElse() throws Exception {
        Catalog catalog = catalog();
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
                        new AuditSettings(folder.resolve("audit"), "belvedere.local", "n1", "test", clock, Map.of()),
                        Duration.ofSeconds(60));
                RunningQueries queries = new RunningQueries(limits(), Pressure.NONE, clock);
                DescribingInParts policy = new DescribingInParts(WasmPolicyGate.open(Optional.of(policy())))) {
            QueryPipeline pipeline =
                    new QueryPipeline(() -> catalog, policy, "test", audit, walk, queries, QueryObserver.NONE, clock);
            assertThat(agreed(pipeline, catalog, "reader"))
                    .containsExactly("crm.deep_open", "crm.open", "crm.over_open", "crm.people", "crm.secrets");
            assertThat(agreed(pipeline, catalog, "all"))
                    .containsExactlyElementsOf(new TreeSet<>(catalog.views().stream()
                            .map(view -> view.id().name().toString())
                            .toList()));
            assertThat(agreed(pipeline, catalog, "contracts")).contains("crm.people", "crm.over_open");
            assertThat(agreed(pipeline, catalog, "stranger")).isEmpty();
        }
    }

    /** The views that are listed; each way to ask about each view must say the same. */
    private Set<String> agreed(QueryPipeline pipeline, Catalog catalog, String role) {
        QueryIds ids = new QueryIds(Clock.systemUTC(), new SecureRandom());
        Caller caller = new Caller("test", role, role, Caller.Kind.HUMAN, Set.of(role), Map.of());
        Set<String> listed = new TreeSet<>();
        pipeline.describe(request(ids, caller))
                .forEach(contract -> listed.add(contract.view().id().name().toString()));
        catalog.views().forEach(view -> {
            String name = view.id().name().toString();
            assertThat(described(pipeline, request(ids, caller), name))
                    .as("%s describes %s", role, name)
                    .isEqualTo(listed.contains(name));
            assertThat(found(pipeline, request(ids, caller), name))
                    .as("%s asks %s", role, name)
                    .isEqualTo(listed.contains(name));
        });
        return listed;
    }

    private static boolean described(QueryPipeline pipeline, Request request, String name) {
        try {
            return pipeline.describe(request, ViewReference.parse(name))
                            .versions()
                            .size()
                    == 1;
        } catch (BelvedereException refused) {
            assertThat(refused.code()).isEqualTo(FederationError.VIEW_NOT_FOUND);
            return false;
        }
    }

    private static boolean found(QueryPipeline pipeline, Request request, String name) {
        try {
            pipeline.explain(
                    request,
                    new Asked.Plan(
                            new QueryText("SELECT * FROM \"" + name.replace(".", "\".\"") + "\"", List.of()),
                            Asked.Run.NO,
                            Asked.Form.TEXT));
            return true;
        } catch (BelvedereException refused) {
            // Who may know a view and not read it is told so.
            assertThat(refused.code()).isIn(FederationError.VIEW_NOT_FOUND, ServerError.FORBIDDEN);
            return refused.code() == ServerError.FORBIDDEN;
        }
    }

    private Catalog catalog() throws IOException {
        Files.createDirectories(folder.resolve("sources"));
        Files.createDirectories(folder.resolve("views"));
        Files.writeString(folder.resolve("sources/db.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: db}
                spec:
                  kind: postgresql
                  connection: {host: 127.0.0.1, port: 1, database: crm, user: reader, password: "${env:CRM_PASSWORD}", tls: disabled}
                  tables:
                    - name: people
                      columns:
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: pin, type: bigint, required: true}
                """);
        view("crm.people", "SELECT id, pin FROM db.people", Set.of(), "id", "pin/pii.pin");
        view("crm.secrets", "SELECT id, pin AS code FROM db.people", Set.of(), "id", "code/pii.pin");
        view("crm.open", "SELECT id, id AS n FROM db.people", Set.of(), "id", "n");
        view("crm.over_open", "SELECT id, id AS n FROM crm.people", Set.of(), "id", "n");
        view("crm.deep_open", "SELECT id, n FROM crm.over_open", Set.of(), "id", "n");
        view("crm.over_pin", "SELECT id, pin AS n FROM crm.people", Set.of("n"), "id", "n");
        view("crm.where_pin", "SELECT id, id AS n FROM crm.people WHERE pin > 0", Set.of(), "id", "n");
        view("crm.deep_pin", "SELECT id, n FROM crm.over_pin", Set.of(), "id", "n");
        view("crm.over_secrets", "SELECT code AS id, code AS n FROM crm.secrets", Set.of("id", "n"), "id", "n");
        view("hr.staff", "SELECT id, id AS n FROM db.people", Set.of(), "id", "n");
        view("crm.over_hr", "SELECT id, n FROM hr.staff", Set.of(), "id", "n");
        Catalog read = new CatalogLoader(Variables.of(Map.of("CRM_PASSWORD", "x")))
                .load(folder)
                .catalog();
        ViewCompiler.Compiled compiled = new ViewCompiler().compile(read);
        assertThat(compiled.problems()).isEmpty();
        assertThat(compiled.usable().views()).hasSize(11);
        return compiled.usable();
    }

    /** @param declassified the columns that do without their class; {@code columns} are each {@code name} or {@code name/class} */
    private void view(String name, String query, Set<String> declassified, String... columns) throws IOException {
        StringBuilder file = new StringBuilder("apiVersion: belvedere.io/v1\nkind: View\nmetadata: {name: " + name
                + ", version: 1.0.0, title: A view, owner: crm-team}\nspec:\n  query: " + query + "\n  columns:\n");
        for (String column : columns) {
            String[] parts = column.split("/", 2);
            file.append("    - {name: ").append(parts[0]).append(", type: bigint");
            file.append(parts.length > 1 ? ", classification: [" + parts[1] + "]}\n" : "}\n");
        }
        if (!declassified.isEmpty()) {
            file.append("  declassify:\n");
        }
        for (String column : new TreeSet<>(declassified)) {
            file.append("    - {column: ").append(column);
            file.append(", classification: pii.pin, reason: For the test., approvedBy: privacy-office}\n");
        }
        Files.writeString(folder.resolve("views").resolve(name + ".yaml"), file);
    }

    private Path policy() throws IOException {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(policy.resolve("data.json"), """
                {"belvedere": {"revision": "1", "roles": {
                  "reader": {"access": "rows", "rows": "all", "maxRows": 9, "domains": ["crm"]},
                  "all": {"access": "rows", "rows": "all", "maxRows": 9, "masks": {"pii.pin": {"mask": "none"}}},
                  "contracts": {"access": "contract", "masks": {"pii.pin": {"mask": "null"}}}}}}
                """);
        return policy;
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
                LONG,
                LONG,
                LONG,
                LONG,
                10,
                LONG,
                new ExportLimits(4, 4, 4, LONG, LONG, LONG, 1_000, 1_000_000),
                RateLimits.NONE);
    }
}
