package io.belvedere.model.catalog;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.Version;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewName;
import io.belvedere.model.ViewReference;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ViewDefinition;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An immutable picture of everything that is published. A reload makes a new one; a query keeps the one it began with. */
public final class Catalog {
    private final SortedMap<SourceName, SourceDefinition> sources;
    private final NavigableMap<ViewId, ViewDefinition> views;
    private final SortedMap<String, DimensionDefinition> dimensions;

    /** A catalog without dimensions. */
    public Catalog(Collection<SourceDefinition> sources, Collection<ViewDefinition> views) {
        this(sources, views, List.of());
    }

    public Catalog(
            Collection<SourceDefinition> sources,
            Collection<ViewDefinition> views,
            Collection<DimensionDefinition> dimensions) {
        SortedMap<SourceName, SourceDefinition> sourcesByName = new TreeMap<>();
        for (SourceDefinition source : sources) {
            if (sourcesByName.put(source.name(), source) != null) {
                throw new IllegalArgumentException("source '" + source.name() + "' is defined twice");
            }
        }
        NavigableMap<ViewId, ViewDefinition> viewsById = new TreeMap<>();
        for (ViewDefinition view : views) {
            if (viewsById.put(view.id(), view) != null) {
                throw new IllegalArgumentException("view '" + view.id() + "' is defined twice");
            }
        }
        SortedMap<String, DimensionDefinition> dimensionsByName = new TreeMap<>();
        for (DimensionDefinition dimension : dimensions) {
            if (dimensionsByName.put(dimension.name().toString(), dimension) != null) {
                throw new IllegalArgumentException("dimension '" + dimension.name() + "' is defined twice");
            }
        }
        this.dimensions = Collections.unmodifiableSortedMap(dimensionsByName);
        this.sources = Collections.unmodifiableSortedMap(sourcesByName);
        this.views = Collections.unmodifiableNavigableMap(viewsById);
    }

    public Collection<SourceDefinition> sources() {
        return sources.values();
    }

    /** Every published version, by name and then by version. */
    public Collection<ViewDefinition> views() {
        return views.values();
    }

    /** By name. */
    public Collection<DimensionDefinition> dimensions() {
        return dimensions.values();
    }

    public Optional<DimensionDefinition> findDimension(TableName name) {
        return Optional.ofNullable(dimensions.get(name.toString()));
    }

    /** The dimension that keeps the whole table; of several, the first by name. */
    public Optional<DimensionDefinition> findDimensionOf(TableName table) {
        return dimensions.values().stream()
                .filter(each -> each.contents() instanceof Contents.WholeTable whole
                        && whole.table().equals(table))
                .findFirst();
    }

    public Optional<SourceDefinition> findSource(SourceName name) {
        return Optional.ofNullable(sources.get(name));
    }

    public Optional<SourceTable> findTable(TableName name) {
        return findSource(name.source()).flatMap(source -> source.findTable(name));
    }

    public Optional<ViewDefinition> findView(ViewId id) {
        return Optional.ofNullable(views.get(id));
    }

    /** The newest version that the reference accepts and that is not deprecated; where all are, the newest. */
    public Optional<ViewDefinition> findView(ViewReference reference) {
        return ViewDefinition.choose(versionsOf(reference.name()), reference);
    }

    /** The published versions of a view, oldest first; empty when there is none. */
    public List<ViewDefinition> versionsOf(ViewName name) {
        return List.copyOf(views.subMap(new ViewId(name, Version.FIRST), true, new ViewId(name, Version.LAST), true)
                .values());
    }
}
