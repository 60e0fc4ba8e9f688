package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlNode;

/**
 * A query that parsed, with every view it names pinned to a version. Only {@code QueryResolver} makes one, and it is woven once:
 * validation writes into its trees.
 *
 * <p>A name without a view is kept as an unresolved reference rather than refused at once: a view that does not exist and one that
 * the caller may not see must end in the same place with the same words.
 */
public final class ResolvedQuery {
    private final SqlNode tree;
    private final Catalog catalog;
    private final List<Reference> references;
    private final Map<ViewId, ViewBody> bodies;
    private final String normalised;

    ResolvedQuery(
            SqlNode tree,
            Catalog catalog,
            List<Reference> references,
            Map<ViewId, ViewBody> bodies,
            String normalised) {
        this.tree = tree;
        this.catalog = catalog;
        this.references = List.copyOf(references);
        this.bodies = Collections.unmodifiableMap(new LinkedHashMap<>(bodies));
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
        return bodies.values().stream().map(ViewBody::view).toList();
    }

    /** The body of each view of {@link #views()}. */
    public Map<ViewId, ViewBody> bodies() {
        return bodies;
    }

    /** Whether some name has no view. */
    public boolean hasUnresolved() {
        return references.stream().anyMatch(reference -> reference.view().isEmpty());
    }

    /** The statement with every literal replaced by {@code ?}, re-generated from the tree; for the audit record. */
    public String normalised() {
        return normalised;
    }

    /**
     * The one answer for a view that does not exist and for one that is hidden from the caller: it names what the caller named,
     * all of it and in order, and so tells nothing about which of them it is.
     */
    public BelvedereException notFound() {
        String names = references.stream()
                .map(reference -> "'" + reference.name() + "'")
                .collect(Collectors.joining(", "));
        return VIEW_NOT_FOUND.error(
                references.size() == 1
                        ? "There is no view " + names + "."
                        : "Not all of these views exist: " + names + ".");
    }

    /**
     * A view as the caller names it.
     *
     * @param name as typed, unquoted parts in lower-case
     * @param path the parts of the name
     * @param reads how often it is read once every WITH query is written out
     * @param view the version it is pinned to; empty when there is none
     */
    public record Reference(String name, List<String> path, long reads, Optional<ViewDefinition> view) {
        public Reference {
            path = List.copyOf(path);
        }
    }
}
