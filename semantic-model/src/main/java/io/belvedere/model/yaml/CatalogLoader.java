package io.belvedere.model.yaml;

import io.belvedere.model.catalog.Catalog;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads a catalog folder: {@code sources/} and {@code views/}, one definition a file.
 *
 * <p>A file with a problem is quarantined and reported; it never touches another. Safe for use by many threads.
 */
public final class CatalogLoader {
    private static final CatalogFiles NOTHING =
            new CatalogFiles(new Catalog(List.of(), List.of()), List.of(), Map.of(), new TreeSet<>());

    @SuppressWarnings("UnusedVariable") // read by the file readers of the next commit
    private final Variables variables;

    public CatalogLoader(Variables variables) {
        this.variables = variables;
    }

    /** Reads every file of the folder. Throws {@code CATALOG_UNREADABLE} when the folder cannot be listed. */
    public CatalogFiles load(Path folder) {
        return reload(NOTHING, folder);
    }

    /** As {@link #load}; for a file that broke, the last good definition of {@code previous} keeps serving. */
    public CatalogFiles reload(CatalogFiles previous, Path folder) {
        return previous;
    }
}
