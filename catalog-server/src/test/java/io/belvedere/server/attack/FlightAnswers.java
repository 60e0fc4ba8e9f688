package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.server.doors.FlightCaller;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.arrow.flight.ErrorFlightMetadata;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/**
 * Sends statements through the Flight door, as they are and prepared, and holds every cell and every word of an error against what REST gave, and
 * what comes around them against what the other world gave. Used by one thread; closing it closes its connections.
 */
final class FlightAnswers implements AutoCloseable {
    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final Pattern MILLIS = Pattern.compile("rows in [0-9.,]+ ms");

    private final AttackedHouse house;
    private final Map<List<String>, FlightCaller> callers = new HashMap<>();
    private final RootAllocator memory = new RootAllocator();
    /** What came around the cells of one request, in the world it was asked in first. */
    private final Map<String, String> around = new HashMap<>();

    private int compared;

    FlightAnswers(AttackedHouse house) {
        this.house = house;
    }

    /** How many answers were the same. */
    int compared() {
        return compared;
    }

    /** Fails when the door gives anything but what REST gave for the same. */
    void requireSame(PolicyEngine engine, String caller, Ask.Sql ask, Source source, Answer rest)
            throws IOException, InterruptedException {
        String expected = rest.status() == 200
                ? rows(house.rest(engine), caller, ask, source)
                : rest.json().path("code").asText() + ": "
                        + rest.json().path("detail").asText();
        FlightCaller client = callers.computeIfAbsent(
                List.of(engine.name(), caller),
                _ -> FlightCaller.at(house.server(engine).flightPort(), caller.isEmpty() ? "" : "tok-" + caller));
        String sql = Ask.filled(ask.text(), source);
        if (ask.parameters().isEmpty()) {
            same(caller, sql, expected, told(() -> client.query(sql)));
        }
        same(
                caller,
                "prepared " + sql + ask.parameters(),
                expected,
                told(() -> prepared(client, sql, ask.parameters())));
    }

    private void same(String caller, String request, String expected, Told given) {
        String name = "over Flight, " + caller + ": " + request;
        assertThat(withoutTimes(given.answer())).as(name).isEqualTo(withoutTimes(expected));
        if (!caller.equals("carol")) {
            assertThat(given.answer() + given.besides()).as(name).doesNotContain(Canaries.WORD);
            String same = SameBytes.clean(given.besides());
            assertThat(around.merge(name, same, (before, _) -> before)).as(name).isEqualTo(same);
        }
        compared++;
    }

    /**
     * What a request was told.
     *
     * @param besides all that came with it, headers and metadata
     */
    private record Told(String answer, String besides) {}

    /** What a plan that ran says of its time is never the same twice. */
    private static String withoutTimes(String answer) {
        return MILLIS.matcher(answer).replaceAll("rows in … ms");
    }

    private static Told told(Call call) {
        try {
            FlightCaller.Answer answer = call.answer();
            assertThat(answer.besides()).contains(answer.queryId(), "\"status\":\"complete\"");
            return new Told(text(answer.rows()), answer.besides());
        } catch (FlightRuntimeException refused) {
            return new Told(String.valueOf(refused.status().description()), besides(refused));
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private static String besides(FlightRuntimeException refused) {
        ErrorFlightMetadata metadata = refused.status().metadata();
        Map<String, List<String>> besides = new TreeMap<>();
        if (metadata != null) {
            metadata.keys()
                    .forEach(key -> metadata.getAllByte(key)
                            .forEach(value -> besides.computeIfAbsent(key, _ -> new ArrayList<>())
                                    .add(new String(value, StandardCharsets.UTF_8))));
        }
        besides.remove("date");
        return besides.toString();
    }

    @FunctionalInterface
    private interface Call {
        FlightCaller.Answer answer() throws IOException;
    }

    private FlightCaller.Answer prepared(FlightCaller client, String sql, List<String> parameters) throws IOException {
        FlightSqlClient.PreparedStatement statement = client.sql().prepare(sql, client.token());
        try (VectorSchemaRoot values = values(parameters)) {
            if (!parameters.isEmpty()) {
                statement.setParameters(values);
            }
            return client.read(
                    statement.execute(client.token()).getEndpoints().getFirst().getTicket());
        } finally {
            statement.close(client.token());
        }
    }

    private VectorSchemaRoot values(List<String> parameters) throws IOException {
        List<FieldVector> vectors = new ArrayList<>();
        for (String parameter : parameters) {
            JsonNode value = Ask.MAPPER.readTree(parameter);
            String name = "p" + vectors.size();
            if (value.isBoolean()) {
                BitVector bit = new BitVector(name, memory);
                bit.setSafe(0, value.booleanValue() ? 1 : 0);
                vectors.add(bit);
            } else if (value.isNumber()) {
                Float8Vector number = new Float8Vector(name, memory);
                number.setSafe(0, value.doubleValue());
                vectors.add(number);
            } else {
                VarCharVector text = new VarCharVector(name, memory);
                text.allocateNew();
                if (!value.isNull()) {
                    text.setSafe(0, value.asText().getBytes(StandardCharsets.UTF_8));
                }
                vectors.add(text);
            }
        }
        vectors.forEach(vector -> vector.setValueCount(1));
        VectorSchemaRoot root = new VectorSchemaRoot(vectors);
        root.setRowCount(1);
        return root;
    }

    private String rows(Rest rest, String caller, Ask.Sql ask, Source source) throws IOException, InterruptedException {
        Answer answer = rest.post("tok-" + caller, ARROW, "/api/v1/query", Ask.filled(Ask.body(ask), source));
        List<List<String>> rows = new ArrayList<>();
        try (ArrowStreamReader reader =
                new ArrowStreamReader(new ByteArrayInputStream(answer.response().body()), memory)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                for (int row = 0; row < batch.getRowCount(); row++) {
                    List<String> cells = new ArrayList<>();
                    for (FieldVector column : batch.getFieldVectors()) {
                        cells.add(FlightCaller.cell(column, row));
                    }
                    rows.add(cells);
                }
            }
        }
        return text(rows);
    }

    /** As a bag: rows without an order come as they come. */
    private static String text(List<List<String>> rows) {
        return rows.stream()
                .map(List::toString)
                .sorted(Comparator.naturalOrder())
                .toList()
                .toString();
    }

    @Override
    public void close() {
        callers.values().forEach(FlightCaller::close);
        memory.close();
    }
}
