package io.belvedere.model.source;

import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table, or view, of a source.
 *
 * @param name how views name it
 * @param remoteSchema the schema it stands in at the source, as the source spells it; empty for the default
 * @param remoteName its name at the source, as the source spells it
 * @param columns the columns that views may use, in order
 */
public record SourceTable(
        TableName name, Optional<String> remoteSchema, String remoteName, List<SourceColumn> columns) {
    public static final int COLUMNS_MAX = 1_000;

    public SourceTable {
        RemoteNames.require(remoteName);
        remoteSchema.ifPresent(RemoteNames::require);
        columns = List.copyOf(columns);
        if (columns.isEmpty() || columns.size() > COLUMNS_MAX) {
            throw new IllegalArgumentException("a table has 1 to " + COLUMNS_MAX + " columns");
        }
        Set<ColumnName> seen = new HashSet<>();
        for (SourceColumn column : columns) {
            if (!seen.add(column.name())) {
                throw new IllegalArgumentException("a table's columns have different names");
            }
        }
    }

    public Optional<SourceColumn> findColumn(ColumnName column) {
        return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }
}
