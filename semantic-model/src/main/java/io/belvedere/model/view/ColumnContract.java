package io.belvedere.model.view;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * One column as the contract promises it.
 *
 * @param presence whether it may be NULL
 * @param keyPart whether it is part of the view's key
 * @param classifications the classes that policy speaks about; inherited from the source columns it comes from
 */
public record ColumnContract(
        ColumnName name,
        DataType type,
        Presence presence,
        KeyPart keyPart,
        Set<Classification> classifications,
        String description) {
    public ColumnContract {
        classifications = Collections.unmodifiableSortedSet(new TreeSet<>(classifications));
    }

    /** Whether a column may be NULL. */
    public enum Presence {
        REQUIRED,
        OPTIONAL
    }

    /** Whether a column is part of the key. */
    public enum KeyPart {
        KEY,
        NONE
    }
}
