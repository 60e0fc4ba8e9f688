package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away and callers who ask too much: the packaged server over real databases. */
class ClientsIT {
    private static final String JSON = "application/json";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Waits for as long as {@link #lockPayments()} holds. */
    private static final String BLOCKED = "SELECT order_id FROM fulfilment.late_orders";
    /** About 12 MB, more than any socket holds back. */
    private static final String LARGE =
            "SELECT order_id, line_no, '" + "x".repeat(200) + "' AS filler FROM sales.items";

    private static final String ITEMS = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.items, version: 1.0.0, title: Items, owner: test, description: Every item of every order.}
            spec:
              query: |
                SELECT i.order_id, i.line_no FROM orders.order_items i
              columns:
                - {name: order_id, type: bigint, required: true}
                - {name: line_no, type: integer, required: true}
              limits: {timeout: 60s, maxRows: 1000000}
              onSourceFailure: fail
            """;

    @TempDir
    static Path folder;

    private static CoffeeChain chain;
    private static ServedSample server;
    private static Rest rest;

    @BeforeAll
    static void start() throws Exception {
        chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
        server = serve("main", "-Xmx384m", "-Dbelvedere.limits.slow-reader=PT3S");
        rest = new Rest(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
        chain.close();
    }

    /** A server with a large view and stewards enough for many readers. */
    private static ServedSample serve(String name, String... settings) throws Exception {
        return ServedSample.start(
                        chain,
                        Files.createDirectories(folder.resolve(name)),
                        copy -> {
                            Files.writeString(copy.resolve("views/items.yaml"), ITEMS);
                            Path orders = copy.resolve("sources/orders.yaml");
                            Files.writeString(
                                    orders, Files.readString(orders).replace("concurrency: 16", "concurrency: 60"));
                            Path identities = copy.resolve("dev-identities.yaml");
                            StringBuilder more = new StringBuilder(Files.readString(identities));
                            for (int i = 0; i < 10; i++) {
                                more.append("  - {token: dev-s%d, subject: s%d, name: S%d, roles: [steward]}\n"
                                        .formatted(i, i, i));
                            }
                            Files.writeString(identities, more);
                        },
                        List.of(settings))
                .awaitHealth(200);
    }

    /** Statements on the payments wait until this is closed. */
    private static Connection lockPayments() throws Exception {
        Connection lock = chain.server(CoffeeChain.Server.PAYMENTS).openAsAdmin("payments");
        lock.setAutoCommit(false);
        try (Statement statement = lock.createStatement()) {
            statement.execute("LOCK TABLE payments IN ACCESS EXCLUSIVE MODE");
        }
        return lock;
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            Thread.sleep(50);
        }
    }

    /** The ids of queries in a state, as an operator sees them. */
    private static Set<String> queries(Rest calls, String state) throws Exception {
        Set<String> ids = new HashSet<>();
        for (JsonNode query : calls.get("dev-omar", "/api/v1/queries").json().path("queries")) {
            if (query.path("state").asText().equals(state)) {
                ids.add(query.path("queryId").asText());
            }
        }
        return ids;
    }

    private static Set<String> since(Set<String> before, Rest calls, String state) throws Exception {
        Set<String> now = queries(calls, state);
        now.removeAll(before);
        return now;
    }

    private static CompletableFuture<Answer> asked(Rest calls, String token, String sql) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return calls.query(token, JSON, sql);
            } catch (IOException | InterruptedException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    @Test
    void aClientThatGoesAwayInTheMiddleIsRecordedWithTheRowsItWasSent() throws Exception {
        Set<String> before = queries(rest, "client_gone");
        try (WireClient client = new WireClient(server.base(), "dev-stella", LARGE, "PT60S")) {
            assertThat(client.read(200_000)).contains("HTTP/1.1 200");
        }
        await("it is recorded", () -> since(before, rest, "client_gone").size() == 1);
        String id = since(before, rest, "client_gone").iterator().next();
        JsonNode seen = rest.get("dev-omar", "/api/v1/queries/" + id).json();
        long rows = seen.path("rows").asLong();
        assertThat(rows).isPositive();
        assertThat(LogTool.show(server.folder(), "--request", id))
                .contains("client_gone  CLIENT_GONE  " + rows + " rows");
    }

    @Test
    void oneCallersFloodWaitsAndIsTurnedAwayWhileOthersAreServed() throws Exception {
        try (Connection lock = lockPayments()) {
            List<CompletableFuture<Answer>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(asked(rest, "dev-ana", BLOCKED));
            }
            await("four run", () -> queries(rest, "running").size() == 4);
            long begin = System.nanoTime();
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(asked(rest, "dev-ana", BLOCKED));
            }
            await("eight wait", () -> queries(rest, "waiting").size() == 8);
            Answer refused = rest.query("dev-ana", JSON, BLOCKED);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            Answer other = rest.query("dev-stella", JSON, "SELECT * FROM sales.revenue_by_country");
            assertThat(other.status()).as(other.text()).isEqualTo(200);
            for (CompletableFuture<Answer> each : waiting) {
                assertThat(each.get(20, TimeUnit.SECONDS).json().path("code").asText())
                        .isEqualTo("TOO_MANY_QUERIES");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(2));
            lock.rollback();
            for (CompletableFuture<Answer> each : running) {
                assertThat(each.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        }
    }
}
