package io.belvedere.server.attack;

import io.belvedere.testkit.TestDatabases.Fresh;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The attacked rows. Tenant A's are well-formed, and what alice may not see of them differs from world to world. The rows of all others are
 * poison: text that is no number, zeros to divide by, brackets that do not close, dates at the edge, and a canary in every text.
 */
final class PoisonedRows {
    /** Alice's customers; what she may see of them is the same in both worlds. */
    static final int VISIBLE = 6;

    /** Orders of each customer. */
    static final int ORDERS_EACH = 2;

    /** Tenants that are not A, though some comparison of text might take them for it. */
    private static final List<String> OTHERS = List.of("B", "a", "A ", "Ａ", "B", " A", "Ä");

    private static final int FIRST_HIDDEN = 1_000;
    private static final String CREATE_ORDERS =
            "CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL, tenant VARCHAR(20) NOT NULL,"
                    + " amount DECIMAL(12,2) NOT NULL, status VARCHAR(20) NOT NULL)";

    private static final String CREATE_DRIFTING =
            "CREATE TABLE drifting (id BIGINT NOT NULL PRIMARY KEY, tenant VARCHAR(20) NOT NULL, t VARCHAR(20))";

    private PoisonedRows() {}

    static void create(Fresh database, Source source, World world) throws SQLException {
        boolean maria = source == Source.MARIADB;
        try (Connection connection = database.openAsAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE customer (
                      id BIGINT NOT NULL PRIMARY KEY, tenant VARCHAR(20) NOT NULL, team VARCHAR(20), name VARCHAR(60) NOT NULL, badge VARCHAR(60) NOT NULL,
                      ssn VARCHAR(60), email VARCHAR(80), salary DECIMAL(12,2), code VARCHAR(60), note VARCHAR(60), rating INTEGER NOT NULL,
                      born DATE NOT NULL, created_at %s NOT NULL)
                    """.formatted(maria ? "DATETIME(6)" : "TIMESTAMP"));
            statement.execute(CREATE_ORDERS);
            statement.execute(CREATE_DRIFTING);
            // An index makes a hidden row as easy to find as a visible one.
            statement.execute("CREATE INDEX customer_tenant ON customer (tenant, badge)");
            customers(connection, world);
            orders(connection, world);
            statement.execute(maria ? "ANALYZE TABLE customer, orders" : "ANALYZE");
        }
    }

    private static void customers(Connection connection, World world) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (int i = 1; i <= VISIBLE; i++) {
                bind(insert, visible(i, world));
            }
            for (int i = 0; i < world.hiddenRows(); i++) {
                bind(insert, hidden(i, world));
            }
            insert.executeBatch();
        }
    }

    /** The last two characters of the number, the address's first letter and its domain are seen, and are the same in both worlds. */
    private static List<Object> visible(int i, World world) {
        String secret = world.canary("A", i);
        return List.of(
                (long) i,
                "A",
                "red",
                "Ann " + i,
                Integer.toString(100 + i),
                secret + "-" + (10 + i),
                "a" + secret + "@visible.example",
                world == World.ONE ? "77001.0" + i : i % 2 == 0 ? "" : "12.50",
                world.canary("CODE", i),
                "note " + i,
                i,
                "1980-01-0" + i,
                "2026-01-0" + i + " 12:00:00");
    }

    private static List<Object> hidden(int i, World world) {
        String secret = world.canary("B", i);
        return List.of(
                (long) FIRST_HIDDEN + i,
                OTHERS.get(i % OTHERS.size()),
                "blue",
                world.canary("NAME", i),
                secret,
                secret,
                "b" + secret + "@canary.example",
                "0",
                world.canary("CODE", i),
                "bad(" + secret,
                0,
                "9999-12-31",
                "9999-12-31 23:59:59.999999");
    }

    private static void bind(PreparedStatement insert, List<Object> row) throws SQLException {
        for (int i = 0; i < row.size(); i++) {
            int at = i + 1;
            switch (at) {
                case 8 -> {
                    String salary = row.get(i).toString();
                    insert.setBigDecimal(at, salary.isEmpty() ? null : new java.math.BigDecimal(salary));
                }
                case 12 ->
                    insert.setObject(at, java.time.LocalDate.parse(row.get(i).toString()));
                case 13 ->
                    insert.setObject(at, java.sql.Timestamp.valueOf(row.get(i).toString()));
                default -> insert.setObject(at, row.get(i));
            }
        }
        insert.addBatch();
    }

    /** Orders of the hidden customers, and hidden orders of the visible ones. */
    private static void orders(Connection connection, World world) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?, ?, ?, ?, ?)")) {
            long id = 1;
            for (int i = 1; i <= VISIBLE; i++) {
                for (int j = 0; j < ORDERS_EACH; j++) {
                    order(insert, id++, i, "A", "10.5" + j, "open");
                }
            }
            for (int i = 0; i < world.hiddenRows(); i++) {
                order(insert, id++, FIRST_HIDDEN + i, OTHERS.get(i % OTHERS.size()), "0", "CANARY-STATUS");
                order(insert, id++, 1 + i % VISIBLE, "B", "999999.99", "CANARY-STATUS");
            }
            insert.executeBatch();
        }
    }

    private static void order(
            PreparedStatement insert, long id, long customer, String tenant, String amount, String status)
            throws SQLException {
        insert.setLong(1, id);
        insert.setLong(2, customer);
        insert.setString(3, tenant);
        insert.setBigDecimal(4, new java.math.BigDecimal(amount));
        insert.setString(5, status);
        insert.addBatch();
    }
}
