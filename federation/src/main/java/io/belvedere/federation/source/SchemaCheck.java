package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.TableName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Compares the tables a statement uses with the shard's own catalog, once in a while for each table, so that a table that lost a
 * column, or has it with another type, is told from a query that is wrong. Safe for use by many threads.
 */
final class SchemaCheck {
    private static final long TRUSTED_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SourceDefinition definition;
    private final Lookup lookup;
    private final Map<TableName, Long> checkedAt = new ConcurrentHashMap<>();

    SchemaCheck(SourceDefinition definition) {
        this.definition = definition;
        this.lookup = Lookup.of(definition.kind());
    }

    /**
     * Checks the tables whose name stands in the statement; one too many does no harm.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code SCHEMA_DRIFT}; what is missing stands in its cause only, because
     *     the caller may not know of it
     */
    void require(Connection connection, String sql) throws SQLException {
        for (SourceTable table : definition.tables()) {
            if (sql.contains(table.remoteName()) && !isTrusted(table.name())) {
                compare(table, lookup.columns(connection, table));
                checkedAt.put(table.name(), System.nanoTime());
            }
        }
    }

    /** Whether {@link #require} would ask nothing. */
    boolean trusts(String sql) {
        return definition.tables().stream()
                .noneMatch(table -> sql.contains(table.remoteName()) && !isTrusted(table.name()));
    }

    /** Forgets what was seen, because a statement found something else. */
    void forget() {
        checkedAt.clear();
    }

    private boolean isTrusted(TableName table) {
        Long at = checkedAt.get(table);
        return at != null && System.nanoTime() - at < TRUSTED_NANOS;
    }

    private void compare(SourceTable table, Map<String, String> present) {
        if (present.isEmpty()) {
            throw drift("there is no table " + table.name());
        }
        for (SourceColumn column : table.columns()) {
            String type = present.get(column.remoteName());
            if (type == null) {
                throw drift("table " + table.name() + " has no column " + column.name());
            }
            if (!RemoteTypes.mayHold(column.type(), type)) {
                throw drift("table " + table.name() + " has column " + column.name() + " of another type");
            }
        }
    }

    private RuntimeException drift(String what) {
        return FederationError.SCHEMA_DRIFT.error(
                "Source '" + definition.name() + "' no longer offers what its definition says.",
                new SQLException(what));
    }
}
