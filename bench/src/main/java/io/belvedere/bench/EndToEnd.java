package io.belvedere.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.samples.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The whole walk over REST, as the analyst for the EU (policy, masks, audit on), against plain JDBC written by hand for the same analyst over the same databases in the same
 * run. Both sides give the same rows, and that is checked every time.
 */
final class EndToEnd implements Bench.Suite {
    private static final String LOOKUP =
            "SELECT customer_id, customer_name, email, country, segment FROM crm.customer_360 WHERE customer_id = ?";
    private static final String LATE_ORDERS = """
            SELECT order_id, line_no, customer_name, email, amount_due, product_name, quantity_in_stock
            FROM fulfilment.late_orders ORDER BY order_id, line_no""";

    @Override
    public String description() {
        return "the main job over REST against hand-written JDBC: a keyed lookup and the late orders";
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        System.err.println("starting the coffee chain and the server …");
        try (CoffeeChain chain = CoffeeChain.start(Scale.FULL, Keep.FOR_LATER);
                ServerProcess server = ServerProcess.start(chain, ServerProcess.freePort(ServerProcess.Wanted.ANY));
                ByHand hand = new ByHand(chain)) {
            Analyst ana = new Analyst(server.port(), "dev-ana");
            List<Figure> figures = new ArrayList<>();
            System.err.println("measuring …");
            figures.add(lookup(ana, hand));
            figures.add(lateOrders(ana, hand));
            figures.add(rowsMoved(ana, new Analyst(server.port(), "dev-omar"), hand));
            return figures;
        }
    }

    private static Figure lookup(Analyst ana, ByHand hand) throws Exception {
        AtomicLong ours = new AtomicLong();
        AtomicLong theirs = new AtomicLong();
        var medians = new Measurement(200, 400)
                .alternate(
                        () -> ana.query(LOOKUP, key(ours.getAndIncrement())),
                        () -> hand.customer(key(theirs.getAndIncrement())));
        return new Figure(
                "e2e",
                "keyed lookup, one source",
                "ms",
                medians.ours(),
                medians.baseline(),
                OptionalDouble.empty(),
                "one MariaDB statement; ours adds HTTP, policy, plan and two durable audit records");
    }

    private static Figure lateOrders(Analyst ana, ByHand hand) throws Exception {
        var medians = new Measurement(15, 31).alternate(() -> ana.query(LATE_ORDERS), hand::lateOrders);
        return new Figure(
                "e2e",
                "late orders, four sources",
                "ms",
                medians.ours(),
                medians.baseline(),
                OptionalDouble.empty(),
                ana.query(LATE_ORDERS).size() + " rows; by hand: two phases, keys shipped, all at once");
    }

    private static Figure rowsMoved(Analyst ana, Analyst operator, ByHand hand) throws Exception {
        JsonNode query = operator.get("/api/v1/queries/" + ana.queryId(LATE_ORDERS));
        // What is read from dimensions in memory left no source.
        long rows = query.findValues("fetch").stream()
                .filter(fetch -> !fetch.path("source").asText().equals("cache"))
                .mapToLong(fetch -> fetch.path("rows").asLong())
                .sum();
        hand.lateOrders();
        return new Figure(
                "e2e",
                "late orders, rows moved",
                "rows",
                rows,
                hand.rowsMoved(),
                OptionalDouble.of(2.0),
                "rows fetched from all sources");
    }

    /** A customer's key that jumps about, the same for both sides. */
    private static long key(long turn) {
        return 1 + turn * 7919 % Scale.FULL.customers();
    }
}
