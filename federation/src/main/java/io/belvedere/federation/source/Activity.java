package io.belvedere.federation.source;

import io.belvedere.model.source.SourceKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a server shows of the statements that run on it, and how one is ended. A session is only touched while it carries the tag of
 * our statement: ids are used again, and behind a load balancer they may be another server's.
 */
sealed interface Activity permits PostgresActivity, MariaDbActivity, OracleActivity, SqlServerActivity, FilesActivity {
    /** Asks the server to stop the statement with this tag; false when that session does not run it. */
    boolean cancel(Connection control, long session, String tag) throws SQLException;

    /** Ends the session that runs the statement with this tag; false when that session does not run it. */
    boolean kill(Connection control, long session, String tag) throws SQLException;

    /** The sessions of our account with a tag that has this mark in it. */
    List<Tagged> running(Connection control, String mark) throws SQLException;

    /** A session with a tag of ours. */
    record Tagged(long session, String tag) {}

    static Activity of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> PostgresActivity.INSTANCE;
            case MARIADB -> MariaDbActivity.MARIADB;
            case MYSQL -> MariaDbActivity.MYSQL;
            case ORACLE -> OracleActivity.INSTANCE;
            case SQLSERVER -> SqlServerActivity.INSTANCE;
            case DUCKDB, PARQUET, CSV -> FilesActivity.INSTANCE;
        };
    }
}
