package io.belvedere.model.yaml;

import io.belvedere.model.catalog.Catalog;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a catalog folder gave: the catalog that can be served, and everything that is wrong in its files. Immutable.
 *
 * <p>It also remembers the good definition of each file, so that {@link CatalogLoader#reload} can keep serving it when the file
 * breaks.
 */
public final class CatalogFiles {
    private final Catalog catalog;
    private final List<Diagnostic> problems;
    private final SortedMap<String, LoadedFile> served;
    private final SortedSet<String> kept;

    CatalogFiles(Catalog catalog, List<Diagnostic> problems, Map<String, LoadedFile> served, SortedSet<String> kept) {
        this.catalog = catalog;
        this.problems = problems.stream().sorted().toList();
        this.served = Collections.unmodifiableSortedMap(new TreeMap<>(served));
        this.kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
    }

    /** Everything that is good; a quarantined file is not in it. */
    public Catalog catalog() {
        return catalog;
    }

    /** Everything that is wrong, by file, line and column; empty when all files are good. */
    public List<Diagnostic> problems() {
        return problems;
    }

    /** The files that are broken now and whose last good definition keeps serving; paths below the catalog folder. */
    public SortedSet<String> kept() {
        return kept;
    }

    /** The file behind each definition that serves, by path below the catalog folder. */
    SortedMap<String, LoadedFile> served() {
        return served;
    }
}
