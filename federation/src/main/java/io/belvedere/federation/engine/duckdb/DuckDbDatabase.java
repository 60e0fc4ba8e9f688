package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;

/** An in-memory database that serves one query at a time, locked before its first statement, with a spill folder of its own. */
final class DuckDbDatabase implements AutoCloseable {
    /** What a library of native code gathers over the years goes with its database. */
    private static final int QUERIES_MAX = 1_000;

    /** What an empty database may hold on to. */
    private static final long IDLE_BYTES_MAX = 4L << 20;

    private final DuckDBConnection root;
    private final Path spill;
    // Changes hands with the database itself, through the engine's lock.
    private int queries = 1;

    private DuckDbDatabase(DuckDBConnection root, Path spill) {
        this.root = root;
        this.spill = spill;
    }

    static DuckDbDatabase open(DuckDbSettings settings, SpillFolder folder) {
        Path spill = folder.create();
        try {
            Properties properties = new Properties();
            // Batches are computed as they are read, not all at once before the first.
            properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
            DuckDBConnection connection = (DuckDBConnection) new DuckDBDriver().connect("jdbc:duckdb:", properties);
            try (Statement statement = connection.createStatement()) {
                for (String setting : lockDown(settings, spill)) {
                    statement.execute(setting);
                }
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return new DuckDbDatabase(connection, spill);
        } catch (SQLException e) {
            SpillFolder.delete(spill);
            throw FederationError.ENGINE_FAILED.error("The join engine did not start.", e);
        }
    }

    /** The order matters: what is set must be set before external access goes, and all before the lock. */
    private static List<String> lockDown(DuckDbSettings settings, Path spill) {
        return List.of(
                "SET TimeZone = 'UTC'",
                "SET integer_division = true",
                "SET memory_limit = '" + settings.memoryBytesMax() + "B'",
                "SET threads = " + settings.threads(),
                "SET temp_directory = '" + spill.toString().replace("'", "''") + "'",
                "SET max_temp_directory_size = '" + settings.spillBytesMax() + "B'",
                "SET preserve_insertion_order = false",
                // A kept table may hold rows that policy hides: nothing is concluded from what they all have in common.
                "SET disabled_optimizers = 'statistics_propagation'",
                "SET default_null_order = 'NULLS_LAST'",
                "SET allow_persistent_secrets = false",
                "SET autoinstall_known_extensions = false",
                "SET autoload_known_extensions = false",
                "SET allow_community_extensions = false",
                "SET enable_external_access = false",
                "SET lock_configuration = true");
    }

    /** Whether it is young enough for one query more, which is then counted. */
    boolean mayServeAgain() {
        queries++;
        return queries <= QUERIES_MAX;
    }

    /** A further connection to the same database. */
    DuckDBConnection connect() throws SQLException {
        return root.duplicate();
    }

    /** Drops what a query kept; whether nothing is left of it. */
    boolean clear(List<String> tables) {
        try (Statement statement = root.createStatement()) {
            for (String table : tables) {
                statement.execute("DROP TABLE " + DuckDbSession.quote(table));
            }
            return isEmpty(statement) && SpillFolder.isEmpty(spill);
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean isEmpty(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT (SELECT count(*) FROM duckdb_tables())"
                + " + (SELECT count(*) FROM duckdb_views() WHERE NOT internal),"
                + " (SELECT CAST(coalesce(sum(memory_usage_bytes), 0) AS BIGINT) FROM duckdb_memory())")) {
            return found.next() && found.getLong(1) == 0 && found.getLong(2) <= IDLE_BYTES_MAX;
        }
    }

    @Override
    public void close() {
        try {
            root.close();
        } catch (SQLException e) {
            System.getLogger(DuckDbDatabase.class.getName())
                    .log(System.Logger.Level.WARNING, "an engine database did not close cleanly");
        } finally {
            SpillFolder.delete(spill);
        }
    }
}
