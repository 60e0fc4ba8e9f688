package io.belvedere.model.source;

/** The database products that can be a source. */
public enum SourceKind {
    POSTGRESQL,
    MARIADB,
    MYSQL,
    ORACLE,
    SQLSERVER,
    /** A DuckDB database file. */
    DUCKDB,
    /** A folder of Parquet files. */
    PARQUET,
    /** A folder of CSV files. */
    CSV;

    /** Whether its tables stand in files that our own server reads. */
    public boolean isFiles() {
        return this == DUCKDB || this == PARQUET || this == CSV;
    }
}
