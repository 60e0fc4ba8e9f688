package io.belvedere.federation.sql;

import io.belvedere.model.ViewReference;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.ViewDefinition;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.sql.SqlNode;

/**
 * A query that parsed, with every view it names pinned to a version. Only {@code QueryResolver} makes one.
 *
 * <p>A name without a view is kept as an unresolved reference rather than refused at once: a view that does not exist and one that
 * the caller may not see must end in the same place with the same words.
 */
public final class ResolvedQuery {
    private final SqlNode tree;
    private final Catalog catalog;
    private final List<Reference> references;
    private final List<ViewDefinition> views;
    private final String normalised;

    ResolvedQuery(
            SqlNode tree, Catalog catalog, List<Reference> references, List<ViewDefinition> views, String normalised) {
        this.tree = tree;
        this.catalog = catalog;
        this.references = List.copyOf(references);
        this.views = List.copyOf(views);
        this.normalised = normalised;
    }

    /** The caller's statement as a tree, not yet validated; parameters are already constants in it. */
    public SqlNode tree() {
        return tree;
    }

    /** The picture of the catalog that this query keeps to its end. */
    public Catalog catalog() {
        return catalog;
    }

    /** The views as the caller names them, in the order of the text, each once. */
    public List<Reference> references() {
        return references;
    }

    /** Every view the query touches, each once: those it names and those they are built on. */
    public List<ViewDefinition> views() {
        return views;
    }

    /** Whether some name has no view. */
    public boolean hasUnresolved() {
        return references.stream().anyMatch(reference -> reference.view().isEmpty());
    }

    /** The statement with every literal replaced by {@code ?}, re-generated from the tree; for the audit record. */
    public String normalised() {
        return normalised;
    }

    /** A view as the caller names it; empty when there is none. */
    public record Reference(ViewReference name, Optional<ViewDefinition> view) {}
}
