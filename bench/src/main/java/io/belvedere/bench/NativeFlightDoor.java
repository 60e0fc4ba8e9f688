package io.belvedere.bench;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;

/** Arrow's own client of Flight SQL. */
final class NativeFlightDoor implements Door {
    private final RootAllocator memory = new RootAllocator();
    private final FlightClient wire;
    private final FlightSqlClient client;
    private final CallOption token;

    static {
        // Arrow's short cut around copying reads a class of gRPC by a method that later versions do not have; read
        // once, when its classes load.
        System.setProperty("arrow.flight.enable_zero_copy_read", "false");
    }

    NativeFlightDoor(int port, String bearer) {
        this.wire = FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port))
                .build();
        this.client = new FlightSqlClient(wire);
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("authorization", "Bearer " + bearer);
        this.token = new HeaderCallOption(headers);
    }

    @Override
    public Tally all() throws Exception {
        return read(DoorsTable.GOVERNED);
    }

    @Override
    public Tally one(long id) throws Exception {
        return read(DoorsTable.GOVERNED + " WHERE id = " + id);
    }

    @SuppressWarnings("try") // a stream's close may be interrupted
    private Tally read(String sql) throws Exception {
        FlightInfo info = client.execute(sql, token);
        Tally tally = new Tally();
        String frame = "";
        try (FlightStream stream =
                client.getStream(info.getEndpoints().getFirst().getTicket(), token)) {
            while (stream.next()) {
                ArrowTally.add(stream.getRoot(), tally);
                ArrowBuf metadata = stream.getLatestMetadata();
                if (metadata != null) {
                    byte[] bytes = new byte[Math.toIntExact(metadata.readableBytes())];
                    metadata.getBytes(metadata.readerIndex(), bytes);
                    frame = new String(bytes, StandardCharsets.UTF_8);
                }
            }
        }
        if (!frame.contains("\"complete\"")) {
            throw new IllegalStateException("the result ended with " + frame);
        }
        return tally;
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        memory.close();
    }
}
