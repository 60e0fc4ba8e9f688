package io.belvedere.model.catalog;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewName;
import io.belvedere.model.ViewReference;
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

    public Catalog(Collection<SourceDefinition> sources, Collection<ViewDefinition> views) {
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

    public Optional<SourceDefinition> findSource(SourceName name) {
        return Optional.ofNullable(sources.get(name));
    }

    public Optional<SourceTable> findTable(TableName name) {
        return findSource(name.source()).flatMap(source -> source.findTable(name));
    }

    public Optional<ViewDefinition> findView(ViewId id) {
        return Optional.ofNullable(views.get(id));
    }

    /** The newest version that the reference accepts. */
    public Optional<ViewDefinition> findView(ViewReference reference) {
        return versionsOf(reference.name()).reversed().stream()
                .filter(view -> reference.pin().accepts(view.id().version()))
                .findFirst();
    }

    /** The published versions of a view, oldest first; empty when there is none. */
    public List<ViewDefinition> versionsOf(ViewName name) {
        return views.values().stream()
                .filter(view -> view.id().name().equals(name))
                .toList();
    }
}
