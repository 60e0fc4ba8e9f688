package io.belvedere.bench;

import io.belvedere.samples.CoffeeChain;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a good programmer would write by hand over plain JDBC for one analyst: open connections kept, prepared statements, keys of the selective side sent to the others at
 * the same time, masks in the SQL. The rules of who may see what are wired into it, which is what Belvedere exists to avoid.
 */
final class ByHand implements AutoCloseable {
    static final String MASKED_EMAIL = "CASE WHEN LOCATE('@', email) = 0 THEN '***'"
            + " ELSE CONCAT(SUBSTRING(email, 1, 1), '***', SUBSTRING(email, LOCATE('@', email))) END";

    private final Connection crm;
    private final Connection inventory;
    private final List<Connection> orders;
    private final Connection payments;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private long rowsMoved;

    ByHand(CoffeeChain chain) throws SQLException {
        Map<String, String> variables = chain.variables();
        crm = open("mariadb", "CRM", "crm", variables);
        inventory = open("mariadb", "INVENTORY", "inventory", variables);
        orders = List.of(
                open("postgresql", "ORDERS_0", "orders_0", variables),
                open("postgresql", "ORDERS_1", "orders_1", variables));
        payments = open("postgresql", "PAYMENTS", "payments", variables);
    }

    private static Connection open(String kind, String prefix, String database, Map<String, String> variables)
            throws SQLException {
        String password = Optional.ofNullable(variables.get(prefix + "_PASSWORD"))
                .orElseGet(() -> String.valueOf(variables.get(prefix.replaceAll("_\\d$", "") + "_PASSWORD")));
        String address = "jdbc:" + kind + "://" + variables.get(prefix + "_HOST") + ":"
                + variables.get(prefix + "_PORT") + "/" + database;
        Connection connection = DriverManager.getConnection(address, "belvedere", password);
        connection.setReadOnly(true);
        return connection;
    }

    /** Rows fetched from all sources by the last late-orders run. */
    long rowsMoved() {
        return rowsMoved;
    }

    /** One customer by key, as the analyst for the EU may see them; empty when they may not. */
    List<List<String>> customer(long id) throws SQLException {
        try (PreparedStatement lookup = crm.prepareStatement(
                "SELECT c.id, c.name, " + MASKED_EMAIL
                        + ", k.name, c.segment FROM customers c JOIN reference.countries k ON k.code = c.country_code WHERE c.id = ? AND c.region = 'EU'")) {
            lookup.setLong(1, id);
            return rows(lookup);
        }
    }

    /** Late orders at risk, in two phases: the orders first, then everybody else at once, by keys. */
    List<List<String>> lateOrders() throws SQLException, ExecutionException, InterruptedException {
        List<Future<List<List<String>>>> lateByShard = new ArrayList<>();
        for (Connection shard : orders) {
            lateByShard.add(threads.submit(() -> lateItems(shard)));
        }
        List<List<String>> late = new ArrayList<>();
        for (Future<List<List<String>>> shard : lateByShard) {
            late.addAll(shard.get());
        }
        Future<Map<String, List<String>>> customers = threads.submit(() -> customersOf(column(late, 2)));
        Future<Map<String, List<String>>> pending = threads.submit(() -> pendingOf(column(late, 0)));
        Future<Map<String, List<String>>> low = threads.submit(() -> lowStockOf(late));
        rowsMoved = (long) late.size()
                + customers.get().size()
                + pending.get().size()
                + low.get().size();
        return join(late, customers.get(), pending.get(), low.get());
    }

    private static List<List<String>> lateItems(Connection shard) throws SQLException {
        try (PreparedStatement late = shard.prepareStatement(
                "SELECT o.id, i.line_no, o.customer_id, o.store_id, i.product_id FROM orders o JOIN order_items i ON i.order_id = o.id"
                        + " WHERE o.status IN ('placed', 'preparing') AND o.promised_on < CURRENT_DATE")) {
            return rows(late);
        }
    }

    private Map<String, List<String>> customersOf(Set<Long> ids) throws SQLException {
        try (PreparedStatement statement = crm.prepareStatement("SELECT id, name, " + MASKED_EMAIL
                + " FROM customers WHERE region = 'EU' AND id IN (" + list(ids) + ")")) {
            return byFirst(rows(statement));
        }
    }

    private Map<String, List<String>> pendingOf(Set<Long> orderIds) throws SQLException {
        try (PreparedStatement statement = payments.prepareStatement(
                "SELECT order_id, amount FROM payments WHERE status = 'pending' AND order_id = ANY (?)")) {
            Array keys = payments.createArrayOf("bigint", orderIds.toArray());
            statement.setArray(1, keys);
            return byFirst(rows(statement));
        }
    }

    private Map<String, List<String>> lowStockOf(List<List<String>> late) throws SQLException {
        Set<String> pairs = new TreeSet<>();
        late.forEach(row -> pairs.add("(" + row.get(3) + "," + row.get(4) + ")"));
        try (PreparedStatement statement = inventory.prepareStatement(
                "SELECT CONCAT(s.store_id, '/', s.product_id), p.name, s.quantity FROM stock s JOIN reference.products p ON p.id = s.product_id"
                        + " WHERE s.quantity < p.reorder_level AND (s.store_id, s.product_id) IN ("
                        + (pairs.isEmpty() ? "(NULL, NULL)" : String.join(",", pairs)) + ")")) {
            return byFirst(rows(statement));
        }
    }

    private static List<List<String>> join(
            List<List<String>> late,
            Map<String, List<String>> customers,
            Map<String, List<String>> pending,
            Map<String, List<String>> low) {
        List<List<String>> result = new ArrayList<>();
        for (List<String> item : late) {
            List<String> customer = customers.get(item.get(2));
            List<String> payment = pending.get(item.get(0));
            List<String> stock = low.get(item.get(3) + "/" + item.get(4));
            if (customer != null && payment != null && stock != null) {
                result.add(List.of(
                        item.get(0),
                        item.get(1),
                        customer.get(1),
                        customer.get(2),
                        payment.get(1),
                        stock.get(1),
                        stock.get(2)));
            }
        }
        result.sort(Comparator.<List<String>>comparingLong(row -> Long.parseLong(row.get(0)))
                .thenComparingLong(row -> Long.parseLong(row.get(1))));
        return result;
    }

    private static Set<Long> column(List<List<String>> rows, int column) {
        Set<Long> values = new TreeSet<>();
        rows.forEach(row -> values.add(Long.valueOf(row.get(column))));
        return values;
    }

    private static String list(Set<Long> ids) {
        return ids.isEmpty()
                ? "NULL"
                : String.join(",", ids.stream().map(String::valueOf).toList());
    }

    private static Map<String, List<String>> byFirst(List<List<String>> rows) {
        Map<String, List<String>> byFirst = HashMap.newHashMap(rows.size());
        rows.forEach(row -> byFirst.put(row.getFirst(), row));
        return byFirst;
    }

    private static List<List<String>> rows(PreparedStatement statement) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(result.getString(column)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** The connections in the order they were opened, for closing. */
    private List<Connection> connections() {
        List<Connection> all = new ArrayList<>(orders);
        all.add(crm);
        all.add(inventory);
        all.add(payments);
        return all;
    }

    @Override
    public void close() throws SQLException {
        threads.close();
        for (Connection connection : connections()) {
            connection.close();
        }
    }
}
