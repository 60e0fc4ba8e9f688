package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;

/** A client of Flight SQL that reads a long result at a walk, never stopping, on a thread of its own, until it ends. */
final class FlightLongRead {
    private static final Duration STEP = Duration.ofMillis(500);

    private final String queryId;
    private final CompletableFuture<Optional<FlightRuntimeException>> end;

    private FlightLongRead(String queryId, CompletableFuture<Optional<FlightRuntimeException>> end) {
        this.queryId = queryId;
        this.end = end;
    }

    /** Returns when rows flow. */
    static FlightLongRead start(int port, String token, String statement) throws Exception {
        CompletableFuture<String> begun = new CompletableFuture<>();
        CompletableFuture<Optional<FlightRuntimeException>> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(read(port, token, statement, begun));
            } catch (Exception failure) {
                begun.completeExceptionally(failure);
                end.completeExceptionally(failure);
            }
        });
        return new FlightLongRead(begun.get(2, TimeUnit.MINUTES), end);
    }

    @SuppressWarnings("try") // closing may be interrupted
    private static Optional<FlightRuntimeException> read(
            int port, String token, String statement, CompletableFuture<String> begun) throws Exception {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("authorization", "Bearer " + token);
        headers.insert("belvedere-timeout", "PT5M");
        CallOption option = new HeaderCallOption(headers);
        try (RootAllocator memory = new RootAllocator();
                FlightClient client = FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port))
                        .build()) {
            Ticket ticket = new FlightSqlClient(client)
                    .execute(statement, option)
                    .getEndpoints()
                    .getFirst()
                    .getTicket();
            try (FlightStream stream = client.getStream(ticket, option)) {
                while (stream.next()) {
                    begun.complete(String.valueOf(
                            stream.getSchema().getCustomMetadata().get("belvedere.queryId")));
                    Thread.sleep(STEP);
                }
                return Optional.empty();
            } catch (FlightRuntimeException ended) {
                begun.completeExceptionally(ended);
                return Optional.of(ended);
            }
        }
    }

    String queryId() {
        return queryId;
    }

    /** Returns when it has ended, with an error. */
    void awaitFailure(Duration patience) throws Exception {
        assertThat(end.get(patience.toMillis(), TimeUnit.MILLISECONDS)).isPresent();
    }
}
