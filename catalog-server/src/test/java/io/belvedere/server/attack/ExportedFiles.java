package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FlightCaller;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;

/** What stands in the files of exports, all of it as text: cells, names and types, statistics, metadata. Without ids and times, which are never the same twice. */
final class ExportedFiles implements AutoCloseable {
    /** The first shows everything. */
    static final List<String> STATEMENTS = List.of(
            "SELECT * FROM {s}.customer ORDER BY id",
            "SELECT o.id, o.amount, o.status, c.email, c.ssn FROM {s}.orders o JOIN {s}.customer c ON c.id = o.customer_id ORDER BY o.id",
            "SELECT c.id, c.name, o.amount FROM {s}.customer c JOIN {o}.orders o ON o.customer_id = c.id ORDER BY c.id, o.id",
            "SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM {s}.orders GROUP BY status ORDER BY status",
            "SELECT email, salary FROM {s}.customer WHERE ssn LIKE '%CANARY%'");

    private final AttackedHouse house;
    private final Path folder;
    private final RootAllocator memory = new RootAllocator();

    ExportedFiles(AttackedHouse house, Path folder) {
        this.house = house;
        this.folder = folder;
    }

    enum Format {
        CSV("text/csv"),
        PARQUET("application/vnd.apache.parquet"),
        ARROW("application/vnd.apache.arrow.file");

        private final String type;

        Format(String type) {
            this.type = type;
        }
    }

    /** The file of an export; fails where there is none. */
    String text(PolicyEngine engine, String caller, Format format, String sql, Source source)
            throws IOException, InterruptedException, SQLException {
        Answer answer = house.rest(engine)
                .post(
                        "tok-" + caller,
                        format.type,
                        "/api/v1/export",
                        Ask.filled(Ask.body((Ask.Sql) Ask.sql(sql)), source));
        assertThat(answer.status()).as("%s: %s", sql, answer.text()).isEqualTo(200);
        byte[] file = answer.response().body();
        String text = switch (format) {
            case CSV -> answer.text();
            case PARQUET -> parquet(file);
            case ARROW -> arrow(file);
        };
        return SameBytes.clean(answer.response().headers().map().get("content-disposition") + text);
    }

    private String arrow(byte[] file) throws IOException {
        StringBuilder text = new StringBuilder();
        try (ArrowFileReader reader = new ArrowFileReader(new ByteArrayReadableSeekableByteChannel(file), memory)) {
            VectorSchemaRoot batch = reader.getVectorSchemaRoot();
            text.append(batch.getSchema()).append(reader.getMetaData()).append('\n');
            while (reader.loadNextBatch()) {
                for (int row = 0; row < batch.getRowCount(); row++) {
                    for (FieldVector column : batch.getFieldVectors()) {
                        text.append(FlightCaller.cell(column, row)).append('|');
                    }
                    text.append('\n');
                }
            }
        }
        return text.toString();
    }

    private String parquet(byte[] bytes) throws IOException, SQLException {
        Path file = Files.createTempFile(folder, "export", ".parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            Files.write(file, bytes);
            return table(statement, "SELECT * FROM read_parquet('" + file + "')")
                    + table(
                            statement,
                            "SELECT path_in_schema, type, num_values, stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata('"
                                    + file + "')")
                    + table(
                            statement,
                            "SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + file + "') ORDER BY ALL");
        } finally {
            Files.delete(file);
        }
    }

    private static String table(Statement statement, String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (ResultSet rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            for (int i = 1; i <= columns; i++) {
                text.append(rows.getMetaData().getColumnLabel(i)).append('|');
            }
            while (rows.next()) {
                text.append('\n');
                for (int i = 1; i <= columns; i++) {
                    text.append(rows.getString(i)).append('|');
                }
            }
        }
        return text.append('\n').toString();
    }

    @Override
    public void close() {
        memory.close();
    }
}
