package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.server.doors.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is larger than memory, through a server with little of it, as the kernel counts the process. */
class MemoryIT {
    private static final long HEAP_BYTES = 384L << 20;
    private static final long ENGINE_BYTES = 256L << 20;
    private static final int ROWS = 10_000_000;
    private static final int JOINED_ROWS = 1_000_000;
    private static final int TEXT_LENGTH = 320;
    private static final int SLOW_READS = 60;
    private static final int END_BYTES = 2_000;

    private static final String SOURCE = """
            apiVersion: belvedere.io/v1
            kind: Source
            metadata: {name: %1$s, description: More than fits.}
            spec:
              kind: postgresql
              connection: {host: 127.0.0.1, port: "${env:%2$s_PORT}", database: %3$s, user: belvedere, password: "${env:%2$s_PASSWORD}", tls: disabled}
              tables:
                - name: many
                  columns:
                    - {name: id, type: bigint, required: true}
                - name: wide
                  columns:
                    - {name: id, type: bigint, required: true}
                    - {name: t, type: varchar, required: true}
              limits: {concurrency: 4, statementTimeout: 10m, maxRows: 20000000}
            """;

    private static final String VIEW = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.%1$s, version: 1.0.0, title: More than fits, owner: test, description: More than fits.}
            spec:
              query: %2$s
              columns:
                - {name: %3$s, type: bigint}
              limits: {timeout: 10m, maxRows: 20000000}
            """;

    @TempDir
    static Path folder;

    private static ServedChain chain;
    private static ServedSample server;

    @BeforeAll
    static void start() throws Exception {
        chain = ServedChain.start(folder);
        create(CoffeeChain.Server.PAYMENTS, "payments");
        create(CoffeeChain.Server.ORDERS, "orders_0");
        server = chain.serve("small", MemoryIT::addViews, "-Xmx" + HEAP_BYTES, "-Dbelvedere.engine.memory-mib=256");
        Rest rest = new Rest(server.base());
        for (String first :
                new String[] {"SELECT id FROM sales.many FETCH FIRST 1 ROWS ONLY", "SELECT * FROM crm.contacts"}) {
            ServedChain.await(
                    "it answers",
                    () -> rest.query("dev-stella", ServedChain.JSON, first).status() == 200);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        chain.close();
    }

    /** The rows are made when they are asked for. */
    private static void create(CoffeeChain.Server at, String database) throws Exception {
        try (Connection admin = chain.databases().server(at).openAsAdmin(database);
                Statement statement = admin.createStatement()) {
            // Not in FROM, where PostgreSQL would keep all of them on its disk before it gives the first.
            statement.execute("CREATE VIEW many AS SELECT generate_series(1, " + ROWS + ")::bigint AS id");
            statement.execute("CREATE VIEW wide AS SELECT i::bigint AS id, repeat(md5(i::text), 10)::varchar AS t"
                    + " FROM (SELECT generate_series(1, " + JOINED_ROWS + ") AS i) AS numbers");
            statement.execute("GRANT SELECT ON many, wide TO PUBLIC");
        }
    }

    private static void addViews(Path catalog) throws IOException {
        Path policy = catalog.resolve("policy/data.json");
        Files.writeString(policy, Files.readString(policy).replace("\"maxRows\": 5000000", "\"maxRows\": 50000000"));
        Files.writeString(catalog.resolve("sources/here.yaml"), SOURCE.formatted("here", "PAYMENTS", "payments"));
        Files.writeString(catalog.resolve("sources/there.yaml"), SOURCE.formatted("there", "ORDERS", "orders_0"));
        Files.writeString(
                catalog.resolve("views/many.yaml"), VIEW.formatted("many", "SELECT m.id FROM here.many m", "id"));
        Files.writeString(
                catalog.resolve("views/joined.yaml"),
                VIEW.formatted(
                        "joined",
                        "SELECT SUM(CHAR_LENGTH(a.t || b.t)) AS n FROM here.wide a JOIN there.wide b ON a.id = b.id AND a.t = b.t",
                        "n"));
    }

    @Test
    void tenMillionRowsToASlowReaderStayUnderTheBound() throws Exception {
        HttpRequest request = new Rest(server.base())
                .request("dev-stella", "/api/v1/query")
                .timeout(Duration.ofMinutes(9))
                .header("Accept", "text/csv")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"sql\": \"SELECT id FROM sales.many\", \"timeout\": \"PT9M\"}"))
                .build();
        long lines = 0;
        String end = "";
        try (HttpClient client = client();
                InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            byte[] buffer = new byte[64 * 1024];
            int reads = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
                end += new String(
                        buffer, Math.max(0, read - END_BYTES), Math.min(read, END_BYTES), StandardCharsets.UTF_8);
                end = end.substring(Math.max(0, end.length() - END_BYTES));
                if (reads++ < SLOW_READS) {
                    Thread.sleep(Duration.ofMillis(100));
                }
            }
        }
        assertThat(end).contains("\"status\":\"complete\"");
        assertThat(lines).isEqualTo(ROWS + 2L);
        requireBound();
    }

    @Test
    void aJoinThatDoesNotFitTheEngineSpillsIsRightAndStaysUnderTheBound() throws Exception {
        AtomicLong spilledMost = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        Thread watch = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                spilledMost.accumulateAndGet(spilledBytes(), Math::max);
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofMillis(20).toNanos());
            }
        });
        HttpRequest request = new Rest(server.base())
                .request("dev-stella", "/api/v1/query")
                .timeout(Duration.ofMinutes(9))
                .header("Accept", ServedChain.JSON)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"sql\": \"SELECT n FROM sales.joined\", \"timeout\": \"PT9M\"}"))
                .build();
        String text;
        try (HttpClient client = client()) {
            text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } finally {
            ended.set(true);
            watch.join();
        }
        JsonNode answer = new ObjectMapper().readTree(text);
        assertThat(answer.path("rows").path(0).path(0).asLong()).as(text).isEqualTo(2L * TEXT_LENGTH * JOINED_ROWS);
        assertThat(spilledMost.get()).as("bytes spilled").isPositive();
        requireBound();
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static void requireBound() throws IOException {
        assertThat(server.residentBytesMost()).isLessThan(ServedSample.residentBytesMax(HEAP_BYTES, ENGINE_BYTES));
        assertThat(server.log()).doesNotContain("OutOfMemoryError");
    }

    private static long spilledBytes() {
        try (Stream<Path> files = Files.walk(server.folder().resolve("spill"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException | UncheckedIOException gone) {
            // A file went while it was looked at.
            return 0;
        }
    }
}
