package io.belvedere.federation.sql;

import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What texts have in common that differ only in values which a column is compared with: the views, the tables, the statement without
 * its values. Made for one picture of the catalog and, where the text asks for the day, for one day; two shapes are the same only
 * when they are one object, which makes one a key for whatever is worked out from it. Immutable.
 */
public final class QueryShape {
    private final Catalog catalog;
    private final List<ResolvedQuery.Reference> references;
    private final Map<ViewId, ViewBody> bodies;
    private final String normalised;
    private final Clockwork.Use clock;
    private final SortedSet<Integer> liftable;

    QueryShape(
            Catalog catalog,
            List<ResolvedQuery.Reference> references,
            Map<ViewId, ViewBody> bodies,
            String normalised,
            Clockwork.Use clock,
            SortedSet<Integer> liftable) {
        this.catalog = catalog;
        this.references = List.copyOf(references);
        this.bodies = Collections.unmodifiableMap(new LinkedHashMap<>(bodies));
        this.normalised = normalised;
        this.clock = clock;
        this.liftable = Collections.unmodifiableSortedSet(new TreeSet<>(liftable));
    }

    Catalog catalog() {
        return catalog;
    }

    List<ResolvedQuery.Reference> references() {
        return references;
    }

    Map<ViewId, ViewBody> bodies() {
        return bodies;
    }

    String normalised() {
        return normalised;
    }

    /** How long the texts and the bodies of their views mean the same. */
    Clockwork.Use clock() {
        return clock;
    }

    /** Indexes of the values in which the texts may differ. */
    SortedSet<Integer> liftable() {
        return liftable;
    }
}
