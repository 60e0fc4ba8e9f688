package io.belvedere.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.audit.Receipt;
import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.DataType;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.Test;

class ResultWritersTest {
    private static final QueryId ID = QueryId.parse("01a205c0-3163-7aba-ae6c-dfa65fed323f");
    private static final ResultEnd COMPLETE = new ResultEnd(
            ResultEnd.Status.COMPLETE,
            1,
            List.of(),
            List.of(new SourceReading("crm", Instant.EPOCH, Instant.EPOCH.plusSeconds(1))),
            Optional.of(new Receipt("o/1", "00")),
            Optional.empty());
    private static final String END = "\"status\":\"complete\",\"rowCount\":1,\"incompleteSources\":[],"
            + "\"sources\":[{\"source\":\"crm\",\"asOf\":\"1970-01-01T00:00:00Z\",\"latest\":\"1970-01-01T00:00:01Z\"}],"
            + "\"receipt\":{\"id\":\"o/1\",\"leafHash\":\"00\"}";

    private static String written(ResultFormat format, DataType type, Cell cell) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(ResultWriter.of(format, out, CsvFormulas.QUOTE), type, cell);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(ResultWriter writer, DataType type, Cell cell) throws IOException {
        List<OutputColumn> columns = List.of(new OutputColumn("c", type, Presence.OPTIONAL));
        try (RootAllocator memory = new RootAllocator();
                VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory)) {
            batch.allocateNew();
            cell.put(batch.getVector(0));
            batch.setRowCount(1);
            writer.begin(new Head(ID, "o/0", columns));
            writer.rows(batch);
            writer.end(COMPLETE);
        }
    }

    @FunctionalInterface
    private interface Cell {
        void put(FieldVector vector);
    }

    private static void assertJson(DataType type, Cell cell, String expected) throws IOException {
        assertThat(written(ResultFormat.JSON, type, cell)).contains("\"rows\":[[" + expected + "]]," + END + "}");
        assertThat(written(ResultFormat.NDJSON, type, cell))
                .isEqualTo("{\"c\":" + expected + "}\n{\"$end\":{" + END + "}}\n");
    }

    @Test
    void eachTypeHasItsFormInJson() throws IOException {
        assertJson(DataType.Simple.BOOLEAN, v -> ((BitVector) v).setSafe(0, 1), "true");
        assertJson(DataType.Simple.INTEGER, v -> ((IntVector) v).setSafe(0, Integer.MIN_VALUE), "-2147483648");
        assertJson(
                DataType.Simple.BIGINT, v -> ((BigIntVector) v).setSafe(0, Long.MAX_VALUE), "\"9223372036854775807\"");
        assertJson(DataType.Simple.DOUBLE, v -> ((Float8Vector) v).setSafe(0, 0.1), "0.1");
        assertJson(DataType.Simple.DOUBLE, v -> ((Float8Vector) v).setSafe(0, Double.NaN), "\"NaN\"");
        assertJson(
                DataType.Simple.DOUBLE, v -> ((Float8Vector) v).setSafe(0, Double.NEGATIVE_INFINITY), "\"-Infinity\"");
        assertJson(
                new DataType.Decimal(38, 10),
                v -> ((DecimalVector) v).setSafe(0, new BigDecimal("1234567890123456789012345678.0000000001")),
                "\"1234567890123456789012345678.0000000001\"");
        assertJson(
                new DataType.Decimal(10, 2), v -> ((DecimalVector) v).setSafe(0, new BigDecimal("-0.10")), "\"-0.10\"");
        assertJson(DataType.Simple.VARCHAR, v -> text(v, "ä\"\n\u0001\uD83D\uDE00"), "\"ä\\\"\\n\\u0001\uD83D\uDE00\"");
        assertJson(
                DataType.Simple.VARBINARY, v -> ((VarBinaryVector) v).setSafe(0, new byte[] {0, -1, 16}), "\"AP8Q\"");
        assertJson(DataType.Simple.DATE, v -> ((DateDayVector) v).setSafe(0, -1), "\"1969-12-31\"");
        assertJson(DataType.Simple.TIME, v -> ((TimeMicroVector) v).setSafe(0, 86_399_999_999L), "\"23:59:59.999999\"");
        assertJson(
                DataType.Simple.TIMESTAMP,
                v -> ((TimeStampMicroVector) v).setSafe(0, -1L),
                "\"1969-12-31T23:59:59.999999\"");
        assertJson(
                DataType.Simple.TIMESTAMP, v -> ((TimeStampMicroVector) v).setSafe(0, 0L), "\"1970-01-01T00:00:00\"");
        assertJson(
                DataType.Simple.TIMESTAMP_WITH_TIME_ZONE,
                v -> ((TimeStampMicroTZVector) v).setSafe(0, 1_500_000L),
                "\"1970-01-01T00:00:01.5Z\"");
        assertJson(DataType.Simple.VARCHAR, v -> ((VarCharVector) v).setNull(0), "null");
    }

    private static void text(FieldVector vector, String value) {
        ((VarCharVector) vector).setSafe(0, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertCsv(DataType type, Cell cell, String expected) throws IOException {
        assertThat(written(ResultFormat.CSV, type, cell)).isEqualTo("c\r\n" + expected + "\r\n# {" + END + "}\r\n");
    }

    @Test
    void csvQuotesWhatWouldBreakItsForm() throws IOException {
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, "plain"), "plain");
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, "a,b"), "\"a,b\"");
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, "say \"hi\"\r\n"), "\"say \"\"hi\"\"\r\n\"");
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, ""), "\"\"");
        assertCsv(DataType.Simple.VARCHAR, v -> ((VarCharVector) v).setNull(0), "");
        assertCsv(
                DataType.Simple.VARCHAR,
                v -> text(v, "# {\"status\":\"complete\"}"),
                "\"# {\"\"status\"\":\"\"complete\"\"}\"");
    }

    @Test
    void csvTextIsNeverAFormulaAndNumbersStayNumbers() throws IOException {
        for (String formula : List.of("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")) {
            assertCsv(DataType.Simple.VARCHAR, v -> text(v, formula), "'" + formula);
        }
        for (String hidden : List.of(" =1", "\u00A0=1", "\uFEFF=1", "\u200B@x", "\u0000=1", "\u0001\u0002-1")) {
            assertCsv(DataType.Simple.VARCHAR, v -> text(v, hidden), "'" + hidden);
        }
        for (String wide : List.of("\uFF1D1+1", "\uFF0B1", "\uFF0D1", "\uFF20x")) {
            assertCsv(DataType.Simple.VARCHAR, v -> text(v, wide), "'" + wide);
        }
        for (String harmless : List.of("1+1", "a=b", "x@example.org", "'=1", " a", "\u00E4-")) {
            assertCsv(DataType.Simple.VARCHAR, v -> text(v, harmless), harmless);
        }
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, "\r=1"), "\"'\r=1\"");
        assertCsv(DataType.Simple.VARCHAR, v -> text(v, "\n1"), "\"'\n1\"");
        assertCsv(DataType.Simple.VARBINARY, v -> ((VarBinaryVector) v).setSafe(0, new byte[] {-5, -1}), "'+/8=");
        assertCsv(DataType.Simple.INTEGER, v -> ((IntVector) v).setSafe(0, -5), "-5");
        assertCsv(new DataType.Decimal(5, 2), v -> ((DecimalVector) v).setSafe(0, new BigDecimal("-1.50")), "-1.50");
    }

    @Test
    void formulasAreKeptWhereTheServerIsSetSo() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(ResultWriter.of(ResultFormat.CSV, out, CsvFormulas.KEEP), DataType.Simple.VARCHAR, v -> text(v, "=1+1"));
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("c\r\n=1+1\r\n# {");
    }

    @Test
    void aColumnsNameIsNoFormulaEither() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ResultWriter writer = ResultWriter.of(ExportFormat.CSV, out, CsvFormulas.QUOTE);
        writer.begin(new Head(
                ID, "o/0", List.of(new OutputColumn("=HYPERLINK(1)", DataType.Simple.DATE, Presence.REQUIRED))));
        writer.end(COMPLETE);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("'=HYPERLINK(1)\r\n");
    }

    @Test
    void anArrowFileHasItsRowsAndItsEndAndIsNoneWithoutIt() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(
                ResultWriter.of(ExportFormat.ARROW, out, CsvFormulas.QUOTE),
                DataType.Simple.VARCHAR,
                v -> text(v, "=1+1"));
        byte[] whole = out.toByteArray();
        try (RootAllocator memory = new RootAllocator();
                ArrowFileReader reader = new ArrowFileReader(new ByteArrayReadableSeekableByteChannel(whole), memory)) {
            assertThat(reader.loadNextBatch()).isTrue();
            assertThat(reader.getVectorSchemaRoot().getVector("c").getObject(0)).hasToString("=1+1");
            assertThat(reader.loadNextBatch()).isFalse();
            assertThat(reader.getMetaData()).containsEntry("belvedere.result", "{" + END + "}");
        }
        for (int left = 1; left < whole.length; left += 5) {
            byte[] cut = Arrays.copyOf(whole, whole.length - left);
            assertThatThrownBy(() -> {
                        try (RootAllocator memory = new RootAllocator();
                                ArrowFileReader reader =
                                        new ArrowFileReader(new ByteArrayReadableSeekableByteChannel(cut), memory)) {
                            reader.getVectorSchemaRoot();
                        }
                    })
                    .as("without its last %d bytes", left)
                    .isInstanceOf(Exception.class);
        }
    }

    @Test
    void aParquetFileHasNoTwoColumnsOfOneName() {
        OutputColumn column = new OutputColumn("c", DataType.Simple.DATE, Presence.REQUIRED);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> ResultWriter.of(ExportFormat.PARQUET, out, CsvFormulas.QUOTE)
                        .begin(new Head(ID, "o/0", List.of(column, column))))
                .hasMessageContaining("a name of its own");
        assertThat(out.size()).isZero();
    }

    @Test
    void aFailedExportHasNoEnd() throws IOException {
        ResultEnd failed = new ResultEnd(
                ResultEnd.Status.INCOMPLETE,
                7,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(FederationError.SOURCE_UNAVAILABLE.error("Source 'crm' does not answer.")));
        for (ExportFormat format : ExportFormat.values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ResultWriter writer = ResultWriter.of(format, out, CsvFormulas.QUOTE);
            writer.begin(new Head(ID, "o/0", List.of(new OutputColumn("c", DataType.Simple.DATE, Presence.REQUIRED))));
            writer.end(failed);
            assertThat(writer.breaksOnFailure()).as(format.name()).isTrue();
            String text = out.toString(StandardCharsets.ISO_8859_1);
            assertThat(text).as(format.name()).doesNotContain("\"complete\"").doesNotEndWith("PAR1\0");
            switch (format) {
                case CSV -> assertThat(text).contains("# {\"status\":\"incomplete\"");
                case PARQUET -> assertThat(text).isEqualTo("PAR1");
                case ARROW -> assertThat(text).startsWith("ARROW1").doesNotEndWith("ARROW1");
            }
        }
    }

    @Test
    void theEndOfAKeptResultSaysHowOldItIs() throws IOException {
        ResultEnd kept = new ResultEnd(
                ResultEnd.Status.COMPLETE,
                1,
                List.of(),
                List.of(),
                Optional.of(Duration.ofMillis(12_345)),
                List.of(),
                List.of(),
                Optional.of(new Receipt("o/1", "00")),
                Optional.empty());
        assertThat(JsonCells.frame(kept)).contains("\"cache\":{\"ageMs\":12345}");
        assertThat(JsonCells.frame(COMPLETE)).doesNotContain("cache");
    }

    @Test
    void aFailedResultNeverSaysComplete() throws IOException {
        ResultEnd failed = new ResultEnd(
                ResultEnd.Status.INCOMPLETE,
                7,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(FederationError.SOURCE_UNAVAILABLE.error("Source 'crm' does not answer.")));
        for (ResultFormat format : ResultFormat.values()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ResultWriter writer = ResultWriter.of(format, out, CsvFormulas.QUOTE);
            writer.begin(new Head(ID, "o/0", List.of(new OutputColumn("c", DataType.Simple.DATE, Presence.REQUIRED))));
            writer.end(failed);
            String text = out.toString(StandardCharsets.ISO_8859_1);
            assertThat(text).as(format.name()).doesNotContain("\"complete\"");
            if (format == ResultFormat.ARROW) {
                assertThat(writer.breaksOnFailure()).isTrue();
                assertThat(text).doesNotEndWith("\u00FF\u00FF\u00FF\u00FF\0\0\0\0");
            } else {
                assertThat(text)
                        .as(format.name())
                        .contains(
                                "\"status\":\"incomplete\",\"rowCount\":7,\"incompleteSources\":[],\"sources\":[],"
                                        + "\"error\":{\"code\":\"SOURCE_UNAVAILABLE\",\"detail\":\"Source 'crm' does not answer.\"}");
            }
        }
    }
}
