package io.belvedere.server.caches;

import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.model.access.Caller;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.KeptGates;
import io.belvedere.policy.PolicyGate;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Two databases, two catalogs over them, two policies, and callers who are told different things of the same rows. */
final class StormWorld {
    static final String SECRET = "STORM";

    /** Who asks. The last three are one person, whose role changes. */
    static final List<Caller> CALLERS = List.of(
            caller("ana", Map.of("region", "EU"), "analyst"),
            caller("anton", Map.of("region", "EU"), "analyst"),
            caller("bo", Map.of("region", "US"), "analyst"),
            caller("chen", Map.of("region", "ASIA"), "analyst"),
            caller("stella", Map.of(), "steward"),
            caller("hank", Map.of(), "hasher"),
            caller("hedi", Map.of("region", "EU"), "hasher", "analyst"),
            caller("greg", Map.of(), "grouped"),
            caller("olaf", Map.of(), "outsider"),
            caller("max", Map.of("region", "EU"), "analyst"),
            caller("max", Map.of("region", "US"), "analyst"),
            caller("max", Map.of(), "steward"));

    static final List<String> QUERIES = List.of(
            "SELECT id, name, email, region FROM crm.people ORDER BY id",
            "SELECT region, COUNT(*) AS n, SUM(spent) AS spent FROM crm.people GROUP BY region ORDER BY region",
            "SELECT name, email FROM crm.people WHERE id = 7",
            "SELECT name, email FROM crm.people WHERE id = 8",
            "SELECT p.name, o.total FROM crm.people p JOIN sales.orders o ON o.person_id = p.id WHERE o.total > 900 ORDER BY"
                    + " o.total, p.name",
            "SELECT COUNT(*) AS n FROM sales.orders",
            "SELECT email FROM crm.people_now ORDER BY email LIMIT 3");

    private static final String DATA = """
            {"belvedere": {"revision": "storm-%s", "roles": {
              "analyst": {"access": "rows", "rows": {"class": "scope.region", "attribute": "region"},
                "masks": {"scope.region": {"mask": "none"}, "pii.email": %s}, "maxRows": 100000},
              "steward": {"access": "rows", "rows": "all",
                "masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "none"}}, "maxRows": 100000},
              "hasher": {"access": "rows", "rows": "all",
                "masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "null"}}, "maxRows": 100000},
              "grouped": {"access": "rows", "rows": "all", "minGroupSize": %s,
                "masks": {"scope.region": {"mask": "none"}, "pii.email": {"mask": "hidden"}}, "maxRows": 100000}
            }}}
            """;

    private static final String KEPT = "cache: {results: {ttl: 1m}}";

    final List<PolicyGate> policies = List.of(
            KeptGates.of(DATA.formatted("1", "{\"mask\": \"email\"}", 60)),
            KeptGates.of(DATA.formatted("2", "{\"mask\": \"hidden\"}", 2)));
    final List<Catalog> catalogs;

    StormWorld(Path folder, Fresh people, Fresh orders) throws IOException, SQLException {
        people.execute("""
                CREATE TABLE people AS SELECT id::bigint, 'name ' || id AS name, 'p' || id || '@x' || id % 3 || '.example' AS email,
                  CASE id % 4 WHEN 0 THEN 'EU' WHEN 1 THEN 'US' WHEN 2 THEN 'ASIA' ELSE 'EU' END AS region, (id * 37 % 500)::bigint AS spent
                FROM generate_series(1, 200) AS id""", "GRANT SELECT ON people TO PUBLIC");
        orders.execute("""
                CREATE TABLE orders AS SELECT id::bigint, (id % 200 + 1)::bigint AS person_id, (id * 7919 % 1000)::bigint AS total
                FROM generate_series(1, 2000) AS id""", "GRANT SELECT ON orders TO PUBLIC");
        catalogs = List.of(
                catalog(folder.resolve("one"), people, orders, "SELECT id, name, email, region, spent FROM raw.people"),
                catalog(
                        folder.resolve("two"),
                        people,
                        orders,
                        "SELECT id, name || '!' AS name, email, region, spent * 2 AS spent FROM raw.people WHERE id <> 8"));
    }

    private static Caller caller(String subject, Map<String, String> attributes, String... roles) {
        return new Caller("storm", subject, subject, Caller.Kind.HUMAN, Set.of(roles), attributes);
    }

    private static Catalog catalog(Path root, Fresh people, Fresh orders, String body) throws IOException {
        Files.createDirectories(root.resolve("sources"));
        Files.createDirectories(root.resolve("views"));
        String peopleColumns = """
                    - {name: id, type: bigint, key: true}
                    - {name: name, type: varchar}
                    - {name: email, type: varchar, classification: [pii.email]}
                    - {name: region, type: varchar, classification: [scope.region]}
                    - {name: spent, type: bigint}
                """;
        String orderColumns = """
                    - {name: id, type: bigint, key: true}
                    - {name: person_id, type: bigint}
                    - {name: total, type: bigint}
                """;
        source(root, "raw", "people", peopleColumns, people);
        source(root, "shop", "orders", orderColumns, orders);
        view(root, "crm.people", body, peopleColumns, KEPT);
        view(root, "crm.people_now", body, peopleColumns, "");
        view(
                root,
                "sales.orders",
                "SELECT o.id, o.person_id, o.total, p.region FROM shop.orders o JOIN raw.people p ON p.id = o.person_id",
                orderColumns + "    - {name: region, type: varchar, classification: [scope.region]}\n",
                KEPT);
        CatalogFiles loaded = new CatalogLoader(Variables.of(Map.of(SECRET, people.password()))).load(root);
        Catalog usable = new ViewCompiler().usable(loaded.catalog());
        if (usable.views().size() != 3) {
            throw new IllegalStateException("the catalog of the test is broken: " + loaded.problems());
        }
        return usable;
    }

    private static void source(Path root, String name, String table, String columns, Fresh database)
            throws IOException {
        Files.writeString(
                root.resolve("sources/" + name + ".yaml"),
                """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: postgresql
                  connection: {host: %s, port: %d, database: %s, user: %s, password: "${env:%s}", tls: disabled}
                  tables:
                    - name: %s
                      columns:
                """.formatted(name, database.host(), database.port(), database.name(), database.user(), SECRET, table)
                        + columns.indent(4));
    }

    private static void view(Path root, String name, String body, String columns, String more) throws IOException {
        Files.writeString(root.resolve("views/" + name + ".yaml"), """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: %s, version: 1.0.0, title: T, owner: team}
                spec:
                  query: "%s"
                  %s
                  columns:
                """.formatted(name, body, more) + columns);
    }

    /** Every state of the world. */
    List<State> states() {
        return IntStream.range(0, catalogs.size())
                .boxed()
                .flatMap(catalog -> IntStream.range(0, policies.size()).mapToObj(policy -> new State(catalog, policy)))
                .toList();
    }

    /** Which catalog is published, and which policy decides. */
    record State(int catalog, int policy) {}
}
