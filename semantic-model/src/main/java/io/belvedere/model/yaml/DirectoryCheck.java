package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import java.util.Optional;

/** Whether the directory of a split source is a table that can say where a key stands. */
final class DirectoryCheck {
    private DirectoryCheck() {}

    /** What is wrong with the directory, for people; empty when there is none, or nothing is wrong. */
    static Optional<String> refusal(SourceDefinition source, Catalog catalog) {
        if (!(source.split().map(Split::rule).orElse(null) instanceof Split.Directory directory)) {
            return Optional.empty();
        }
        Optional<SourceDefinition> owner = catalog.findSource(directory.table().source());
        Optional<SourceTable> table = owner.flatMap(found -> found.findTable(directory.table()));
        if (owner.isEmpty() || table.isEmpty()) {
            return Optional.of("The directory of this source is " + directory.table() + ", which no source has.");
        }
        if (owner.get().shards().size() > 1) {
            return Optional.of(
                    "The directory of this source is in a source that is split itself; use one that is not.");
        }
        return columns(source, directory, table.get());
    }

    private static Optional<String> columns(SourceDefinition source, Split.Directory directory, SourceTable table) {
        Optional<DataType> key = type(table, directory.key());
        Optional<DataType> shard = type(table, directory.shard());
        if (key.isEmpty() || shard.isEmpty()) {
            return Optional.of("The directory " + directory.table() + " has no column "
                    + (key.isEmpty() ? directory.key() : directory.shard()) + ".");
        }
        if (shard.get() != DataType.Simple.VARCHAR && !ShardKey.isWhole(shard.get())) {
            return Optional.of("A directory names a shard by its name, a varchar, or by its index, an integer.");
        }
        boolean same = source.split().orElseThrow().keys().entrySet().stream()
                .flatMap(each -> source.findTable(each.getKey()).stream()
                        .flatMap(split -> type(split, each.getValue()).stream()))
                .allMatch(type -> type.equals(key.get()) || (ShardKey.isWhole(type) && ShardKey.isWhole(key.get())));
        return same
                ? Optional.empty()
                : Optional.of("The keys of the directory " + directory.table()
                        + " have another type than the shard keys of this source.");
    }

    private static Optional<DataType> type(SourceTable table, ColumnName column) {
        return table.findColumn(column).map(SourceColumn::type);
    }
}
