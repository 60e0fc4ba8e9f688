package io.belvedere.bench;

import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.samples.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What one governed row costs over REST: one client alone against the same statement over JDBC, turn by turn, and many clients at
 * once. Policy, masks and two durable audit records are on. The clients share the processors with the server and the databases.
 */
final class Lookups implements Bench.Suite {
    private static final int CALLERS = 32;
    private static final int WARM_UPS = 1_500;
    private static final int TURNS = 2_000;
    private static final double SECONDS = Double.parseDouble(System.getProperty("belvedere.bench.seconds", "6"));
    /** What the goal allows over the direct call, in milliseconds. */
    private static final double OVERHEAD_MILLIS = 1.5;

    private static final double GOAL_PER_SECOND = 3_000;

    @Override
    public String description() {
        return "one row by key over REST against direct JDBC: alone, and 1, 8 and 32 clients at once";
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        System.err.println("starting the coffee chain and the server …");
        Path folder = Files.createTempDirectory("belvedere-bench");
        try (CoffeeChain chain = CoffeeChain.start(Scale.FULL, Keep.FOR_LATER);
                ServerProcess server = ServerProcess.start(
                        chain, ServerProcess.freePort(ServerProcess.Wanted.ANY), settings(folder))) {
            List<Figure> figures = new ArrayList<>();
            for (LookupCase each : cases(chain)) {
                System.err.println("measuring " + each.name() + " …");
                figures.add(told(alone(each, server.port())));
            }
            LookupCase busy = cases(chain).getFirst();
            for (int clients : List.of(1, 8, CALLERS)) {
                figures.add(told(together(busy, server, clients)));
            }
            return figures;
        } finally {
            deleteAll(folder);
        }
    }

    private static Figure told(Figure figure) {
        System.err.println("  " + figure.note());
        return figure;
    }

    private static List<LookupCase> cases(CoffeeChain chain) {
        Map<String, String> variables = chain.variables();
        String customers =
                "SELECT customer_id, customer_name, email, country, segment FROM crm.customer_360 WHERE customer_id = ";
        String byHand = "SELECT c.id, c.name, " + ByHand.MASKED_EMAIL + ", k.name, c.segment"
                + " FROM customers c JOIN reference.countries k ON k.code = c.country_code WHERE c.id = ? AND c.region = 'EU'";
        String crm = url("mariadb", "CRM", "crm", variables);
        String crmPassword = String.valueOf(variables.get("CRM_PASSWORD"));
        long customersMax = Scale.FULL.customers();
        return List.of(
                new LookupCase(
                        "customer by key (MariaDB)",
                        question(customers + "?", "[%d]"),
                        "bench-analyst-",
                        crm,
                        crmPassword,
                        byHand,
                        customersMax,
                        1),
                new LookupCase(
                        "the same, the key written in the text",
                        question(customers + "%d", "[]"),
                        "bench-analyst-",
                        crm,
                        crmPassword,
                        byHand,
                        customersMax,
                        1),
                new LookupCase(
                        "payment by key (PostgreSQL)",
                        question(
                                "SELECT payment_id, order_id, amount, paid_with, status FROM bench.payments WHERE payment_id = ?",
                                "[%d]"),
                        "bench-steward-",
                        url("postgresql", "PAYMENTS", "payments", variables),
                        String.valueOf(variables.get("PAYMENTS_PASSWORD")),
                        "SELECT id, order_id, amount, method, status FROM payments WHERE id = ?",
                        Scale.FULL.orders(),
                        1),
                new LookupCase(
                        "order by key, one shard of two",
                        question("SELECT order_id, status, total FROM bench.orders WHERE order_id = ?", "[%d]"),
                        "bench-steward-",
                        url("postgresql", "ORDERS_0", "orders_0", variables),
                        String.valueOf(variables.get("ORDERS_PASSWORD")),
                        "SELECT id, status, total FROM orders WHERE id = ?",
                        Scale.FULL.orders() / 2,
                        2));
    }

    private static String url(String kind, String prefix, String database, Map<String, String> variables) {
        return "jdbc:" + kind + "://" + variables.get(prefix + "_HOST") + ":" + variables.get(prefix + "_PORT") + "/"
                + database;
    }

    private static String question(String sql, String parameters) {
        return "{\"sql\": \"" + sql + "\", \"parameters\": " + parameters + ", \"purpose\": \"benchmark\"}";
    }

    private static Figure alone(LookupCase lookup, int port) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        try (WireClient client = new WireClient(port, lookup.token() + 0);
                LookupCase.Direct direct = lookup.connect()) {
            for (int turn = 0; turn < WARM_UPS + TURNS; turn++) {
                long begin = System.nanoTime();
                List<List<String>> expected = direct.rows(lookup.key(turn));
                long between = System.nanoTime();
                String answer = lookup.ask(client, turn);
                long end = System.nanoTime();
                if (!LookupCase.rows(answer).equals(expected)) {
                    throw new IllegalStateException("ours and the baseline do not give the same answer");
                }
                if (turn >= WARM_UPS) {
                    theirs.add((between - begin) / 1e6);
                    ours.add((end - between) / 1e6);
                }
            }
        }
        double baseline = percentile(theirs, 0.5);
        double median = percentile(ours, 0.5);
        return new Figure(
                "lookup",
                lookup.name(),
                "ms",
                median,
                baseline,
                OptionalDouble.of((baseline + OVERHEAD_MILLIS) / baseline),
                String.format(
                        Locale.ROOT,
                        "p50 %.2f ms over JDBC; p99 %.2f ms, JDBC %.2f ms",
                        median - baseline,
                        percentile(ours, 0.99),
                        percentile(theirs, 0.99)));
    }

    private static Figure together(LookupCase lookup, ServerProcess server, int clients) throws Exception {
        List<WireClient> wires = new ArrayList<>();
        List<LookupCase.Direct> directs = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                wires.add(new WireClient(server.port(), lookup.token() + i));
                directs.add(lookup.connect());
            }
            Crowd.run(clients, SECONDS, (client, turn) -> lookup.ask(wires.get(client), turn));
            Duration before = server.processorTime();
            Crowd.Result ours = Crowd.run(clients, SECONDS, (client, turn) -> lookup.ask(wires.get(client), turn));
            Duration used = server.processorTime().minus(before);
            Crowd.Result direct = Crowd.run(
                    clients, SECONDS, (client, turn) -> directs.get(client).rows(lookup.key(turn)));
            return new Figure(
                    "lookup",
                    clients + (clients == 1 ? " client" : " clients at once"),
                    "µs each",
                    1e6 / ours.perSecond(),
                    1e6 / direct.perSecond(),
                    clients == CALLERS
                            ? OptionalDouble.of(direct.perSecond() / GOAL_PER_SECOND)
                            : OptionalDouble.empty(),
                    String.format(
                            Locale.ROOT,
                            "%,.0f/s, p50 %.2f ms, p99 %.2f ms, processor time of the server %d µs each; JDBC %,.0f/s, p50 %.2f ms",
                            ours.perSecond(),
                            percentile(ours.millis(), 0.5),
                            percentile(ours.millis(), 0.99),
                            used.toNanos() / 1_000 / ours.millis().size(),
                            direct.perSecond(),
                            percentile(direct.millis(), 0.5)));
        } finally {
            for (WireClient wire : wires) {
                wire.close();
            }
            for (LookupCase.Direct direct : directs) {
                direct.close();
            }
        }
    }

    static double percentile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * share)));
    }

    /** The sample's catalog with two views more, and a caller for each client, because one caller may run only a few queries at once. */
    private static Map<String, String> settings(Path folder) throws IOException {
        Path catalog = folder.resolve("catalog");
        Path sample = CoffeeChain.catalogFolder();
        try (Stream<Path> files = Files.walk(sample)) {
            for (Path file : files.toList()) {
                Files.copy(file, catalog.resolve(sample.relativize(file).toString()));
            }
        }
        Files.writeString(catalog.resolve("views/bench.payments.yaml"), """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: bench.payments, version: 1.0.0, title: Payments, owner: bench}
                spec:
                  query: SELECT id AS payment_id, order_id, amount, paid_with, status FROM payments.payments
                  columns:
                    - {name: payment_id, type: bigint, required: true, key: true}
                    - {name: order_id, type: bigint, required: true}
                    - {name: amount, type: "decimal(12,2)", required: true}
                    - {name: paid_with, type: varchar, required: true}
                    - {name: status, type: varchar, required: true}
                """);
        Files.writeString(catalog.resolve("views/bench.orders.yaml"), """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: bench.orders, version: 1.0.0, title: Orders, owner: bench}
                spec:
                  query: SELECT id AS order_id, status, total FROM orders.orders
                  columns:
                    - {name: order_id, type: bigint, required: true, key: true}
                    - {name: status, type: varchar, required: true}
                    - {name: total, type: "decimal(12,2)", required: true}
                """);
        StringBuilder identities = new StringBuilder("identities:\n");
        for (int i = 0; i < CALLERS; i++) {
            identities
                    .append("  - {token: bench-analyst-")
                    .append(i)
                    .append(", subject: analyst-")
                    .append(i);
            identities.append(", roles: [analyst], attributes: {region: EU}}\n");
            identities
                    .append("  - {token: bench-steward-")
                    .append(i)
                    .append(", subject: steward-")
                    .append(i);
            identities.append(", roles: [steward]}\n");
        }
        Path callers = Files.writeString(folder.resolve("callers.yaml"), identities);
        return Map.of(
                "BELVEDERE_CATALOG_FOLDER",
                catalog.toString(),
                "BELVEDERE_IDENTITY_DEV_FILE",
                callers.toString(),
                "BELVEDERE_AUDIT_FOLDER",
                folder.resolve("audit").toString(),
                // One client asks as fast as it can.
                "BELVEDERE_RATES_REQUESTS_PER_SECOND",
                "0");
    }

    static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
