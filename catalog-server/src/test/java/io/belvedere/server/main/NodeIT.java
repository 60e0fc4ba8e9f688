package io.belvedere.server.main;

import static io.belvedere.server.main.ServedChain.BLOCKED;
import static io.belvedere.server.main.ServedChain.BLOCKED_AT_MARIADB;
import static io.belvedere.server.main.ServedChain.FAR_AWAY;
import static io.belvedere.server.main.ServedChain.JSON;
import static io.belvedere.server.main.ServedChain.LARGE;
import static io.belvedere.server.main.ServedChain.asked;
import static io.belvedere.server.main.ServedChain.await;
import static io.belvedere.server.main.ServedChain.queries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.server.doors.FlightCaller;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.testkit.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed, told to stop, paused, or short of memory or disk, in the middle of its work. */
class NodeIT {
    private static final String QUICK = "SELECT * FROM crm.contacts FETCH FIRST 5 ROWS ONLY";
    /** What {@code -XX:+ExitOnOutOfMemoryError} ends with. */
    private static final int OUT_OF_MEMORY = 3;

    @TempDir
    static Path folder;

    private static ServedChain chain;

    @BeforeAll
    static void start() throws Exception {
        chain = ServedChain.start(folder);
    }

    @AfterAll
    static void stop() {
        chain.close();
    }

    /**
     * One query is killed before its source was asked, one before its first row, one in the middle of its rows, and one after its last
     * row, whose outcome is not on the disk yet.
     */
    @Test
    void aKilledServerLeavesNoDecisionOpenAndNoStatementBehind() throws Exception {
        Set<String> open;
        try (Connection _ = chain.lockPayments()) {
            ServedSample killed = chain.serve("killed", "-Dbelvedere.limits.slow-reader=PT5M");
            Rest rest = new Rest(killed.base());
            Answer near = rest.query("dev-s3", JSON, FAR_AWAY);
            assertThat(near.status()).as(near.text() + killed.log()).isEqualTo(200);
            try (Connection customers = chain.lockCustomers();
                    WireClient _ = new WireClient(killed.base(), "dev-s0", BLOCKED, "PT120S");
                    WireClient reading = new WireClient(killed.base(), "dev-s1", LARGE, "PT120S")) {
                CompletableFuture<Answer> last = asked(rest, "dev-s2", BLOCKED_AT_MARIADB);
                await("one waits at PostgreSQL", () -> chain.waitingAtPostgres() == 1);
                await("one waits at MariaDB", () -> chain.waitingAtMariaDb() == 1);
                assertThat(reading.read(10_000)).contains("HTTP/1.1 200");
                chain.far().inject(new Fault.BlackHole());
                CompletableFuture<Answer> _ = asked(rest, "dev-s3", FAR_AWAY);
                await(
                        "the decisions of all four are on the disk",
                        () -> decided(rest).size() == 4);
                open = decided(rest);
                killed.limitFiles("1:unlimited");
                ServedChain.unlock(customers);
                Answer answer = last.get(60, TimeUnit.SECONDS);
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                killed.kill();
            } finally {
                chain.far().heal();
                killed.kill();
            }
            assertThat(chain.waitingAtPostgres())
                    .as("a source does not notice by itself")
                    .isOne();
            try (ServedSample again = chain.again("killed")) {
                await("the statement is ended", Duration.ofSeconds(60), () -> chain.waitingAtPostgres() == 0);
                for (String id : open) {
                    assertThat(LogTool.show(again.folder(), "--request", id)).contains("unknown_crash");
                }
                assertThat(new Rest(again.base()).query("dev-ana", JSON, QUICK).status())
                        .isEqualTo(200);
            }
        }
        LogTool.verify(folder.resolve("killed"));
    }

    /** Queries whose decision is on the disk and whose outcome is not. */
    private static Set<String> decided(Rest rest) throws Exception {
        Set<String> ids = queries(rest, "running");
        ids.addAll(queries(rest, "planning"));
        return ids;
    }

    /**
     * Thirty-two clients of both doors: some read on and get the whole of their results, some do not read, and some wait for their source;
     * these are ended, and nobody can take what they have for the whole.
     */
    @Test
    void aServerThatIsToldToStopEndsItsQueriesInTimeAndClosesItsLog() throws Exception {
        Path log = folder.resolve("stopped");
        try (ServedSample stopped = chain.serve(
                        "stopped",
                        NodeIT::widen,
                        "-Dbelvedere.limits.drain=PT10S",
                        "-Dbelvedere.limits.timeout=PT2M",
                        "-Dbelvedere.limits.slow-reader=PT5M");
                Connection _ = chain.lockPayments();
                Crowd crowd = Crowd.gather(stopped)) {
            Rest rest = new Rest(stopped.base());
            await("the statements wait", () -> chain.waitingAtPostgres() == Crowd.BLOCKED);
            await("all run", () -> queries(rest, "running").size() == Crowd.SIZE);
            long begin = System.nanoTime();
            stopped.terminate();
            requireRefusal(stopped);
            crowd.readOn();
            crowd.requireWholeResults();
            stopped.awaitEnd();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(50));
            crowd.requireTheOthersToBeCutOff();
            await("the sources run nothing", Duration.ofSeconds(60), () -> chain.running() == 0);
        }
        String records = LogTool.show(log, "--last", "2000");
        assertThat(records).contains("close");
        assertThat(records.split("node_drain  SERVER_STOPPING", -1)).hasSizeGreaterThan(Crowd.CUT_OFF);
        // Each decision has its one outcome.
        LogTool.verify(log);
    }

    /** As many statements as there are clients. */
    private static void widen(Path copy) throws IOException {
        for (String source : List.of("orders", "payments")) {
            Path file = copy.resolve("sources/" + source + ".yaml");
            Files.writeString(file, Files.readString(file).replace("concurrency: 16", "concurrency: 40"));
        }
    }

    /** New queries are turned away at both doors with a word when to come again, and the server is not ready from then on. */
    private static void requireRefusal(ServedSample stopped) throws Exception {
        Rest rest = new Rest(stopped.base());
        List<Answer> refused = new ArrayList<>();
        await("a new query is turned away", Duration.ofSeconds(60), () -> {
            Answer answer = rest.query("dev-s99", JSON, QUICK);
            refused.add(answer);
            return answer.status() != 200;
        });
        assertThat(rest.get("", "/q/health/ready").status()).isEqualTo(503);
        assertThat(refused.getLast().status()).isEqualTo(503);
        assertThat(refused.getLast().json().path("code").asText()).isEqualTo("SERVER_STOPPING");
        assertThat(refused.getLast().header("Retry-After")).isNotEmpty();
        try (FlightCaller late = FlightCaller.at(stopped.flightPort(), "dev-s98")) {
            assertThatThrownBy(() -> late.query(QUICK))
                    .hasMessageContaining("SERVER_STOPPING")
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            told -> assertThat(told.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE));
        }
    }

    @Test
    void aPauseOfTheWholeProcessStretchesNoDeadlineAndNoStatement() throws Exception {
        try (ServedSample paused = chain.serve("paused");
                Connection _ = chain.lockPayments();
                WireClient client = new WireClient(paused.base(), "dev-stella", BLOCKED, "PT15S")) {
            await("the statement waits", () -> chain.waitingAtPostgres() == 1);
            paused.signal("STOP");
            try {
                await("its source ends it", Duration.ofSeconds(40), () -> chain.waitingAtPostgres() == 0);
                Thread.sleep(Duration.ofSeconds(6));
            } finally {
                paused.signal("CONT");
            }
            assertThat(client.read(2_000)).contains("504", "TIMED_OUT");
            assertThat(new Rest(paused.base()).query("dev-ana", JSON, QUICK).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aHeapThatIsNearlyFullLetsNoQueryInAndOneThatIsFullEndsTheServer() throws Exception {
        assertThat(Files.readString(Path.of("..", "belvedere"))).contains("server_jvm=(-XX:+ExitOnOutOfMemoryError");
        Path wish = folder.resolve("heap");
        String agent = HeapFiller.option(folder.resolve("filler.jar"), wish);
        Set<String> open;
        try (ServedSample full = chain.serve("full", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError", agent);
                Connection _ = chain.lockPayments();
                WireClient _ = new WireClient(full.base(), "dev-s0", BLOCKED, "PT120S")) {
            Rest rest = new Rest(full.base());
            await("the statement waits", () -> chain.waitingAtPostgres() == 1);
            Files.writeString(wish, "fill 89");
            await("none is let in", () -> rest.query("dev-ana", JSON, QUICK).status() == 503);
            Answer refused = rest.query("dev-ana", JSON, QUICK);
            assertThat(refused.json().path("code").asText()).isEqualTo("OVERLOADED");
            assertThat(refused.response().headers().firstValueAsLong("Retry-After"))
                    .isPresent();
            assertThat(queries(rest, "running"))
                    .as("those that run are looked at")
                    .hasSize(1);
            Files.writeString(wish, "free");
            await(
                    "they are let in again",
                    () -> rest.query("dev-ana", JSON, QUICK).status() == 200);
            open = queries(rest, "running");
            Files.writeString(wish, "exhaust");
            assertThat(full.awaitEnd()).isEqualTo(OUT_OF_MEMORY);
        }
        try (ServedSample again = chain.again("full")) {
            assertThat(open).hasSize(1);
            for (String id : open) {
                assertThat(LogTool.show(again.folder(), "--request", id)).contains("unknown_crash");
            }
        }
        LogTool.verify(folder.resolve("full"));
    }

    @Test
    void anAuditDiskThatIsFullStopsAnswersUntilThereIsRoomAndTheLogNamesThePlace() throws Exception {
        try (ServedSample full = chain.serve("full-disk")) {
            Rest rest = new Rest(full.base());
            // The disk of a busy machine may take longer for a record than a query waits for it.
            await(
                    "a query is answered",
                    () -> rest.query("dev-ana", JSON, QUICK).status() == 200);
            full.limitFiles("1:unlimited");
            Answer answer = rest.query("dev-ana", JSON, QUICK);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("code").asText()).isEqualTo("AUDIT_UNAVAILABLE");
            assertThat(answer.json().has("rows")).isFalse();
            assertThat(rest.get("dev-ana", "/api/v1/views").status()).isEqualTo(503);
            full.awaitHealth(503);
            full.limitFiles("unlimited:unlimited");
            full.awaitHealth(200);
            await(
                    "a query is answered again",
                    () -> rest.query("dev-ana", JSON, QUICK).status() == 200);
        }
        // The write that failed is told apart from a record that somebody took away.
        LogTool.verifySuspect(folder.resolve("full-disk"));
    }
}
