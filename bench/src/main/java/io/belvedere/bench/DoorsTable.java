package io.belvedere.bench;

import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A million rows of ten columns in a PostgreSQL database of its own, and as many small views as a catalog may have. Whoever opens it closes it, which
 * drops the database.
 */
final class DoorsTable implements AutoCloseable {
    static final int COLUMNS = 10;
    static final String PASSWORD = "EVENTS_PASSWORD";
    private static final String COLUMN_LINES = """
            - {name: id, type: bigint, required: true, key: true}
            - {name: customer_id, type: bigint, required: true}
            - {name: quantity, type: integer, required: true}
            - {name: price, type: "decimal(12,2)", required: true}
            - {name: weight, type: double, required: true}
            - {name: sent_on, type: date, required: true}
            - {name: sent_at, type: timestamp, required: true}
            - {name: active, type: boolean, required: true}
            - {name: status, type: varchar, required: true}
            - {name: note, type: varchar, required: true}
            """;
    private static final String NAMES =
            "id, customer_id, quantity, price, weight, sent_on, sent_at, active, status, note";

    /** What a program asks the database itself. */
    static final String DIRECTLY = "SELECT " + NAMES + " FROM events";

    /** What a caller asks us. */
    static final String GOVERNED = "SELECT " + NAMES + " FROM bench.events";

    private final Fresh database;
    private final long rows;

    private DoorsTable(Fresh database, long rows) {
        this.database = database;
        this.rows = rows;
    }

    static DoorsTable open(long rows) throws SQLException {
        Fresh database = TestDatabases.freshPostgres("doors");
        database.execute(
                """
            CREATE TABLE events AS SELECT i AS id, i * 7919 %% 100003 AS customer_id, (i %% 50 + 1)::integer AS quantity,
              (i * 37 %% 1000000 / 100.0)::numeric(12,2) AS price, (i %% 4000 / 8.0)::double precision AS weight,
              DATE '2024-01-01' + (i %% 700)::integer AS sent_on, TIMESTAMP '2024-01-01 00:00:00' + i * INTERVAL '1.000001 second' AS sent_at,
              i %% 3 = 0 AS active, (ARRAY['open', 'packed', 'sent', 'returned'])[i %% 4 + 1]::varchar AS status,
              ('note ' || md5(i::text))::varchar AS note
            FROM generate_series(1::bigint, %d) i""".formatted(rows),
                "ALTER TABLE events ALTER id SET NOT NULL, ALTER customer_id SET NOT NULL, ALTER quantity SET NOT NULL, ALTER price SET NOT NULL,"
                        + " ALTER weight SET NOT NULL, ALTER sent_on SET NOT NULL, ALTER sent_at SET NOT NULL, ALTER active SET NOT NULL,"
                        + " ALTER status SET NOT NULL, ALTER note SET NOT NULL, ADD PRIMARY KEY (id)",
                "VACUUM ANALYZE events");
        return new DoorsTable(database, rows);
    }

    /** The id of a row; it jumps about. */
    long id(long turn) {
        return 1 + turn * 7919 % rows;
    }

    String password() {
        return database.password();
    }

    /** A connection of whoever reads the table without us. */
    Connection connect() throws SQLException {
        return database.openAsReader();
    }

    /** Views of three columns in the database, as many as the catalog of {@link #writeViews} has. */
    void createViews(int count) throws SQLException {
        try (Connection connection = database.openAsAdmin();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < count; i++) {
                statement.addBatch(
                        "CREATE VIEW v" + i + " AS SELECT id AS a, customer_id AS b, quantity AS c FROM events");
            }
            statement.executeBatch();
            statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC");
        }
    }

    /** The source, and the view of all its rows. */
    void writeCatalog(Path folder) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("sources")).resolve("events.yaml"), """
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: events}
                spec:
                  kind: postgresql
                  connection: {host: %s, port: %d, database: %s, user: %s, password: "${env:%s}", tls: disabled}
                  tables:
                    - name: events
                      columns:
                %s""".formatted(
                database.host(), database.port(), database.name(), database.user(), PASSWORD, COLUMN_LINES.indent(8)));
        Files.writeString(Files.createDirectories(folder.resolve("views")).resolve("events.yaml"), """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: bench.events, version: 1.0.0, title: Events, owner: bench}
                spec:
                  query: SELECT %s FROM events.events
                  columns:
                %s  limits: {timeout: 300s, maxRows: 10000000}
                """.formatted(
                        NAMES, COLUMN_LINES.indent(4)));
    }

    /** Many views in place of the one. */
    void writeViews(Path folder, int count) throws IOException {
        writeCatalog(folder);
        for (int i = 0; i < count; i++) {
            Files.writeString(folder.resolve("views/v" + i + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: View
                    metadata: {name: bench.v%d, version: 1.0.0, title: A view, owner: bench}
                    spec:
                      query: SELECT id AS a, customer_id AS b, quantity AS c FROM events.events
                      columns:
                        - {name: a, type: bigint, required: true, key: true}
                        - {name: b, type: bigint, required: true, description: The second.}
                        - {name: c, type: integer, required: true, classification: [secret]}
                    """.formatted(i));
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
