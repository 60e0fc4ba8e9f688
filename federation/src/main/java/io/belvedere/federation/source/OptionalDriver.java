package io.belvedere.federation.source;

import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;

/**
 * A JDBC driver that is not shipped and has to stand on the class path, and the statements that run through it: they are bounded and
 * stopped by the driver, over the very connection that runs them, so that no stranger's session is met. Safe for use by many threads.
 */
final class OptionalDriver {
    private final String product;
    private final String className;
    private final String artifact;
    /** What each connection runs, or ran last. */
    private final Map<Connection, WeakReference<Statement>> statements =
            Collections.synchronizedMap(new WeakHashMap<>());

    /** @param artifact what an operator looks for */
    OptionalDriver(String product, String className, String artifact) {
        this.product = product;
        this.className = className;
        this.artifact = artifact;
    }

    Connection connect(String url, Properties properties) throws SQLException {
        Connection connection = load().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not an address of " + product, "08001");
        }
        return connection;
    }

    /** The driver; its name is ours and never from a definition. */
    Driver load() throws SQLException {
        try {
            return Class.forName(className)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ClassNotFoundException e) {
            String absent = "The JDBC driver of " + product + " is not on the class path: put " + artifact + " there.";
            System.getLogger(OptionalDriver.class.getName()).log(System.Logger.Level.ERROR, absent);
            throw new SQLException(absent, "08001", e);
        } catch (NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException
                | ClassCastException
                | LinkageError e) {
            throw new SQLException("The JDBC driver of " + product + " cannot be loaded.", "08001", e);
        }
    }

    void bound(Statement statement, Duration timeout) throws SQLException {
        statement.setQueryTimeout(Math.toIntExact(Math.max(1, timeout.toSeconds())));
        // A statement holds its connection, which would else never be let go.
        statements.put(statement.getConnection(), new WeakReference<>(statement));
    }

    void cancel(Connection connection) throws SQLException {
        WeakReference<Statement> known = statements.get(connection);
        Statement statement = known == null ? null : known.get();
        if (statement != null) {
            statement.cancel();
        }
    }

    /** One number out of one row. */
    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Sets a session up; a connection that cannot be is closed. */
    static void setUp(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
