package io.belvedere.model.yaml;

import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.view.ViewDefinition;

/** A file that was read without a problem of its own. */
sealed interface LoadedFile {
    /** The path below the catalog folder, with {@code /}. */
    String path();

    /** Where the definition is named, for problems between files. */
    Position name();

    /** A source's file. */
    record OfSource(String path, Position name, SourceDefinition source) implements LoadedFile {}

    /**
     * A dimension's file.
     *
     * @param source where its source is named
     * @param table where its table is, if it keeps one
     * @param key where its key is named
     * @param changes where it says how changes are told
     */
    record OfDimension(
            String path,
            Position name,
            Position source,
            Position table,
            Position key,
            Position changes,
            DimensionDraft draft)
            implements LoadedFile {}

    /** A view's file. */
    record OfView(String path, Position name, Position version, ViewDefinition view) implements LoadedFile {}
}
