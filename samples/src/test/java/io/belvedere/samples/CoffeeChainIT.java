package io.belvedere.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.testkit.EmbeddedDatabase;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CoffeeChainIT {
    private static CoffeeChain chain;

    @BeforeAll
    static void start() throws Exception {
        chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
    }

    @AfterAll
    static void close() {
        chain.close();
    }

    @Test
    void everyRowIsInItsSystemAndInTheOneDatabaseThatHoldsEverything() throws Exception {
        try (var oracle = oracle();
                var maria = chain.server(CoffeeChain.Server.MARIADB).openAsReader("crm");
                var orders0 = chain.server(CoffeeChain.Server.ORDERS).openAsReader("orders_0");
                var orders1 = chain.server(CoffeeChain.Server.ORDERS).openAsReader("orders_1");
                var payments = chain.server(CoffeeChain.Server.PAYMENTS).openAsReader("payments")) {
            assertSame(sums("crm.customers", "id", "card_number"), oracle, maria);
            assertSame(sums("inventory.stock", "quantity", "product_id"), oracle, maria);
            assertThat(texts(maria, sums("reference.countries", "code", "name")))
                    .isEqualTo(texts(oracle, sums("chain.countries", "code", "name")));
            assertThat(texts(maria, sums("reference.products", "price", "name")))
                    .isEqualTo(texts(oracle, sums("chain.products", "price", "name")));
            assertThat(texts(maria, sums("reference.stores", "id", "city")))
                    .isEqualTo(texts(oracle, sums("chain.stores", "id", "city")));
            var all = sumsOf(oracle, "orders.orders", "id, total, customer_id");
            assertThat(plus(
                            sumsOf(orders0, "orders", "id, total, customer_id"),
                            sumsOf(orders1, "orders", "id, total, customer_id")))
                    .isEqualTo(all);
            var items = sumsOf(oracle, "orders.order_items", "order_id, unit_price, quantity");
            assertThat(plus(
                            sumsOf(orders0, "order_items", "order_id, unit_price, quantity"),
                            sumsOf(orders1, "order_items", "order_id, unit_price, quantity")))
                    .isEqualTo(items);
            assertThat(sumsOf(payments, "payments", "id, amount"))
                    .isEqualTo(sumsOf(oracle, "payments.payments", "id, amount"));
            assertThat(number(oracle, "SELECT count(*) FROM orders.orders")).isEqualTo(Scale.SMALL.orders());
            assertThat(number(oracle, "SELECT count(*) FROM crm.customers")).isEqualTo(Scale.SMALL.customers());
        }
    }

    @Test
    void ordersAreSplitByTheirIdAsTheSourceSays() throws Exception {
        for (var shard = 0; shard < 2; shard++) {
            try (var connection = chain.server(CoffeeChain.Server.ORDERS).openAsReader("orders_" + shard)) {
                assertThat(number(connection, "SELECT count(*) FROM orders WHERE id % 2 <> " + shard))
                        .isZero();
                assertThat(number(connection, "SELECT count(*) FROM order_items WHERE order_id % 2 <> " + shard))
                        .isZero();
                assertThat(number(connection, "SELECT count(*) FROM orders")).isEqualTo(Scale.SMALL.orders() / 2);
            }
        }
    }

    @Test
    void eachViewAnswersInTheOneDatabaseAndSomeOrdersAreAtRisk() throws Exception {
        try (var oracle = oracle()) {
            assertThat(views()).isNotEmpty();
            for (var view : views()) {
                assertThat(number(oracle, "SELECT count(*) FROM (" + view.query() + ") v"))
                        .as(view.id().toString())
                        .isPositive();
            }
        }
    }

    @Test
    void namesOutliveTheWayIntoBothKindsOfDatabase() throws Exception {
        try (var oracle = oracle();
                var maria = chain.server(CoffeeChain.Server.MARIADB).openAsReader("crm")) {
            var names = "SELECT name FROM crm.customers ORDER BY id";
            assertThat(texts(maria, names)).isEqualTo(texts(oracle, names)).anyMatch(name -> name.contains("'"));
            var moments = "SELECT concat(id, ' ', created_at) FROM crm.customers WHERE id < 50 ORDER BY id";
            assertThat(texts(maria, moments).getFirst())
                    .startsWith(texts(oracle, moments).getFirst());
        }
    }

    @Test
    void theServersUserMayOnlyRead() throws Exception {
        try (var maria = chain.server(CoffeeChain.Server.MARIADB).openAsReader("crm");
                var orders = chain.server(CoffeeChain.Server.ORDERS).openAsReader("orders_0")) {
            assertThat(number(orders, "SELECT count(*) FROM orders")).isPositive();
            assertThatThrownBy(() -> number(orders, "DELETE FROM orders")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> number(maria, "UPDATE customers SET name = 'x'"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void everyVariableOfTheSourcesHasAValue() throws Exception {
        var variable = Pattern.compile("\\$\\{env:([A-Z0-9_]+)}");
        try (var sources = Files.list(CoffeeChain.catalogFolder().resolve("sources"))) {
            for (var file : sources.toList()) {
                assertThat(variable.matcher(Files.readString(file)).results().map(found -> found.group(1)))
                        .isNotEmpty()
                        .allMatch(chain.variables()::containsKey);
            }
        }
    }

    private static Collection<ViewDefinition> views() {
        return new CatalogLoader(Variables.of(chain.variables()))
                .load(CoffeeChain.catalogFolder())
                .catalog()
                .views();
    }

    private static Connection oracle() throws Exception {
        return DriverManager.getConnection(
                chain.oracleJdbcUrl(),
                EmbeddedDatabase.READER,
                chain.server(CoffeeChain.Server.PAYMENTS).password());
    }

    /** A row count, a sum and the number of distinct values. */
    private static String sums(String table, String column, String distinct) {
        return "SELECT concat(count(*), ' ', count(%s), ' ', count(DISTINCT cast(%s AS char(40)))) FROM %s"
                .formatted(column, distinct, table);
    }

    private static void assertSame(String sql, Connection one, Connection other) throws SQLException {
        assertThat(texts(one, sql)).as(sql).isEqualTo(texts(other, sql));
    }

    private static List<java.math.BigDecimal> sumsOf(Connection connection, String table, String columns)
            throws SQLException {
        var sums = new ArrayList<java.math.BigDecimal>();
        for (var column : columns.split(", ", -1)) {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT sum(" + column + "), count(*) FROM " + table)) {
                assertThat(rows.next()).isTrue();
                sums.add(rows.getBigDecimal(1));
                sums.add(rows.getBigDecimal(2));
            }
        }
        return sums;
    }

    private static List<java.math.BigDecimal> plus(List<java.math.BigDecimal> left, List<java.math.BigDecimal> right) {
        var sums = new ArrayList<java.math.BigDecimal>();
        for (var i = 0; i < left.size(); i++) {
            sums.add(left.get(i).add(right.get(i)));
        }
        return sums;
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        var texts = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(texts(connection, sql).getFirst());
    }
}
