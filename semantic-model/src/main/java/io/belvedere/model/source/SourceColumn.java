package io.belvedere.model.source;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A column of a source's table.
 *
 * @param remoteName its name at the source, as the source spells it
 */
public record SourceColumn(
        ColumnName name,
        String remoteName,
        DataType type,
        Presence presence,
        KeyPart keyPart,
        Set<Classification> classifications) {
    public SourceColumn {
        RemoteNames.require(remoteName);
        classifications = Collections.unmodifiableSortedSet(new TreeSet<>(classifications));
    }
}
