package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.testkit.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** The sample's databases, with what the tests of faults need besides: a large view, many callers, and locks that hold statements up. */
final class ServedChain implements AutoCloseable {
    static final String JSON = "application/json";
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final int STEWARDS = 130;

    /** Waits for as long as {@link #lockPayments()} holds. */
    static final String BLOCKED = "SELECT order_id FROM sales.settled";

    /** Waits for as long as {@link #lockCustomers()} holds; MariaDB alone is asked. */
    static final String BLOCKED_AT_MARIADB = "SELECT name FROM crm.contacts";

    /** Asks a source at the end of a line that can be cut. */
    static final String FAR_AWAY = "SELECT quantity FROM inventory.far_stock FETCH FIRST 1 ROWS ONLY";

    /** About 12 MB, more than any socket holds back. */
    static final String LARGE = "SELECT order_id, line_no, '" + "x".repeat(200) + "' AS filler FROM sales.items";

    private static final String SETTLED = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.settled, version: 1.0.0, title: Settled, owner: test, description: Orders with a payment.}
            spec:
              query: SELECT p.order_id FROM payments.payments p
              columns:
                - {name: order_id, type: bigint, required: true}
              limits: {timeout: 120s, maxRows: 1000000}
            """;

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
              limits: {timeout: 120s, maxRows: 1000000}
            """;

    private static final String FAR_STOCK = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: inventory.far_stock, version: 1.0.0, title: Stock, owner: test, description: The stock from afar.}
            spec:
              query: SELECT s.store_id, s.quantity FROM far.stock s
              columns:
                - {name: store_id, type: bigint, required: true}
                - {name: quantity, type: integer, required: true}
            """;

    private final CoffeeChain chain;
    private final Path folder;
    private final FaultProxy far;

    private ServedChain(CoffeeChain chain, Path folder) {
        this.chain = chain;
        this.folder = folder;
        this.far = FaultProxy.before(chain.server(CoffeeChain.Server.MARIADB).port());
    }

    /** Starts the databases; servers put their files below the folder. */
    static ServedChain start(Path folder) throws IOException {
        return new ServedChain(CoffeeChain.start(Scale.SMALL, Keep.NOTHING), folder);
    }

    /** The line to the source of {@link #FAR_AWAY}. */
    FaultProxy far() {
        return far;
    }

    /** The databases themselves. */
    CoffeeChain databases() {
        return chain;
    }

    /** A server that is ready, with the large view and the stewards {@code dev-s0}, {@code dev-s1}, …. */
    ServedSample serve(String name, String... settings) throws Exception {
        return serve(name, _ -> {}, settings);
    }

    /** As {@link #serve(String, String...)}, with more in its catalog. */
    ServedSample serve(String name, ServedSample.Edit more, String... settings) throws Exception {
        return ServedSample.start(
                        chain,
                        Files.createDirectories(folder.resolve(name)),
                        copy -> {
                            edit(copy);
                            more.in(copy);
                        },
                        List.of(settings))
                .awaitHealth(200);
    }

    /** A server over what another one left. */
    ServedSample again(String name, String... settings) throws Exception {
        return ServedSample.again(chain, folder.resolve(name), List.of(settings))
                .awaitHealth(200);
    }

    private void edit(Path copy) throws IOException {
        Files.writeString(copy.resolve("views/items.yaml"), ITEMS);
        Files.writeString(copy.resolve("views/settled.yaml"), SETTLED);
        Path payments = copy.resolve("sources/payments.yaml");
        Files.writeString(
                payments, Files.readString(payments).replace("statementTimeout: 30s", "statementTimeout: 120s"));
        Files.writeString(copy.resolve("sources/far.yaml"), farSource());
        Files.writeString(copy.resolve("views/far-stock.yaml"), FAR_STOCK);
        StringBuilder identities = new StringBuilder(Files.readString(copy.resolve("dev-identities.yaml")));
        for (int i = 0; i < STEWARDS; i++) {
            identities.append("  - {token: dev-s%d, subject: s%d, name: S%d, roles: [steward]}\n".formatted(i, i, i));
        }
        Files.writeString(copy.resolve("dev-identities.yaml"), identities);
    }

    /** The stock once more, at the end of a line that can be cut. */
    private String farSource() {
        return """
            apiVersion: belvedere.io/v1
            kind: Source
            metadata: {name: far, description: The stock from afar.}
            spec:
              kind: mariadb
              connection: {host: 127.0.0.1, port: %d, database: inventory, user: belvedere, password: "${env:INVENTORY_PASSWORD}", tls: disabled}
              tables:
                - name: stock
                  columns:
                    - {name: store_id, type: bigint, required: true, key: true}
                    - {name: quantity, type: integer, required: true}
            """.formatted(far.port());
    }

    /** Statements on the payments wait until this is closed. */
    Connection lockPayments() throws SQLException {
        return holding(CoffeeChain.Server.PAYMENTS, "payments", "LOCK TABLE payments IN ACCESS EXCLUSIVE MODE");
    }

    /** Statements on the customers wait until this is closed. */
    Connection lockCustomers() throws SQLException {
        return holding(CoffeeChain.Server.MARIADB, "crm", "LOCK TABLES customers WRITE");
    }

    /** Lets go of the tables that a MariaDB session holds. */
    static void unlock(Connection holder) throws SQLException {
        try (Statement statement = holder.createStatement()) {
            statement.execute("UNLOCK TABLES");
        }
    }

    private Connection holding(CoffeeChain.Server server, String database, String lock) throws SQLException {
        Connection holder = chain.server(server).openAsAdmin(database);
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute(lock);
        }
        return holder;
    }

    /** Statements of any server that wait for the payments, as the database itself sees it. */
    int waitingAtPostgres() throws SQLException {
        return count(
                CoffeeChain.Server.PAYMENTS,
                "payments",
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'belvedere/%@%' AND wait_event_type = 'Lock'");
    }

    /** Statements of any server that wait for the customers. */
    int waitingAtMariaDb() throws SQLException {
        return count(
                CoffeeChain.Server.MARIADB,
                "crm",
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '/* belvedere/%@%' AND state LIKE 'Waiting%'");
    }

    /** Statements with our tag at any of the databases. */
    int running() throws SQLException {
        String postgres = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'belvedere/%@%'";
        return count(CoffeeChain.Server.PAYMENTS, "payments", postgres)
                + count(CoffeeChain.Server.ORDERS, "orders_0", postgres)
                + count(
                        CoffeeChain.Server.MARIADB,
                        "crm",
                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '/* belvedere/%@%'");
    }

    private int count(CoffeeChain.Server server, String database, String sql) throws SQLException {
        try (Connection admin = chain.server(server).openAsAdmin(database);
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    static void await(String what, Callable<Boolean> holds) throws Exception {
        await(what, PATIENCE, holds);
    }

    static void await(String what, Duration patience, Callable<Boolean> holds) throws Exception {
        long giveUp = System.nanoTime() + patience.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            Thread.sleep(50);
        }
    }

    /** The ids of queries in a state, as an operator sees them. */
    static Set<String> queries(Rest rest, String state) throws Exception {
        Set<String> ids = new HashSet<>();
        for (JsonNode query : rest.get("dev-omar", "/api/v1/queries").json().path("queries")) {
            if (query.path("state").asText().equals(state)) {
                ids.add(query.path("queryId").asText());
            }
        }
        return ids;
    }

    /** Those of them that were not there before. */
    static Set<String> since(Set<String> before, Rest rest, String state) throws Exception {
        Set<String> now = queries(rest, state);
        now.removeAll(before);
        return now;
    }

    static CompletableFuture<Answer> asked(Rest rest, String token, String sql) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        var _ = Thread.ofVirtual().start(() -> {
            try {
                answer.complete(rest.query(token, JSON, sql));
            } catch (IOException | InterruptedException failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        far.close();
        chain.close();
    }
}
