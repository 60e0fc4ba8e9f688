package io.belvedere.federation.source;

import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Questions to a product's own catalog. */
sealed interface Lookup permits PostgresLookup, MariaDbLookup, CatalogQueries, FilesLookup {
    /** The columns a table has, as the source spells them, with their types; none when there is no such table, or we may not see it. */
    Map<String, String> columns(Connection connection, SourceTable table) throws SQLException;

    /** What the source estimates of a table; empty when it never counted. */
    Optional<TableStatistics> statistics(Connection connection, SourceTable table) throws SQLException;

    /** Our names for columns, all of which are known. */
    static Set<ColumnName> named(List<String> remote, Map<String, SourceColumn> byRemoteName) {
        Set<ColumnName> names = new HashSet<>();
        for (String name : remote) {
            SourceColumn column = byRemoteName.get(name);
            if (column != null) {
                names.add(column.name());
            }
        }
        return names;
    }

    static Lookup of(SourceKind kind) {
        return switch (kind) {
            case POSTGRESQL -> PostgresLookup.INSTANCE;
            case MARIADB, MYSQL -> MariaDbLookup.INSTANCE;
            case ORACLE -> CatalogQueries.ORACLE;
            case SQLSERVER -> CatalogQueries.SQLSERVER;
            case DUCKDB, PARQUET, CSV -> FilesLookup.INSTANCE;
        };
    }
}
