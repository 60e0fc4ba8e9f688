package io.belvedere.server.attack;

import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The files of the attacked house: the same views over each source, the shipped policy's data, and who there is. */
final class AttackedCatalog {
    private static final String CUSTOMER_COLUMNS = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                - {name: team, type: varchar, classification: [scope.team]}
                - {name: name, type: varchar, required: true, classification: [pii.name]}
                - {name: badge, type: varchar, required: true}
                - {name: ssn, type: varchar, classification: [pii.ssn]}
                - {name: email, type: varchar, classification: [pii.email]}
                - {name: salary, type: "decimal(12,2)", classification: [hr.salary]}
                - {name: code, type: varchar, classification: [secret.code]}
                - {name: note, type: varchar}
                - {name: rating, type: integer, required: true}
                - {name: born, type: date, required: true}
                - {name: created_at, type: timestamp, required: true}
            """;

    private static final String ORDER_COLUMNS = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: customer_id, type: bigint, required: true}
                - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                - {name: amount, type: "decimal(12,2)", required: true}
                - {name: status, type: varchar, required: true}
            """;

    private static final String DRIFTING_COLUMNS = """
                - {name: id, type: bigint, required: true, key: true}
                - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                - {name: t, type: varchar}
            """;

    private static final String CUSTOMERS =
            "id, tenant, team, name, badge, ssn, email, salary, code, note, rating, born, created_at";

    /** Alice is of tenant A; amy has the same rows by two roles; bob is of B; carol sees everything; mallory nothing; olga runs the server. */
    private static final String IDENTITIES = """
            identities:
              - {token: tok-alice, subject: alice, name: Alice, roles: [tenant], attributes: {tenant: A}}
              - {token: tok-amy, subject: amy, name: Amy, roles: [tenant, team], attributes: {tenant: A, team: red}}
              - {token: tok-quinn, subject: quinn, name: Quinn, roles: [tenant], attributes: {tenant: "A' OR '1'='1"}}
              - {token: tok-bob, subject: bob, name: Bob, roles: [tenant], attributes: {tenant: B}}
              - {token: tok-carol, subject: carol, name: Carol, roles: [admin]}
              - {token: tok-mallory, subject: mallory, name: Mallory}
              - {token: tok-ada, subject: ada, name: Ada, roles: [tenant], attributes: {tenant: a}}
              - {token: tok-quote, subject: "o'\\"] ; true {}", name: "Q\\"uote'", roles: [tenant], attributes: {tenant: A}}
              - {token: tok-crowd, subject: crowd, name: Crowd, roles: [tenant%s], attributes: {tenant: A}}
              - {token: tok-hunter, subject: hunter, name: Hunter, roles: [hunter], attributes: {tenant: A}}
              - {token: tok-rita, subject: rita, name: Rita, roles: [reader]}
              - {token: tok-olga, subject: olga, name: Olga, roles: [operator]}
            """;

    private static final String POLICY = """
            {"belvedere": {"revision": "attacked-1", "roles": {
              "tenant": {"access": "rows", "domains": ["pg", "my", "mix"], "rows": {"class": "scope.tenant", "attribute": "tenant"},
                "masks": {"scope.tenant": {"mask": "none"}, "scope.team": {"mask": "none"}, "pii.name": {"mask": "none"},
                  "pii.ssn": {"mask": "keep_last", "characters": 2}, "pii.email": {"mask": "email"}, "hr.salary": {"mask": "null"}}, "maxRows": 100000, "exportMaxRows": 100000,
                "detail": {"query": "shape", "explain": "shape", "monitor": "shape", "cancel": "shape"}},
              "team": {"access": "rows", "domains": ["pg", "my", "mix"], "rows": {"class": "scope.team", "attribute": "team"},
                "masks": {"scope.tenant": {"mask": "none"}, "scope.team": {"mask": "none"}, "pii.name": {"mask": "none"},
                  "pii.ssn": {"mask": "keep_last", "characters": 2}, "pii.email": {"mask": "email"}, "hr.salary": {"mask": "null"}}, "maxRows": 100000},
              "admin": {"access": "rows", "rows": "all",
                "masks": {"scope.tenant": {"mask": "none"}, "scope.team": {"mask": "none"}, "pii.name": {"mask": "none"}, "pii.ssn": {"mask": "none"},
                  "pii.email": {"mask": "none"}, "hr.salary": {"mask": "none"}, "secret.code": {"mask": "none"}}, "maxRows": 1000000, "exportMaxRows": 1000000,
                "detail": {"query": "full", "explain": "full", "monitor": "shape", "cancel": "shape"}},
              "hunter": {"access": "rows", "domains": ["hunt"], "rows": {"class": "scope.tenant", "attribute": "tenant"},
                "masks": {"scope.tenant": {"mask": "none"}, "scope.word": {"mask": "none"}, "pii.note": {"mask": "none"},
                  "hunt.text": {"mask": "redact"}, "hunt.amount": {"mask": "null"}}, "maxRows": 100000},
              "reader": {"access": "contract", "domains": ["pg", "my"], "masks": {"scope.tenant": {"mask": "none"}}},
              "operator": {"access": "contract", "masks": {}, "detail": {"monitor": "full", "cancel": "full"}}
            }}}
            """;

    private static final int GROUPS = 999;

    private AttackedCatalog() {}

    static void write(Path folder, Map<Source, Fresh> databases) throws IOException {
        file(folder, "policy/data.json", POLICY);
        String groups = IntStream.range(0, GROUPS).mapToObj(i -> ", g" + i).collect(Collectors.joining());
        file(folder, "dev-identities.yaml", IDENTITIES.replace("%s", groups));
        for (Source source : Source.values()) {
            String domain = source.domain();
            file(folder, "sources/raw_" + domain + ".yaml", source(source, databases.get(source)));
            String customers = "SELECT " + CUSTOMERS + " FROM raw_" + domain + ".customer";
            view(folder, domain + ".customer", "1.0.0", customers, CUSTOMER_COLUMNS);
            view(folder, domain + ".customer", "1.1.0", customers, CUSTOMER_COLUMNS);
            view(folder, "vault." + domain + "_customer", "1.0.0", customers, CUSTOMER_COLUMNS);
            view(
                    folder,
                    domain + ".orders",
                    "1.0.0",
                    "SELECT id, customer_id, tenant, amount, status FROM raw_" + domain + ".orders",
                    ORDER_COLUMNS);
            view(
                    folder,
                    domain + ".people",
                    "1.0.0",
                    "SELECT v.id, v.tenant, v.team, v.ssn, v.email FROM " + domain + ".customer v WHERE v.rating >= 0",
                    people());
            view(
                    folder,
                    domain + ".drifting",
                    "1.0.0",
                    "SELECT id, tenant, t FROM raw_" + domain + ".drifting",
                    DRIFTING_COLUMNS);
            view(
                    folder,
                    domain + ".codes",
                    "1.0.0",
                    "SELECT v.id, v.tenant, v.code FROM " + domain + ".customer v",
                    """
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                        - {name: code, type: varchar, classification: [secret.code]}
                    """);
            view(
                    folder,
                    domain + ".relabelled",
                    "1.0.0",
                    "SELECT id, tenant, ssn FROM raw_" + domain + ".customer",
                    """
                        - {name: id, type: bigint, required: true, key: true}
                        - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                        - {name: ssn, type: varchar, classification: [pii.ssn_]}
                    """);
            view(
                    folder,
                    "mix." + domain + "_order360",
                    "1.0.0",
                    """
                    SELECT o.id AS order_id, c.id AS customer_id, c.tenant, c.team, c.ssn, c.email, o.amount FROM raw_%s.customer c
                    JOIN raw_%s.orders o ON o.customer_id = c.id AND o.tenant = c.tenant
                    """.formatted(domain, source.other().domain()).strip().replace('\n', ' '),
                    order360());
        }
    }

    private static String people() {
        return """
                    - {name: id, type: bigint, required: true, key: true}
                    - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                    - {name: team, type: varchar, classification: [scope.team]}
                    - {name: ssn, type: varchar, classification: [pii.ssn]}
                    - {name: email, type: varchar, classification: [pii.email]}
                """;
    }

    private static String order360() {
        return """
                    - {name: order_id, type: bigint, required: true}
                    - {name: customer_id, type: bigint, required: true}
                    - {name: tenant, type: varchar, required: true, classification: [scope.tenant]}
                    - {name: team, type: varchar, classification: [scope.team]}
                    - {name: ssn, type: varchar, classification: [pii.ssn]}
                    - {name: email, type: varchar, classification: [pii.email]}
                    - {name: amount, type: "decimal(12,2)", required: true}
                """;
    }

    private static String source(Source source, Fresh database) {
        boolean maria = source == Source.MARIADB;
        return """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: raw_%s, description: Attacked rows.}
                spec:
                  kind: %s
                  connection: {host: 127.0.0.1, port: %d, database: %s, user: belvedere, password: "${env:%s_PASSWORD}", tls: disabled}
                  tables:
                    - name: customer
                      columns:
                %s    - name: orders
                      columns:
                %s    - name: drifting
                      columns:
                %s""".formatted(
                        source.domain(),
                        maria ? "mariadb" : "postgresql",
                        database.port(),
                        database.name(),
                        source.name(),
                        CUSTOMER_COLUMNS.indent(4),
                        ORDER_COLUMNS.indent(4),
                        DRIFTING_COLUMNS.indent(4));
    }

    private static void view(Path folder, String name, String version, String query, String columns)
            throws IOException {
        file(folder, "views/" + name + "-" + version + ".yaml", """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: %s, version: %s, title: Attacked, owner: test, description: Attacked.}
                spec:
                  query: "%s"
                  columns:
                %s  limits: {timeout: 30s, maxRows: 100000}
                """.formatted(name, version, query, columns));
    }

    private static void file(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
