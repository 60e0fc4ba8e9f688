package io.belvedere.bench;

import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * One table of people in a database of its own: odd ids live in the region that the analyst may see, even ones in another, and above the
 * last id there is nobody. Whoever opens it closes it, which drops the database.
 */
final class GovernedTable implements AutoCloseable {
    static final int ROWS = 20_000;
    private static final int INSERTED_AT_ONCE = 1_000;
    private static final List<String> CREATE = List.of(
            "CREATE TABLE people (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(60) NOT NULL, email VARCHAR(80),"
                    + " region VARCHAR(10) NOT NULL, card VARCHAR(20), balance DECIMAL(12,2) NOT NULL)",
            "CREATE INDEX people_region ON people (region)");

    private final Product product;
    private final Fresh database;

    /** Where the table stands. */
    enum Product {
        MARIADB("MariaDB"),
        POSTGRESQL("PostgreSQL");

        private final String title;

        Product(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** The name of its source. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String password() {
            return name() + "_PASSWORD";
        }
    }

    private GovernedTable(Product product, Fresh database) {
        this.product = product;
        this.database = database;
    }

    static GovernedTable open(Product product) throws SQLException {
        Fresh database = switch (product) {
            case MARIADB -> TestDatabases.freshMariaDb("governed");
            case POSTGRESQL -> TestDatabases.freshPostgres("governed");
        };
        database.execute(CREATE.toArray(String[]::new));
        try (Connection connection = database.openAsAdmin()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)")) {
                for (int id = 1; id <= ROWS; id++) {
                    insert.setLong(1, id);
                    insert.setString(2, "Person " + id);
                    insert.setString(3, "person" + id + "@example.org");
                    insert.setString(4, id % 2 == 1 ? "EU" : "US");
                    insert.setString(5, String.format(Locale.ROOT, "4000-%08d", id));
                    insert.setBigDecimal(6, java.math.BigDecimal.valueOf(id * 7919L % 1_000_000, 2));
                    insert.addBatch();
                    if (id % INSERTED_AT_ONCE == 0) {
                        insert.executeBatch();
                    }
                }
            }
            connection.commit();
        }
        database.execute(product == Product.MARIADB ? "ANALYZE TABLE people" : "ANALYZE people");
        return new GovernedTable(product, database);
    }

    Product product() {
        return product;
    }

    String password() {
        return database.password();
    }

    /** The id of a row that the analyst may see; it jumps about. */
    static long seen(long turn) {
        return 1 + 2 * (turn * 7919 % (ROWS / 2));
    }

    /** The id of a row that is hidden from the analyst. */
    static long hidden(long turn) {
        return 2 + 2 * (turn * 7919 % (ROWS / 2));
    }

    /** An id that no row has. */
    static long absent(long turn) {
        return ROWS + hidden(turn);
    }

    /** What the analyst asks. */
    String query() {
        return "SELECT id, name, email, region, balance FROM governed." + product.word() + "_people WHERE id = ?";
    }

    /** The same by hand, with what policy says written into it. */
    LookupCase.Direct connect() throws SQLException {
        String local = product == Product.MARIADB ? "LOCATE('@', email)" : "POSITION('@' IN email)";
        Connection connection = database.openAsReader();
        connection.setReadOnly(true);
        return new LookupCase.Direct(
                connection,
                connection.prepareStatement("SELECT id, name, CASE WHEN " + local
                        + " = 0 THEN '***' ELSE CONCAT(SUBSTRING(email, 1, 1), '***', SUBSTRING(email, " + local
                        + ")) END, region, balance FROM people WHERE id = ? AND region = 'EU'"));
    }

    /** Adds its source and its view to the catalog in the folder. */
    void writeCatalog(Path folder) throws IOException {
        String columns = """
                    - {name: id, type: bigint, required: true, key: true}
                    - {name: name, type: varchar, required: true, classification: [pii.name]}
                    - {name: email, type: varchar, classification: [pii.email]}
                    - {name: region, type: varchar, required: true, classification: [scope.region]}
                    - {name: card, type: varchar, classification: [payment.card]}
                    - {name: balance, type: "decimal(12,2)", required: true}
                """;
        Files.writeString(
                Files.createDirectories(folder.resolve("sources")).resolve(product.word() + ".yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: %s
                  connection: {host: %s, port: %d, database: %s, user: %s, password: "${env:%s}", tls: disabled}
                  tables:
                    - name: people
                      columns:
                %s""".formatted(
                                product.word(),
                                product.word(),
                                database.host(),
                                database.port(),
                                database.name(),
                                database.user(),
                                product.password(),
                                columns.indent(4)));
        Files.writeString(
                Files.createDirectories(folder.resolve("views")).resolve(product.word() + ".yaml"),
                """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: governed.%s_people, version: 1.0.0, title: People, owner: bench}
                spec:
                  query: SELECT id, name, email, region, card, balance FROM %s.people
                  columns:
                %s""".formatted(product.word(), product.word(), columns));
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
