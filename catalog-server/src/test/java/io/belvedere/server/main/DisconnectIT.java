package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that goes away, or changes its mind, is heard at the source within two seconds, as the source's own list shows. */
class DisconnectIT {
    private static final Duration HEARD = Duration.ofSeconds(2);
    private static final Pattern TAG = Pattern.compile("belvedere/([0-9a-f-]{36})@");
    private static final int READ_BYTES = 200_000;

    @TempDir
    static Path folder;

    private static CoffeeChain chain;
    private static ServedSample server;
    private static Rest rest;

    /** A source with a table of many rows, and how its product tells what it runs. */
    enum Source {
        MARIADB(
                CoffeeChain.Server.MARIADB,
                "crm",
                "CRM",
                "mariadb",
                "SELECT info FROM information_schema.processlist WHERE info LIKE '/* belvedere/%big_numbers%'",
                "LOCK TABLES big_numbers WRITE"),
        POSTGRESQL(
                CoffeeChain.Server.PAYMENTS,
                "payments",
                "PAYMENTS",
                "postgresql",
                "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'belvedere/%@%'"
                        + " AND query LIKE '%big_numbers%'",
                "LOCK TABLE big_numbers IN ACCESS EXCLUSIVE MODE");

        final CoffeeChain.Server server;
        final String database;
        final String variables;
        final String kind;
        final String running;
        final String lock;

        Source(CoffeeChain.Server server, String database, String variables, String kind, String running, String lock) {
            this.server = server;
            this.database = database;
            this.variables = variables;
            this.kind = kind;
            this.running = running;
            this.lock = lock;
        }

        Connection openAsAdmin() throws SQLException {
            return chain.server(server).openAsAdmin(database);
        }

        String view() {
            return "crm.big_" + kind;
        }

        /** What carries our tag now; empty when nothing does. */
        String tagged() throws SQLException {
            try (Connection admin = openAsAdmin();
                    Statement statement = admin.createStatement();
                    ResultSet row = statement.executeQuery(running)) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    @BeforeAll
    static void start() throws Exception {
        chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
        fill(
                Source.MARIADB,
                "CREATE TABLE big_numbers (id BIGINT PRIMARY KEY, note VARCHAR(100) NOT NULL)",
                "INSERT INTO big_numbers SELECT seq, REPEAT('x', 100) FROM seq_1_to_400000");
        fill(
                Source.POSTGRESQL,
                "CREATE TABLE big_numbers (id bigint PRIMARY KEY, note varchar(100) NOT NULL)",
                "INSERT INTO big_numbers SELECT i, repeat('x', 100) FROM generate_series(1, 400000) i",
                "GRANT SELECT ON big_numbers TO PUBLIC");
        server = ServedSample.start(
                        chain, Files.createDirectories(folder.resolve("main")), DisconnectIT::addViews, List.of())
                .awaitHealth(200);
        rest = new Rest(server.base());
    }

    private static void fill(Source source, String... statements) throws SQLException {
        try (Connection admin = source.openAsAdmin();
                Statement statement = admin.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static void addViews(Path catalog) throws IOException {
        for (Source source : Source.values()) {
            Files.writeString(catalog.resolve("sources/big-" + source.kind + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Source
                    metadata: {name: big_%1$s, description: Many rows.}
                    spec:
                      kind: %1$s
                      connection:
                        host: "${env:%2$s_HOST}"
                        port: "${env:%2$s_PORT}"
                        database: %3$s
                        user: belvedere
                        password: "${env:%2$s_PASSWORD}"
                        tls: disabled
                      tables:
                        - name: big_numbers
                          columns:
                            - {name: id, type: bigint, required: true, key: true}
                            - {name: note, type: varchar, required: true}
                      limits: {concurrency: 4, statementTimeout: 30s}
                    """.formatted(
                            source.kind, source.variables, source.database));
            Files.writeString(
                    catalog.resolve("views/big-" + source.kind + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: View
                    metadata: {name: %1$s, version: 1.0.0, title: Many rows, owner: test, description: Many rows.}
                    spec:
                      query: |
                        SELECT n.id, n.note FROM big_%2$s.big_numbers n
                      columns:
                        - {name: id, type: bigint, required: true}
                        - {name: note, type: varchar, required: true}
                      limits: {timeout: 60s, maxRows: 1000000}
                      onSourceFailure: fail
                    """.formatted(source.view(), source.kind));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        chain.close();
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatGoesAwayBeforeTheFirstRowIsHeardAtTheSource(Source source) throws Exception {
        try (Connection holder = source.openAsAdmin();
                Socket client = new Socket(
                        InetAddress.getLoopbackAddress(), server.base().getPort())) {
            lock(source, holder);
            ask(client, "SELECT COUNT(*) AS n FROM " + source.view());
            String query = awaitRunning(source);
            drop(client);
            awaitGone(source);
            assertThat(outcome(query)).isEqualTo("client_gone");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatGoesAwayInTheMiddleOfAStreamIsHeardAtTheSource(Source source) throws Exception {
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), server.base().getPort())) {
            ask(client, "SELECT * FROM " + source.view());
            InputStream answer = client.getInputStream();
            assertThat(answer.readNBytes(READ_BYTES)).hasSize(READ_BYTES);
            String query = awaitRunning(source);
            Thread.sleep(500);
            assertThat(source.tagged())
                    .as("the source waits for a client that does not read")
                    .contains(query);
            drop(client);
            awaitGone(source);
            assertThat(outcome(query)).isEqualTo("client_gone");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aQueryThatIsCancelledIsHeardAtTheSource(Source source) throws Exception {
        try (Connection holder = source.openAsAdmin()) {
            lock(source, holder);
            CompletableFuture<Rest.Answer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return rest.query("dev-stella", "application/json", "SELECT COUNT(*) AS n FROM " + source.view());
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            String query = awaitRunning(source);
            assertThat(rest.delete("dev-stella", "/api/v1/queries/" + query).status())
                    .isBetween(200, 204);
            awaitGone(source);
            assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(499);
            assertThat(outcome(query)).isEqualTo("cancelled");
        }
    }

    private static void drop(Socket client) throws IOException {
        client.close();
    }

    private static void lock(Source source, Connection holder) throws SQLException {
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute(source.lock);
        }
    }

    private static void ask(Socket client, String sql) throws IOException {
        String body = "{\"sql\":\"" + sql + "\"}";
        client.getOutputStream()
                .write(("POST /api/v1/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer dev-stella\r\n"
                                + "Accept: application/x-ndjson\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** The id of the query that the source runs, once it does. */
    private static String awaitRunning(Source source) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (System.nanoTime() < until) {
            Matcher tag = TAG.matcher(source.tagged());
            if (tag.find()) {
                return tag.group(1);
            }
            Thread.sleep(10);
        }
        throw new AssertionError("the source never ran the query:\n" + server.log());
    }

    private static void awaitGone(Source source) throws Exception {
        long until = System.nanoTime() + HEARD.toNanos();
        while (!source.tagged().isEmpty()) {
            assertThat(System.nanoTime())
                    .as("the source still runs it after two seconds")
                    .isLessThan(until);
            Thread.sleep(10);
        }
    }

    private static String outcome(String query) throws Exception {
        String state = "";
        for (int i = 0; i < 200 && !state.matches("client_gone|cancelled|failed|ok"); i++) {
            Thread.sleep(25);
            state = rest.get("dev-stella", "/api/v1/queries/" + query)
                    .json()
                    .path("state")
                    .asText();
        }
        return state;
    }
}
