package io.belvedere.server.doors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;

/** A caller with Arrow's own Flight SQL client. Closing it fails when it was left with memory. */
public final class FlightCaller implements AutoCloseable {
    private final RootAllocator memory;
    private final FlightClient client;
    private final FlightSqlClient sql;
    private final CallOption[] headers;

    private FlightCaller(RootAllocator memory, FlightClient client, CallOption... headers) {
        this.memory = memory;
        this.client = client;
        this.sql = new FlightSqlClient(client);
        this.headers = headers;
    }

    /**
     * A result, whole: cells as text, and the terminal frame.
     *
     * @param besides all that came around the cells: the schema with what is said of it and of each column, and what came with each batch
     */
    public record Answer(List<List<String>> rows, String frame, Map<String, String> schema, String besides) {
        public String queryId() {
            return schema.get("belvedere.queryId");
        }
    }

    /** @param token none when it is empty */
    public static FlightCaller at(int port, String token) {
        RootAllocator memory = new RootAllocator();
        FlightClient client = FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port))
                .build();
        return new FlightCaller(memory, client, token.isEmpty() ? new CallOption[0] : new CallOption[] {bearer(token)});
    }

    static CallOption bearer(String token) {
        return header("authorization", "Bearer " + token);
    }

    static CallOption header(String name, String value) {
        CallHeaders headers = new FlightCallHeaders();
        headers.insert(name, value);
        return new HeaderCallOption(headers);
    }

    /** The same caller with another header on every call; closed with this one. */
    FlightCaller with(String name, String value) {
        return new FlightCaller(
                memory,
                client,
                Stream.concat(Stream.of(headers), Stream.of(header(name, value)))
                        .toArray(CallOption[]::new));
    }

    public CallOption[] token() {
        return headers.clone();
    }

    public FlightClient client() {
        return client;
    }

    public FlightSqlClient sql() {
        return sql;
    }

    RootAllocator memory() {
        return memory;
    }

    /** A statement's result. */
    public Answer query(String statement) {
        return read(sql.execute(statement, headers).getEndpoints().getFirst().getTicket());
    }

    @SuppressWarnings("try") // a stream's close may be interrupted
    public Answer read(Ticket ticket) {
        try (FlightStream stream = client.getStream(ticket, headers)) {
            return read(stream);
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    static Answer read(FlightStream stream) {
        List<List<String>> rows = new ArrayList<>();
        String frame = "";
        StringBuilder besides = new StringBuilder(stream.getSchema().toJson());
        while (stream.next()) {
            for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
                List<String> cells = new ArrayList<>();
                for (FieldVector column : stream.getRoot().getFieldVectors()) {
                    cells.add(cell(column, row));
                }
                rows.add(cells);
            }
            ArrowBuf metadata = stream.getLatestMetadata();
            if (metadata != null) {
                byte[] bytes = new byte[Math.toIntExact(metadata.readableBytes())];
                metadata.getBytes(metadata.readerIndex(), bytes);
                frame = new String(bytes, StandardCharsets.UTF_8);
                besides.append('\n').append(frame);
            }
        }
        return new Answer(rows, frame, Map.copyOf(stream.getSchema().getCustomMetadata()), besides.toString());
    }

    /** A cell as text. */
    public static String cell(FieldVector column, int row) {
        return column.getObject(row) instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(column.getObject(row));
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        memory.close();
    }
}
