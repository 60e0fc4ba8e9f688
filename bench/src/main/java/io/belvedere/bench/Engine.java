package io.belvedere.bench;

import io.belvedere.bench.Answer.Order;
import io.belvedere.model.expr.Literal;
import io.belvedere.testkit.tpch.Layout;
import io.belvedere.testkit.tpch.Tpch;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The federation engine over TPC-H, under a policy that allows everything, against a program written by hand for each question. Both run in this process, turn by turn, and their
 * answers are compared every time. {@code --scale 0.1} for a quick look, {@code --only WORD} for the shapes whose name has the word,
 * {@code --show sql} for what each did last.
 */
final class Engine implements Bench.Suite {
    /** Parts whose line items are extracted: about a million rows at scale factor 1. */
    static final long EXTRACT_PART_MAX = 33_000;

    private static final double SCALE = 1;
    private static final double PASS = 1.2;
    private static final double EQUAL = 1.0;

    /** One question: as a view's reader asks it, and what answers it by hand. */
    private record Shape(
            String name, Layout layout, OptionalDouble goal, int runs, Callable<Answer> ours, Callable<Answer> hand) {}

    @Override
    public String description() {
        return "nine shapes of TPC-H over MariaDB and PostgreSQL against JDBC by hand [--scale 0.1] [--only WORD]";
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        double scale = options.number("scale", SCALE);
        String only = options.text("only").orElse("");
        System.err.println("loading TPC-H at scale factor " + scale + " (kept for later runs) …");
        Path folder = Files.createTempDirectory("belvedere-bench-");
        try (Tpch tpch = Tpch.load(scale, EnumSet.of(Layout.SPLIT, Layout.SHARDED), Tpch.Keep.FOR_LATER);
                Federation split = new Federation(tpch, Layout.SPLIT, folder);
                Federation sharded = new Federation(tpch, Layout.SHARDED, folder);
                TpchByHand hand = new TpchByHand(tpch)) {
            List<Figure> figures = new ArrayList<>();
            for (Shape shape : shapes(split, sharded, hand)) {
                if (shape.name().contains(only)) {
                    System.err.println("measuring " + shape.name() + " …");
                    Federation federation = shape.layout() == Layout.SHARDED ? sharded : split;
                    Figure figure = measure(shape, federation);
                    figures.add(figure);
                    System.err.printf(
                            Locale.ROOT,
                            "  %.2f ms, by hand %.2f ms; %s%n",
                            figure.median(),
                            figure.baseline(),
                            figure.note());
                    if (options.text("show").isPresent()) {
                        federation.story().forEach(System.err::println);
                    }
                }
            }
            return figures;
        }
    }

    private static Figure measure(Shape shape, Federation federation) throws Exception {
        int warmUps = Math.max(2, shape.runs() / 3);
        var medians = new Measurement(warmUps, shape.runs()).alternate(shape.ours(), shape.hand(), Answer::sameAs);
        PeakMemory.begin();
        shape.ours().call();
        String peak = PeakMemory.text();
        return new Figure(
                "engine",
                shape.name(),
                "ms",
                medians.ours(),
                medians.baseline(),
                shape.goal(),
                "rows moved: " + text(federation.moved()) + "; " + peak);
    }

    private static String text(Map<String, Long> moved) {
        return moved.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    private static List<Shape> shapes(Federation split, Federation sharded, TpchByHand hand) {
        AtomicLong ours = new AtomicLong();
        AtomicLong theirs = new AtomicLong();
        return List.of(
                new Shape(
                        "point lookup",
                        Layout.SPLIT,
                        OptionalDouble.empty(),
                        201,
                        () -> answer(
                                Order.ANY,
                                split.rows(
                                        "SELECT c_custkey, c_name, c_phone, c_acctbal FROM tpch.customer WHERE c_custkey = ?",
                                        new Literal.Numeric(BigDecimal.valueOf(key(ours.getAndIncrement()))))),
                        () -> answer(Order.ANY, hand.customer(key(theirs.getAndIncrement())))),
                shape("pushed aggregate", split, PASS, Order.ANY, PRICING, hand::pricing),
                shape("selective join", split, PASS, Order.ANY, ORDERS_OF_FEW, hand::ordersOfFew),
                new Shape(
                        "selective join, four shards",
                        Layout.SHARDED,
                        OptionalDouble.of(PASS),
                        51,
                        () -> answer(Order.ANY, sharded.rows(ORDERS_OF_FEW)),
                        () -> answer(Order.ANY, hand.ordersOfFewOverShards())),
                shape("star with aggregate", split, EQUAL, Order.ANY, STAR, hand::revenueByNationAndMaker),
                shape("full join of three", split, EQUAL, Order.ANY, FULL_JOIN, hand::revenueBySegment),
                shape("top 100 with names", split, PASS, Order.GIVEN, TOP, hand::largestOrders),
                shape("late orders", split, EQUAL, Order.ANY, LATE_ORDERS, hand::lateOrders),
                new Shape(
                        "extract of a million rows",
                        Layout.SPLIT,
                        OptionalDouble.of(EQUAL),
                        7,
                        () -> answer(Order.ANY, extract(split)),
                        () -> answer(Order.ANY, hand.extract())));
    }

    private static Shape shape(
            String name, Federation split, double goal, Order order, String sql, Callable<List<List<Object>>> hand) {
        return new Shape(
                name,
                Layout.SPLIT,
                OptionalDouble.of(goal),
                51,
                () -> answer(order, split.rows(sql)),
                () -> answer(order, hand.call()));
    }

    private static Answer answer(Order order, List<List<Object>> rows) {
        return new Answer(rows, order);
    }

    /** A customer's key that jumps about, the same for both sides. */
    private static long key(long turn) {
        return 1 + turn * 7919 % 15_000;
    }

    /** Counts and sums over the vectors, as the program by hand does over its cursor. */
    private static List<List<Object>> extract(Federation split) {
        long[] sums = new long[5];
        split.run(
                "SELECT l_orderkey, l_linenumber, l_extendedprice, l_shipdate, l_comment FROM tpch.lineitem WHERE l_partkey <= "
                        + EXTRACT_PART_MAX,
                batch -> add(batch, sums));
        return List.of(List.of(sums[0], sums[1], sums[2], sums[3], sums[4]));
    }

    private static void add(VectorSchemaRoot batch, long[] sums) {
        BigIntVector keys = (BigIntVector) batch.getVector(0);
        IntVector lines = (IntVector) batch.getVector(1);
        DecimalVector prices = (DecimalVector) batch.getVector(2);
        DateDayVector days = (DateDayVector) batch.getVector(3);
        VarCharVector comments = (VarCharVector) batch.getVector(4);
        for (int row = 0; row < batch.getRowCount(); row++) {
            sums[0]++;
            sums[1] += keys.get(row) + lines.get(row);
            sums[2] += prices.getDataBuffer().getLong((long) row * DecimalVector.TYPE_WIDTH);
            sums[3] += days.get(row);
            // The comments of TPC-H are ASCII.
            sums[4] += comments.getValueLength(row);
        }
    }

    private static final String PRICING = """
            SELECT l_returnflag, l_linestatus, SUM(l_quantity), SUM(l_extendedprice), SUM(l_extendedprice * (1 - l_discount)), COUNT(*)
            FROM tpch.lineitem WHERE l_shipdate <= DATE '1998-09-02' GROUP BY l_returnflag, l_linestatus""";

    private static final String ORDERS_OF_FEW = """
            SELECT c_name, o_orderkey, o_orderdate, o_totalprice
            FROM tpch.customer JOIN tpch.orders ON o_custkey = c_custkey
            WHERE c_mktsegment = 'BUILDING' AND c_nationkey = 7 AND c_acctbal > 9000""";

    private static final String STAR = """
            SELECT n_name, p_mfgr, SUM(l_extendedprice * (1 - l_discount)), COUNT(*)
            FROM tpch.lineitem JOIN tpch.supplier ON s_suppkey = l_suppkey JOIN tpch.nation ON n_nationkey = s_nationkey
            JOIN tpch.part ON p_partkey = l_partkey
            GROUP BY n_name, p_mfgr""";

    private static final String FULL_JOIN = """
            SELECT c_mktsegment, SUM(l_extendedprice * (1 - l_discount)), COUNT(*)
            FROM tpch.customer JOIN tpch.orders ON o_custkey = c_custkey JOIN tpch.lineitem ON l_orderkey = o_orderkey
            GROUP BY c_mktsegment""";

    private static final String TOP = """
            SELECT c_name, o_orderkey, o_orderdate, o_totalprice
            FROM tpch.orders JOIN tpch.customer ON c_custkey = o_custkey
            ORDER BY o_totalprice DESC, o_orderkey LIMIT 100""";

    private static final String LATE_ORDERS = """
            SELECT n_name, o_orderpriority, COUNT(*), SUM(l_extendedprice)
            FROM tpch.orders JOIN tpch.lineitem ON l_orderkey = o_orderkey
            JOIN tpch.customer ON c_custkey = o_custkey JOIN tpch.nation ON n_nationkey = c_nationkey
            WHERE o_orderdate >= DATE '1995-01-01' AND o_orderdate < DATE '1995-04-01' AND l_receiptdate > l_commitdate
            GROUP BY n_name, o_orderpriority""";
}
