package io.belvedere.federation.source;

import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.duckdb.DuckDBDriver;

/**
 * Parquet, CSV and DuckDB files, read by a DuckDB of this source alone: in memory, shared by the connections of its pool, shut off
 * from everything but the source's folder before its first statement, and locked so.
 */
record FilesDriver(SourceDefinition source, FilesRoot files) implements Driver {
    private static final long STATEMENT_BYTES_MAX = 16L << 20;
    private static final AtomicLong SESSIONS = new AtomicLong();
    private static final ReentrantLock SETUP = new ReentrantLock();

    @Override
    public Opened connect(Shard shard, String password) throws SQLException {
        FileLocation location = location(shard);
        Path folder = files.require(location);
        Properties properties = new Properties();
        // Batches are computed as they are read, not all at once before the first.
        properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        // Connections that name the same database in memory share it; it goes with the last of them.
        String url = "jdbc:duckdb::memory:belvedere_" + id(folder);
        SETUP.lock();
        try {
            Connection connection = new DuckDBDriver().connect(url, properties);
            if (connection == null) {
                throw new SQLException("not a DuckDB address", "08001");
            }
            try (Statement statement = connection.createStatement()) {
                if (!isLocked(statement)) {
                    setUp(statement, location, folder);
                }
                connection.setAutoCommit(false);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return new Opened(connection, SESSIONS.incrementAndGet(), connection::close);
        } finally {
            SETUP.unlock();
        }
    }

    private static FileLocation location(Shard shard) throws SQLException {
        if (shard.location() instanceof FileLocation location) {
            return location;
        }
        throw new SQLException("a source of this kind stands in files", "08001");
    }

    /**
     * Another definition, another folder or other limits are another database: one lives on until its last connection is given back, and keeps what it was
     * set up with.
     */
    private UUID id(Path folder) {
        FilesRoot.Work work = files.work();
        String limits = work.memoryBytesMax() + " " + work.spillBytesMax() + " " + work.spill();
        String all = folder + "\n" + limits + "\n" + source.kind() + source.tables() + source.shards();
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLocked(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT current_setting('lock_configuration')")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The order matters: the file is attached before access goes, and all is set before the lock. */
    private void setUp(Statement statement, FileLocation location, Path folder) throws SQLException {
        FilesRoot.Work work = files.work();
        String spill = work.spill().map(place -> place.place().toString()).orElse("");
        for (String setting : List.of(
                "SET TimeZone = 'UTC'",
                "SET integer_division = true",
                "SET memory_limit = '" + work.memoryBytesMax() + "B'",
                "SET threads = 2",
                "SET temp_directory = " + FileTables.text(spill),
                "SET max_temp_directory_size = '" + work.spillBytesMax() + "B'",
                "SET preserve_insertion_order = false",
                // Files say what their rows have in common, those that policy hides too: nothing is concluded from it.
                "SET disabled_optimizers = 'statistics_propagation'",
                "SET default_null_order = 'NULLS_LAST'",
                "SET allow_persistent_secrets = false",
                "SET autoinstall_known_extensions = false",
                "SET autoload_known_extensions = false",
                "SET allow_community_extensions = false")) {
            statement.execute(setting);
        }
        if (source.kind() == SourceKind.DUCKDB) {
            Path file = files.requireDatabase(location);
            statement.execute("ATTACH " + FileTables.text(file.toString()) + " AS " + FileTables.ATTACHED
                    + " (READ_ONLY, TYPE duckdb)");
        } else {
            statement.execute("SET allowed_directories = [" + FileTables.text(folder + "/") + "]");
        }
        statement.execute("SET enable_external_access = false");
        FileTables.create(statement, source.kind(), folder, source.tables());
        statement.execute("SET lock_configuration = true");
    }

    /** Looks at the folder once more: it may have become a link since. */
    @Override
    public void begin(Connection connection, String tag, Duration statementTimeout) throws SQLException {
        for (Shard shard : source.shards()) {
            files.require(location(shard));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    /** Files have no states to choose from: a statement sees them as they are when it reads them. */
    @Override
    public Optional<String> beginSnapshot(Connection connection, String tag, Duration statementTimeout)
            throws SQLException {
        begin(connection, tag, statementTimeout);
        return Optional.empty();
    }

    @Override
    public void joinSnapshot(Connection connection, String tag, Duration statementTimeout, String snapshot)
            throws SQLException {
        throw new SQLException("connections cannot share a snapshot here", "0A000");
    }

    @Override
    public void bound(Statement statement, Duration timeout) throws SQLException {
        statement.setQueryTimeout(seconds(timeout));
    }

    private static int seconds(Duration timeout) {
        return Math.toIntExact(Math.max(1, timeout.toSeconds()));
    }

    /** DuckDB's Java driver says of a statement that was stopped only that its result is not valid. */
    @Override
    public SQLException explained(SQLException failure, Duration ran, Duration statementTimeout) {
        return ran.toSeconds() < seconds(statementTimeout)
                ? failure
                : new SQLTimeoutException("the statement was stopped for its time", failure);
    }

    @Override
    public long statementBytesMax(Connection connection) {
        return STATEMENT_BYTES_MAX;
    }

    @Override
    public String tag(String sql, String tag) {
        return sql;
    }

    @Override
    public void cancel(Opened connection, String tag, ControlLane control) throws SQLException {
        // Any statement of a connection stops what the connection runs.
        try (Statement statement = connection.jdbc().createStatement()) {
            statement.cancel();
        }
    }

    /** Files are no replica. */
    @Override
    public Optional<Duration> lag(Connection connection) {
        return Optional.of(Duration.ZERO);
    }
}
