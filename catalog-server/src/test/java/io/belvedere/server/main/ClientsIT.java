package io.belvedere.server.main;

import static io.belvedere.server.main.ServedChain.BLOCKED;
import static io.belvedere.server.main.ServedChain.JSON;
import static io.belvedere.server.main.ServedChain.LARGE;
import static io.belvedere.server.main.ServedChain.asked;
import static io.belvedere.server.main.ServedChain.await;
import static io.belvedere.server.main.ServedChain.queries;
import static io.belvedere.server.main.ServedChain.since;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.testkit.fault.Fault;
import io.belvedere.testkit.fault.FaultProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away, do not read or ask too much: the packaged server over real databases. */
class ClientsIT {
    private static final int READERS = 500;
    /** A stalled write lasts this long; thirty seconds where nobody sets it. */
    private static final Duration STALL = Duration.ofSeconds(4);

    /** Long enough that a whole line has formed before its first leaves; two seconds where nobody sets it. */
    private static final Duration WAITING = Duration.ofSeconds(8);

    /** How long a crowd may take on a machine with little to spare; two minutes is what each of its queries has. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String ONE_ITEM = "SELECT order_id FROM sales.items FETCH FIRST 1 ROWS ONLY";
    private static final long HEAP_BYTES = 256L << 20;

    @TempDir
    static Path folder;

    private static ServedChain chain;
    private static ServedSample server;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        chain = ServedChain.start(folder);
        server = chain.serve(
                "main",
                "-Xmx" + HEAP_BYTES,
                "-Dbelvedere.engine.memory-mib=128",
                "-Dbelvedere.limits.slow-reader=" + STALL,
                "-Dbelvedere.limits.waiting-time=" + WAITING);
        rest = new Rest(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
        chain.close();
    }

    /** How a client leaves that waits for its first row. */
    private interface Leaving {
        void leave(WireClient client) throws Exception;
    }

    @Test
    void aClientThatGoesAwayWhileItsSourceWorksEndsTheStatementAndIsRecorded() throws Exception {
        Set<String> before = queries(rest, "client_gone");
        List<Leaving> ways = List.of(WireClient::close, WireClient::closeHalf);
        try (Connection _ = chain.lockPayments()) {
            for (Leaving way : ways) {
                try (WireClient client = new WireClient(server.base(), "dev-stella", BLOCKED, "PT120S")) {
                    await("the statement waits", () -> chain.waitingAtPostgres() == 1);
                    way.leave(client);
                    await("the statement is gone", () -> chain.running() == 0);
                }
            }
        }
        requireGone(before, ways.size(), "client_gone  CLIENT_GONE  0 rows");
    }

    @Test
    void aClientProcessThatIsKilledEndsTheStatementAndIsRecorded() throws Exception {
        Set<String> before = queries(rest, "client_gone");
        Path request = Files.write(folder.resolve("request"), WireClient.request("dev-stella", BLOCKED, "PT120S"));
        try (Connection _ = chain.lockPayments()) {
            Process client = new ProcessBuilder(
                            "bash",
                            "-c",
                            "exec 3<>/dev/tcp/127.0.0.1/%d; cat %s >&3; exec cat <&3"
                                    .formatted(server.base().getPort(), request))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            await("the statement waits", () -> chain.waitingAtPostgres() == 1);
            client.destroyForcibly().waitFor();
            await("the statement is gone", () -> chain.running() == 0);
        }
        requireGone(before, 1, "client_gone  CLIENT_GONE  0 rows");
    }

    private static void requireGone(Set<String> before, int count, String recorded) throws Exception {
        await("each is seen as gone", () -> since(before, rest, "client_gone").size() == count);
        for (String id : since(before, rest, "client_gone")) {
            assertThat(LogTool.show(server.folder(), "--request", id)).contains(recorded);
        }
    }

    @Test
    void aClientThatGoesAwayInTheMiddleIsRecordedWithTheRowsItWasSent() throws Exception {
        Set<String> before = queries(rest, "client_gone");
        try (WireClient client = new WireClient(server.base(), "dev-stella", LARGE, "PT120S")) {
            assertThat(client.read(200_000)).contains("HTTP/1.1 200");
        }
        await("it is seen as gone", () -> since(before, rest, "client_gone").size() == 1);
        String id = since(before, rest, "client_gone").iterator().next();
        long rows = rest.get("dev-omar", "/api/v1/queries/" + id)
                .json()
                .path("rows")
                .asLong();
        assertThat(rows).isPositive();
        requireGone(before, 1, "client_gone  CLIENT_GONE  " + rows + " rows");
    }

    @Test
    void aClientWhoseCableIsPulledInTheMiddleIsCutAndItsStatementsEnd() throws Exception {
        Set<String> before = queries(rest, "slow_reader");
        try (FaultProxy cable = FaultProxy.before(server.base().getPort());
                WireClient client =
                        new WireClient(URI.create("http://127.0.0.1:" + cable.port()), "dev-stella", LARGE, "PT120S")) {
            assertThat(client.read(20_000)).contains("HTTP/1.1 200");
            cable.inject(new Fault.BlackHole());
            await("it is cut", () -> since(before, rest, "slow_reader").size() == 1);
            await("nothing of it runs", () -> chain.running() == 0);
        }
    }

    /** While nothing is to be sent, only the kernel can find out that the other side is not there any more. */
    @Test
    void aClientThatWaitsIsAskedByTheKernelWhetherItIsStillThere() throws Exception {
        try (Connection _ = chain.lockPayments();
                WireClient client = new WireClient(server.base(), "dev-stella", BLOCKED, "PT120S")) {
            await("the statement waits", () -> chain.waitingAtPostgres() == 1);
            assertThat(KernelTimers.keepAlive(server.base().getPort(), client.port()))
                    .hasValueSatisfying(next -> assertThat(next).isBetween(Duration.ZERO, Duration.ofSeconds(20)));
        }
    }

    @Test
    void fiveHundredSlowReadersAreHeldBackAndCutWhileOthersAreServedAndTheHeapStaysFlat() throws Exception {
        Set<String> before = queries(rest, "slow_reader");
        List<SlowReader> readers = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        try {
            for (int i = 0; i < READERS; i++) {
                readers.add(SlowReader.start(
                        new WireClient(server.base(), "dev-s" + i % ServedChain.STEWARDS, LARGE, "PT120S")));
            }
            await("all were answered or turned away", PATIENCE, () -> {
                seen.add(askedMeanwhile());
                return readers.stream().noneMatch(reader -> reader.heard().isEmpty());
            });
            await("all were cut", PATIENCE, () -> {
                seen.add(askedMeanwhile());
                return queries(rest, "running").isEmpty()
                        && queries(rest, "waiting").isEmpty();
            });
        } finally {
            for (SlowReader reader : readers) {
                reader.close();
            }
        }
        assertThat(seen).contains(200);
        List<String> heard = readers.stream().map(SlowReader::heard).toList();
        Set<String> cut = since(before, rest, "slow_reader");
        long begun =
                heard.stream().filter(text -> text.startsWith("HTTP/1.1 200")).count();
        long refused = heard.stream()
                .filter(text -> text.matches("(?s)HTTP/1.1 (429|503).*"))
                .count();
        assertThat(cut).as("at least what one caller may run").hasSizeGreaterThanOrEqualTo(4);
        assertThat(begun).isGreaterThanOrEqualTo(cut.size());
        assertThat(begun + refused).isEqualTo(READERS);
        requireSourcesHeldBack(cut);
        await("nothing runs at a source", () -> chain.running() == 0);
        // Such a crowd may take a starved source for a slow one, which is then left in peace for a while.
        await(
                "the source is asked again",
                () -> rest.query("dev-stella", JSON, ONE_ITEM).status() == 200);
        assertThat(server.log()).doesNotContain("OutOfMemoryError");
        assertThat(server.residentBytesMost()).isLessThan(ServedSample.residentBytesMax(HEAP_BYTES, 128L << 20));
    }

    /** Who is served and who is not depends on when the others come; that nobody fails otherwise does not. */
    private static int askedMeanwhile() throws Exception {
        Answer other = rest.query("dev-ana", JSON, "SELECT * FROM crm.contacts FETCH FIRST 5 ROWS ONLY");
        assertThat(other.status()).as(other.text()).isIn(200, 429, 503);
        return other.status();
    }

    /** The rows were not read on and dropped: what was never asked for stayed at the source. */
    private static void requireSourcesHeldBack(Set<String> cut) throws Exception {
        String id = cut.iterator().next();
        JsonNode seen = rest.get("dev-omar", "/api/v1/queries/" + id).json();
        assertThat(seen.path("rows").asLong()).isLessThan(Scale.SMALL.orders() * 2L);
        assertThat(LogTool.show(server.folder(), "--request", id)).contains("slow_reader  SLOW_READER");
    }

    @Test
    void oneCallersFloodWaitsAndIsTurnedAwayWhileOthersAreServed() throws Exception {
        try (Connection lock = chain.lockPayments()) {
            List<CompletableFuture<Answer>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(asked(rest, "dev-s7", BLOCKED));
            }
            await("four run", () -> queries(rest, "running").size() == 4);
            long begin = System.nanoTime();
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(asked(rest, "dev-s7", BLOCKED));
            }
            await("eight wait", () -> queries(rest, "waiting").size() == 8);
            Answer refused = rest.query("dev-s7", JSON, BLOCKED);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.response().headers().firstValueAsLong("Retry-After"))
                    .isPresent();
            Answer other = rest.query("dev-stella", JSON, "SELECT * FROM sales.revenue_by_country");
            assertThat(other.status()).as(other.text()).isEqualTo(200);
            for (CompletableFuture<Answer> each : waiting) {
                assertThat(each.get(30, TimeUnit.SECONDS).json().path("code").asText())
                        .isEqualTo("TOO_MANY_QUERIES");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(WAITING);
            lock.rollback();
            for (CompletableFuture<Answer> each : running) {
                assertThat(each.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        }
    }
}
