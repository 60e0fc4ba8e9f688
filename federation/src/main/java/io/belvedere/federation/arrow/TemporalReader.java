package io.belvedere.federation.arrow;

import io.belvedere.model.source.SourceKind;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Dates and times as a kind of database sends them. Each method gives {@link #ABSENT} for NULL and throws {@code DATA_ERROR} for
 * what the contract's types cannot hold: infinity, zero dates, times of more than a day.
 */
interface TemporalReader {
    /** NULL; no day and no moment in range has this number. */
    long ABSENT = Long.MIN_VALUE;

    /** Days since 1970-01-01. */
    long days(ResultSet rows, int index) throws SQLException;

    /** Microseconds since midnight; a day's full length is allowed. */
    long timeMicros(ResultSet rows, int index) throws SQLException;

    /** Microseconds since 1970-01-01 00:00, without a zone. */
    long timestampMicros(ResultSet rows, int index) throws SQLException;

    /** Microseconds since 1970-01-01 00:00 UTC. */
    long instantMicros(ResultSet rows, int index) throws SQLException;

    static TemporalReader of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> PostgresTemporalReader.INSTANCE;
            case MARIADB, MYSQL -> MariaDbTemporalReader.INSTANCE;
            case ORACLE, SQLSERVER -> JavaTimeReader.INSTANCE;
            case DUCKDB, PARQUET, CSV -> throw new IllegalArgumentException("files are read as Arrow");
        };
    }
}
