package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.dimension.Refresh;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.ColumnContract.KeyPart;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A dimension as far as its own file tells it: the columns of a whole table stand in the source's.
 *
 * @param declared the columns of a query; none for a whole table
 * @param key for a whole table, the columns that tell rows apart; none for those that the source marks
 */
record DimensionDraft(
        TableName name,
        String description,
        SourceName source,
        Contents contents,
        List<SourceColumn> declared,
        List<ColumnName> key,
        Refresh refresh,
        Duration staleMax,
        long rowsMax,
        long bytesMax,
        Optional<ChangeSignal> signal) {
    DimensionDraft {
        declared = List.copyOf(declared);
        key = List.copyOf(key);
    }

    /**
     * The dimension with its columns.
     *
     * @param table the columns of the table it keeps; not looked at for a query
     */
    DimensionDefinition define(List<SourceColumn> table) {
        List<SourceColumn> columns = switch (contents) {
            case Contents.WholeTable _ ->
                key.isEmpty() ? table : table.stream().map(this::keyed).toList();
            case Contents.OfQuery _ -> declared;
        };
        DimensionDefinition unpinned = new DimensionDefinition(
                name, description, source, contents, columns, refresh, staleMax, rowsMax, bytesMax, signal, "");
        return unpinned.withHash(CanonicalForm.hash(unpinned));
    }

    private SourceColumn keyed(SourceColumn column) {
        return new SourceColumn(
                column.name(),
                column.remoteName(),
                column.type(),
                column.presence(),
                key.contains(column.name()) ? KeyPart.KEY : KeyPart.NONE,
                column.classifications());
    }
}
