package io.belvedere.bench;

import io.belvedere.testkit.tpch.Layout;
import io.belvedere.testkit.tpch.Tpch;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * The programs that somebody who knows these databases writes over plain JDBC, a method a question: two phases, keys of the selective side sent to the other in one list, sums made
 * where the rows are, small tables in a map, both databases at work at once. Connections are kept open. Used by one thread.
 */
final class TpchByHand implements AutoCloseable {
    private static final int EXTRACT_FETCH_ROWS = 10_000;

    private final Connection reference;
    private final Connection sales;
    private final List<Connection> shards;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TpchByHand(Tpch tpch) throws SQLException {
        reference = tpch.open(Layout.SPLIT, "reference", 0);
        sales = tpch.open(Layout.SPLIT, "sales", 0);
        shards = new ArrayList<>();
        for (int shard = 0; shard < 4; shard++) {
            shards.add(tpch.open(Layout.SHARDED, "sales", shard));
        }
    }

    List<List<Object>> customer(long key) throws SQLException {
        try (PreparedStatement statement = reference.prepareStatement(
                "SELECT c_custkey, c_name, c_phone, c_acctbal FROM customer WHERE c_custkey = ?")) {
            statement.setLong(1, key);
            return rows(statement.executeQuery());
        }
    }

    List<List<Object>> pricing() throws SQLException {
        return rows(sales, """
                SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)), count(*)
                FROM lineitem WHERE l_shipdate <= DATE '1998-09-02' GROUP BY l_returnflag, l_linestatus""");
    }

    private Map<Object, List<Object>> chosenCustomers() throws SQLException {
        return byFirst(rows(reference, """
                SELECT c_custkey, c_name FROM customer
                WHERE c_mktsegment = 'BUILDING' AND c_nationkey = 7 AND c_acctbal > 9000"""));
    }

    List<List<Object>> ordersOfFew() throws SQLException {
        Map<Object, List<Object>> customers = chosenCustomers();
        return withNames(ordersOf(sales, customers.keySet()), customers);
    }

    List<List<Object>> ordersOfFewOverShards() throws SQLException, ExecutionException, InterruptedException {
        Map<Object, List<Object>> customers = chosenCustomers();
        List<Future<List<List<Object>>>> parts = new ArrayList<>();
        for (Connection shard : shards) {
            parts.add(threads.submit(() -> ordersOf(shard, customers.keySet())));
        }
        List<List<Object>> orders = new ArrayList<>();
        for (Future<List<List<Object>>> part : parts) {
            orders.addAll(part.get());
        }
        return withNames(orders, customers);
    }

    private static List<List<Object>> ordersOf(Connection connection, Collection<Object> customers)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT o_custkey, o_orderkey, o_orderdate, o_totalprice FROM orders WHERE o_custkey = ANY (?)")) {
            Array keys = connection.createArrayOf("bigint", customers.toArray());
            statement.setArray(1, keys);
            return rows(statement.executeQuery());
        }
    }

    /** The customer's key in front of each row gives way to the name. */
    private static List<List<Object>> withNames(List<List<Object>> rows, Map<Object, List<Object>> customers) {
        List<List<Object>> named = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            List<Object> name = customers.get(row.getFirst());
            if (name != null) {
                named.add(List.of(name.get(1), row.get(1), row.get(2), row.get(3)));
            }
        }
        return named;
    }

    List<List<Object>> revenueByNationAndMaker() throws SQLException, ExecutionException, InterruptedException {
        Future<Map<Object, List<Object>>> suppliers = threads.submit(() -> byFirst(
                rows(reference, "SELECT s_suppkey, n_name FROM supplier JOIN nation ON n_nationkey = s_nationkey")));
        Future<Map<Object, List<Object>>> parts = threads.submit(() -> {
            suppliers.get();
            return byFirst(rows(reference, "SELECT p_partkey, p_mfgr FROM part"));
        });
        List<List<Object>> sums = rows(sales, """
                SELECT l_suppkey, l_partkey, sum(l_extendedprice * (1 - l_discount)), count(*)
                FROM lineitem GROUP BY l_suppkey, l_partkey""");
        Sums totals = new Sums(2);
        for (List<Object> row : sums) {
            List<Object> supplier = suppliers.get().get(row.get(0));
            List<Object> part = parts.get().get(row.get(1));
            if (supplier != null && part != null) {
                totals.add(List.of(supplier.get(1), part.get(1)), row.subList(2, 4));
            }
        }
        return totals.rows();
    }

    List<List<Object>> revenueBySegment() throws SQLException, ExecutionException, InterruptedException {
        Future<Map<Object, List<Object>>> customers =
                threads.submit(() -> byFirst(rows(reference, "SELECT c_custkey, c_mktsegment FROM customer")));
        List<List<Object>> sums = rows(sales, """
                SELECT o_custkey, sum(l_extendedprice * (1 - l_discount)), count(*)
                FROM orders JOIN lineitem ON l_orderkey = o_orderkey GROUP BY o_custkey""");
        Sums totals = new Sums(2);
        for (List<Object> row : sums) {
            List<Object> customer = customers.get().get(row.getFirst());
            if (customer != null) {
                totals.add(List.of(customer.get(1)), row.subList(1, 3));
            }
        }
        return totals.rows();
    }

    List<List<Object>> largestOrders() throws SQLException {
        List<List<Object>> top = rows(
                sales,
                "SELECT o_custkey, o_orderkey, o_orderdate, o_totalprice FROM orders ORDER BY o_totalprice DESC, o_orderkey LIMIT 100");
        Set<Object> keys = new LinkedHashSet<>();
        top.forEach(row -> keys.add(row.getFirst()));
        String list = keys.stream().map(String::valueOf).collect(Collectors.joining(","));
        return withNames(
                top,
                byFirst(rows(reference, "SELECT c_custkey, c_name FROM customer WHERE c_custkey IN (" + list + ")")));
    }

    List<List<Object>> lateOrders() throws SQLException, ExecutionException, InterruptedException {
        Future<Map<Object, List<Object>>> customers = threads.submit(() -> byFirst(
                rows(reference, "SELECT c_custkey, n_name FROM customer JOIN nation ON n_nationkey = c_nationkey")));
        List<List<Object>> late = rows(sales, """
                SELECT o_custkey, o_orderpriority, count(*), sum(l_extendedprice)
                FROM orders JOIN lineitem ON l_orderkey = o_orderkey
                WHERE o_orderdate >= DATE '1995-01-01' AND o_orderdate < DATE '1995-04-01' AND l_receiptdate > l_commitdate
                GROUP BY o_custkey, o_orderpriority""");
        Sums totals = new Sums(2);
        for (List<Object> row : late) {
            List<Object> customer = customers.get().get(row.getFirst());
            if (customer != null) {
                totals.add(List.of(customer.get(1), row.get(1)), row.subList(2, 4));
            }
        }
        return totals.rows();
    }

    /** Reads every value, row by row, and keeps none: how many rows, and sums over the columns so that none is left out. */
    List<List<Object>> extract() throws SQLException {
        sales.setAutoCommit(false);
        try (Statement statement = sales.createStatement()) {
            statement.setFetchSize(EXTRACT_FETCH_ROWS);
            long rows = 0;
            long keys = 0;
            long cents = 0;
            long days = 0;
            long letters = 0;
            try (ResultSet cursor = statement.executeQuery(
                    "SELECT l_orderkey, l_linenumber, l_extendedprice, l_shipdate, l_comment FROM lineitem WHERE l_partkey <= "
                            + Engine.EXTRACT_PART_MAX)) {
                while (cursor.next()) {
                    rows++;
                    keys += cursor.getLong(1) + cursor.getInt(2);
                    cents += cursor.getBigDecimal(3).unscaledValue().longValue();
                    days += cursor.getObject(4, java.time.LocalDate.class).toEpochDay();
                    letters += cursor.getString(5).length();
                }
            }
            return List.of(List.of(rows, keys, cents, days, letters));
        } finally {
            sales.setAutoCommit(true);
        }
    }

    /** Sums by group, as the map that everybody writes. */
    private static final class Sums {
        private final int width;
        private final Map<List<Object>, BigDecimal[]> groups = new HashMap<>();

        Sums(int width) {
            this.width = width;
        }

        void add(List<Object> group, List<Object> values) {
            BigDecimal[] sums = groups.computeIfAbsent(group, _ -> zeros());
            for (int i = 0; i < width; i++) {
                BigDecimal value = values.get(i) instanceof BigDecimal number
                        ? number
                        : BigDecimal.valueOf(((Number) values.get(i)).longValue());
                sums[i] = sums[i].add(value);
            }
        }

        private BigDecimal[] zeros() {
            BigDecimal[] zeros = new BigDecimal[width];
            java.util.Arrays.fill(zeros, BigDecimal.ZERO);
            return zeros;
        }

        List<List<Object>> rows() {
            List<List<Object>> rows = new ArrayList<>(groups.size());
            groups.forEach((group, sums) -> {
                List<Object> row = new ArrayList<>(group);
                row.addAll(List.of(sums));
                rows.add(row);
            });
            return rows;
        }
    }

    private static Map<Object, List<Object>> byFirst(List<List<Object>> rows) {
        Map<Object, List<Object>> byFirst = HashMap.newHashMap(rows.size());
        rows.forEach(row -> byFirst.put(row.getFirst(), row));
        return byFirst;
    }

    private static List<List<Object>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return rows(statement.executeQuery(sql));
        }
    }

    private static List<List<Object>> rows(ResultSet cursor) throws SQLException {
        try (cursor) {
            int width = cursor.getMetaData().getColumnCount();
            List<List<Object>> rows = new ArrayList<>();
            while (cursor.next()) {
                List<Object> row = new ArrayList<>(width);
                for (int column = 1; column <= width; column++) {
                    row.add(cursor.getObject(column));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    @Override
    public void close() throws SQLException {
        threads.close();
        reference.close();
        sales.close();
        for (Connection shard : shards) {
            shard.close();
        }
    }
}
