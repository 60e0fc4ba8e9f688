package io.belvedere.server.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are read by another implementation of the format. */
class ParquetFileTest {
    private static final List<OutputColumn> EVERY_TYPE = List.of(
            new OutputColumn("yes", DataType.Simple.BOOLEAN, Presence.OPTIONAL),
            new OutputColumn("i", DataType.Simple.INTEGER, Presence.OPTIONAL),
            new OutputColumn("l", DataType.Simple.BIGINT, Presence.REQUIRED),
            new OutputColumn("d", DataType.Simple.DOUBLE, Presence.OPTIONAL),
            new OutputColumn("money", new DataType.Decimal(12, 2), Presence.OPTIONAL),
            new OutputColumn("huge", new DataType.Decimal(38, 10), Presence.OPTIONAL),
            new OutputColumn("text", DataType.Simple.VARCHAR, Presence.OPTIONAL),
            new OutputColumn("bin", DataType.Simple.VARBINARY, Presence.OPTIONAL),
            new OutputColumn("day", DataType.Simple.DATE, Presence.OPTIONAL),
            new OutputColumn("t", DataType.Simple.TIME, Presence.OPTIONAL),
            new OutputColumn("ts", DataType.Simple.TIMESTAMP, Presence.OPTIONAL),
            new OutputColumn("tz", DataType.Simple.TIMESTAMP_WITH_TIME_ZONE, Presence.OPTIONAL));

    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Rows {
        void fill(VectorSchemaRoot batch);
    }

    private Path file(List<OutputColumn> columns, int batches, Rows rows) throws IOException {
        Path file = folder.resolve("f.parquet");
        Files.write(file, bytes(columns, batches, rows));
        return file;
    }

    private static byte[] bytes(List<OutputColumn> columns, int batches, Rows rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RootAllocator memory = new RootAllocator();
                VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory)) {
            ParquetFile file = ParquetFile.begin(out, columns);
            for (int i = 0; i < batches; i++) {
                rows.fill(batch);
                file.add(batch);
                batch.clear();
            }
            file.end(Map.of("belvedere.queryId", "q-1"));
        }
        return out.toByteArray();
    }

    private static List<List<String>> read(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet rows = statement.executeQuery(sql)) {
                List<List<String>> read = new ArrayList<>();
                while (rows.next()) {
                    String[] row = new String[rows.getMetaData().getColumnCount()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = rows.getString(i + 1);
                    }
                    read.add(Arrays.asList(row));
                }
                return read;
            }
        }
    }

    private static void fill(VectorSchemaRoot batch) {
        ((BitVector) batch.getVector("yes")).setSafe(0, 1);
        ((BitVector) batch.getVector("yes")).setSafe(2, 0);
        ((IntVector) batch.getVector("i")).setSafe(0, Integer.MIN_VALUE);
        ((IntVector) batch.getVector("i")).setSafe(2, Integer.MAX_VALUE);
        ((BigIntVector) batch.getVector("l")).setSafe(0, Long.MIN_VALUE);
        ((BigIntVector) batch.getVector("l")).setSafe(1, -1);
        ((BigIntVector) batch.getVector("l")).setSafe(2, Long.MAX_VALUE);
        ((Float8Vector) batch.getVector("d")).setSafe(0, 0.1);
        ((Float8Vector) batch.getVector("d")).setSafe(2, Double.NEGATIVE_INFINITY);
        DecimalVector money = (DecimalVector) batch.getVector("money");
        money.setSafe(0, new BigDecimal("-1234567890.01"));
        money.setSafe(2, new BigDecimal("0.10"));
        DecimalVector huge = (DecimalVector) batch.getVector("huge");
        huge.setSafe(0, new BigDecimal("-1234567890123456789012345678.0000000001"));
        huge.setSafe(2, new BigDecimal("9999999999999999999999999999.9999999999"));
        ((VarCharVector) batch.getVector("text")).setSafe(0, "äß\uD83D\uDE00\n\"".getBytes(StandardCharsets.UTF_8));
        ((VarCharVector) batch.getVector("text")).setSafe(2, new byte[0]);
        ((VarBinaryVector) batch.getVector("bin")).setSafe(0, new byte[] {0, -1, 16});
        ((VarBinaryVector) batch.getVector("bin")).setSafe(2, new byte[0]);
        ((DateDayVector) batch.getVector("day")).setSafe(0, -1);
        ((DateDayVector) batch.getVector("day")).setSafe(2, 20_000);
        ((TimeMicroVector) batch.getVector("t")).setSafe(0, 86_399_999_999L);
        ((TimeMicroVector) batch.getVector("t")).setSafe(2, 0L);
        ((TimeStampMicroVector) batch.getVector("ts")).setSafe(0, -1L);
        ((TimeStampMicroVector) batch.getVector("ts")).setSafe(2, 1_500_000L);
        ((TimeStampMicroTZVector) batch.getVector("tz")).setSafe(0, -1L);
        ((TimeStampMicroTZVector) batch.getVector("tz")).setSafe(2, 1_500_000L);
        batch.setRowCount(3);
    }

    @Test
    void everyTypeAndEveryNullArrivesExactly() throws Exception {
        Path file = file(EVERY_TYPE, 1, ParquetFileTest::fill);
        assertThat(read("SELECT yes, i, l, d, money, huge, text, hex(bin), day, t::varchar, ts, tz::varchar FROM '"
                        + file + "'"))
                .containsExactly(
                        List.of(
                                "true",
                                "-2147483648",
                                "-9223372036854775808",
                                "0.1",
                                "-1234567890.01",
                                "-1234567890123456789012345678.0000000001",
                                "äß\uD83D\uDE00\n\"",
                                "00FF10",
                                "1969-12-31",
                                "23:59:59.999999",
                                "1969-12-31 23:59:59.999999",
                                "1969-12-31 23:59:59.999999+00"),
                        Arrays.asList(null, null, "-1", null, null, null, null, null, null, null, null, null),
                        List.of(
                                "false",
                                "2147483647",
                                "9223372036854775807",
                                "-Infinity",
                                "0.10",
                                "9999999999999999999999999999.9999999999",
                                "",
                                "",
                                "2024-10-04",
                                "00:00:00",
                                "1970-01-01 00:00:01.5",
                                "1970-01-01 00:00:01.5+00"));
        assertThat(read("SELECT column_type FROM (DESCRIBE SELECT * FROM '" + file + "')"))
                .extracting(List::getFirst)
                .containsExactly(
                        "BOOLEAN",
                        "INTEGER",
                        "BIGINT",
                        "DOUBLE",
                        "DECIMAL(12,2)",
                        "DECIMAL(38,10)",
                        "VARCHAR",
                        "BLOB",
                        "DATE",
                        "TIME",
                        "TIMESTAMP",
                        "TIMESTAMP WITH TIME ZONE");
        assertThat(read("SELECT decode(key), decode(value) FROM parquet_kv_metadata('" + file + "')"))
                .containsExactly(List.of("belvedere.queryId", "q-1"));
    }

    @Test
    void nothingIsSaidAboutValuesButTheValues() throws Exception {
        Path file = file(EVERY_TYPE, 1, ParquetFileTest::fill);
        assertThat(read(
                        "SELECT DISTINCT stats_min, stats_max, stats_null_count, stats_distinct_count, dictionary_page_offset,"
                                + " bloom_filter_offset FROM parquet_metadata('" + file + "')"))
                .containsExactly(Arrays.asList(null, null, null, null, null, null));
    }

    @Test
    void manyBatchesBecomeGroupsOfBoundedSize() throws Exception {
        List<OutputColumn> columns = List.of(
                new OutputColumn("n", DataType.Simple.BIGINT, Presence.REQUIRED),
                new OutputColumn("odd", DataType.Simple.VARCHAR, Presence.OPTIONAL));
        int batches = 40;
        int rows = 10_000;
        long[] next = {0};
        Path file = file(columns, batches, batch -> {
            for (int row = 0; row < rows; row++) {
                long n = next[0]++;
                ((BigIntVector) batch.getVector(0)).setSafe(row, n);
                if (n % 3 != 0) {
                    ((VarCharVector) batch.getVector(1)).setSafe(row, ("x" + n).getBytes(StandardCharsets.UTF_8));
                }
            }
            batch.setRowCount(rows);
        });
        assertThat(read("SELECT count(*), count(DISTINCT n), sum(n), count(odd), count(*) FILTER (odd = 'x' || n)"
                        + " FROM '" + file + "'"))
                .containsExactly(List.of("400000", "400000", "79999800000", "266666", "266666"));
        assertThat(read("SELECT max(row_group_num_rows) <= " + (ParquetFile.GROUP_ROWS + rows)
                        + ", count(DISTINCT row_group_id) > 1 FROM parquet_metadata('" + file + "')"))
                .containsExactly(List.of("true", "true"));
    }

    @Test
    void wideRowsEndAGroupByTheirBytes() throws Exception {
        List<OutputColumn> columns = List.of(new OutputColumn("t", DataType.Simple.VARCHAR, Presence.REQUIRED));
        byte[] wide = "w".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        Path file = file(columns, 20, batch -> {
            ((VarCharVector) batch.getVector(0)).setSafe(0, wide);
            batch.setRowCount(1);
        });
        assertThat(read("SELECT count(*), min(length(t)) FROM '" + file + "'"))
                .containsExactly(List.of("20", "1048576"));
        assertThat(read("SELECT max(row_group_num_rows) FROM parquet_metadata('" + file + "')"))
                .containsExactly(List.of("8"));
    }

    @Test
    void noRowsAreAFileToo() throws Exception {
        Path file = file(EVERY_TYPE, 0, _ -> {});
        assertThat(read("SELECT count(*) FROM '" + file + "'")).containsExactly(List.of("0"));
        assertThat(read("SELECT count(*) FROM (DESCRIBE SELECT * FROM '" + file + "')"))
                .containsExactly(List.of("12"));
    }

    @Test
    void aFileThatIsCutOffAnywhereIsNone() throws Exception {
        byte[] whole = bytes(EVERY_TYPE, 1, ParquetFileTest::fill);
        Path cut = folder.resolve("cut.parquet");
        for (int left = 1; left < whole.length; left += 7) {
            Files.write(cut, Arrays.copyOf(whole, whole.length - left));
            assertThatThrownBy(() -> read("SELECT * FROM '" + cut + "'"))
                    .as("without its last %d bytes", left)
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aValueThatMustBeThereIsMissed() {
        List<OutputColumn> columns = List.of(new OutputColumn("n", DataType.Simple.BIGINT, Presence.REQUIRED));
        assertThatThrownBy(() -> bytes(columns, 1, batch -> {
                    FieldVector vector = batch.getVector(0);
                    vector.setInitialCapacity(1);
                    vector.allocateNew();
                    batch.setRowCount(1);
                }))
                .isInstanceOf(IllegalStateException.class);
    }
}
