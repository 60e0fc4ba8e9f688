package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog of many views through JDBC; {@code -Dbelvedere.flight.views=5000} asks for more. */
class FlightCatalogTest {
    private static final int VIEWS = Integer.getInteger("belvedere.flight.views", 20);

    @TempDir
    Path folder;

    @Test
    void everyViewAndColumnIsListedAndNoneThatIsHidden() throws Exception {
        try (FlightHouse house =
                        FlightHouse.open(folder, FlightHouse.Plan.sample().catalog(views(), policy()));
                Connection ana = FlightJdbcTest.connect(house, "dev-ana")) {
            for (int i = 0; i < 3; i++) {
                long begun = System.nanoTime();
                assertThat(count(ana.getMetaData().getTables(null, null, "%", null)))
                        .isEqualTo(VIEWS);
                long tables = System.nanoTime();
                assertThat(count(ana.getMetaData().getColumns(null, null, "%", "%")))
                        .isEqualTo(2 * VIEWS);
                long columns = System.nanoTime();
                System.out.println(VIEWS + " views: getTables in "
                        + Duration.ofNanos(tables - begun).toMillis() + " ms, getColumns in "
                        + Duration.ofNanos(columns - tables).toMillis() + " ms");
            }
            assertThat(count(ana.getMetaData().getColumns(null, "crm", "v7", "hidden")))
                    .isZero();
            assertThat(count(ana.getMetaData().getPrimaryKeys(null, "crm", "v7")))
                    .as("a key with a hidden column is none")
                    .isZero();
        }
    }

    private static int count(ResultSet rows) throws SQLException {
        int count = 0;
        try (rows) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private Path policy() throws IOException {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(policy.resolve("data.json"), """
                {"belvedere": {"revision": "1", "roles": {"analyst": {"access": "rows", "rows": "all", "maxRows": 9,
                  "masks": {"secret": {"mask": "hidden"}}}}}}
                """);
        return policy;
    }

    private Path views() throws IOException {
        Path root = Files.createDirectories(folder.resolve("views-of-many"));
        Files.createDirectories(root.resolve("sources"));
        Files.createDirectories(root.resolve("views"));
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
            Files.writeString(root.resolve("views/v" + i + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: View
                    metadata: {name: crm.v%d, version: 1.0.0, title: A view, owner: crm-team}
                    spec:
                      query: SELECT id AS a, id AS b, id AS hidden FROM crm.customers
                      columns:
                        - {name: a, type: bigint, key: true}
                        - {name: b, type: bigint, description: The second.}
                        - {name: hidden, type: bigint, key: true, classification: [secret]}
                    """.formatted(i));
        }
        return root;
    }
}
