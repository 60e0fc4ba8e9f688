package io.belvedere.server.main;

import static io.belvedere.server.main.ServedChain.LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FlightCaller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;

/** Clients of both doors, half and half, in the middle of their results. */
@SuppressWarnings("try") // a stream's close may be interrupted
final class Crowd implements AutoCloseable {
    static final int SIZE = 32;
    /** Those whose statements wait at their source. */
    static final int BLOCKED = 4;

    private static final int READING = 12;
    /** Those that do not read on, and those that wait. */
    static final int CUT_OFF = SIZE - READING;

    private static final int BEGIN_BYTES = 10_000;
    private static final String TIMEOUT = "PT120S";

    /** Flight has more on its way than HTTP before anybody reads. */
    private static final String LARGER = LARGE.replace("x".repeat(200), "x".repeat(800));

    private final CountDownLatch on = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<WireClient> wires = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> whole = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> cutOff = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(SIZE - BLOCKED);

    private Crowd() {}

    /** Returns when all results have begun that can. */
    static Crowd gather(ServedSample server) throws Exception {
        Crowd crowd = new Crowd();
        for (int i = 0; i < SIZE; i++) {
            boolean blocked = i < BLOCKED;
            boolean reads = i >= CUT_OFF;
            boolean http = i % 2 == 0;
            String sql = blocked ? ServedChain.BLOCKED : http ? LARGE : LARGER;
            CountDownLatch word = reads ? crowd.on : crowd.over;
            String token = "dev-s" + i;
            CompletableFuture<Boolean> end = http
                    ? crowd.overHttp(server, token, sql, blocked, word)
                    : crowd.overFlight(server, token, sql, blocked, word);
            (reads ? crowd.whole : crowd.cutOff).add(end);
        }
        assertThat(crowd.begun.await(2, TimeUnit.MINUTES))
                .as("all results begin")
                .isTrue();
        return crowd;
    }

    private CompletableFuture<Boolean> overHttp(
            ServedSample server, String token, String sql, boolean blocked, CountDownLatch word) throws IOException {
        WireClient wire = new WireClient(server.base(), token, sql, TIMEOUT);
        wires.add(wire);
        return started(() -> {
            if (!blocked) {
                assertThat(wire.read(BEGIN_BYTES)).contains("HTTP/1.1 200");
                begun.countDown();
                word.await();
            }
            try {
                return wire.read(Integer.MAX_VALUE).contains("\"status\":\"complete\"");
            } catch (IOException reset) {
                return false;
            }
        });
    }

    private CompletableFuture<Boolean> overFlight(
            ServedSample server, String token, String sql, boolean blocked, CountDownLatch word) {
        return started(() -> {
            try (FlightCaller caller = FlightCaller.at(server.flightPort(), token);
                    FlightStream stream = caller.client()
                            .getStream(
                                    caller.sql()
                                            .execute(sql, caller.token())
                                            .getEndpoints()
                                            .getFirst()
                                            .getTicket(),
                                    caller.token())) {
                if (!blocked) {
                    assertThat(stream.next()).isTrue();
                    begun.countDown();
                    word.await();
                }
                return readToTheEnd(stream);
            }
        });
    }

    private static boolean readToTheEnd(FlightStream stream) {
        try {
            while (stream.next()) {
                assertThat(stream.getRoot().getRowCount()).isNotNegative();
            }
            return true;
        } catch (FlightRuntimeException cut) {
            return false;
        }
    }

    private static CompletableFuture<Boolean> started(Reading reading) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        var _ = Thread.ofVirtual().start(() -> {
            try {
                end.complete(reading.toTheEnd());
            } catch (Exception | AssertionError failure) {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }

    /** Gives whether the result was whole. */
    @FunctionalInterface
    private interface Reading {
        boolean toTheEnd() throws Exception;
    }

    /** Those that read get the word to. */
    void readOn() {
        on.countDown();
    }

    void requireWholeResults() throws Exception {
        for (CompletableFuture<Boolean> each : whole) {
            assertThat(each.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** They read what was sent to them, and find no end that looks regular. */
    void requireTheOthersToBeCutOff() throws Exception {
        over.countDown();
        for (CompletableFuture<Boolean> each : cutOff) {
            assertThat(each.get(1, TimeUnit.MINUTES)).isFalse();
        }
    }

    @Override
    public void close() throws IOException {
        on.countDown();
        over.countDown();
        for (WireClient wire : wires) {
            wire.close();
        }
    }
}
