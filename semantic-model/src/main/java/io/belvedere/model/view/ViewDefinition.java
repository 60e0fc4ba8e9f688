package io.belvedere.model.view;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewReference;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One published version of a view: the contract and the body.
 *
 * @param id name and version
 * @param title a few words for people
 * @param owner the team that answers for it
 * @param description what a row is
 * @param tags free words for search and policy
 * @param query the body: ANSI SQL over tables of sources and other views
 * @param columns the contract, in order
 * @param limits bounds for every query on this view
 * @param onSourceFailure what happens when a source fails
 * @param pushdown tables that may not be read whole
 * @param caching what of its answers may be kept
 * @param declassified classes that columns do without, although they are computed from data of them
 * @param freshness how old the rows of a dimension may be
 * @param deprecation that this version should be used no more; says nothing about what it is, and so is not in the hash
 * @param hash SHA-256, in hex, of the definition's canonical form; pins the version
 * @param origin where the definition was read from
 */
public record ViewDefinition(
        ViewId id,
        String title,
        String owner,
        String description,
        Set<String> tags,
        String query,
        List<ColumnContract> columns,
        ViewLimits limits,
        OnSourceFailure onSourceFailure,
        Pushdown pushdown,
        Caching caching,
        List<Declassification> declassified,
        Freshness freshness,
        Optional<Deprecation> deprecation,
        String hash,
        Origin origin) {
    public static final int COLUMNS_MAX = 500;

    public ViewDefinition {
        tags = Set.copyOf(tags);
        columns = List.copyOf(columns);
        declassified = List.copyOf(declassified);
        if (columns.isEmpty() || columns.size() > COLUMNS_MAX) {
            throw new IllegalArgumentException("a view has 1 to " + COLUMNS_MAX + " columns");
        }
        Set<ColumnName> seen = new HashSet<>();
        for (ColumnContract column : columns) {
            if (!seen.add(column.name())) {
                throw new IllegalArgumentException("a view's columns have different names");
            }
        }
    }

    /** A view that is not deprecated. */
    public ViewDefinition(
            ViewId id,
            String title,
            String owner,
            String description,
            Set<String> tags,
            String query,
            List<ColumnContract> columns,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            Pushdown pushdown,
            Caching caching,
            List<Declassification> declassified,
            Freshness freshness,
            String hash,
            Origin origin) {
        this(
                id,
                title,
                owner,
                description,
                tags,
                query,
                columns,
                limits,
                onSourceFailure,
                pushdown,
                caching,
                declassified,
                freshness,
                Optional.empty(),
                hash,
                origin);
    }

    /** A view whose columns carry on every class, that says nothing of its freshness, and of which no answer is kept. */
    public ViewDefinition(
            ViewId id,
            String title,
            String owner,
            String description,
            Set<String> tags,
            String query,
            List<ColumnContract> columns,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            Pushdown pushdown,
            String hash,
            Origin origin) {
        this(
                id,
                title,
                owner,
                description,
                tags,
                query,
                columns,
                limits,
                onSourceFailure,
                pushdown,
                Caching.NONE,
                List.of(),
                Freshness.UNSAID,
                hash,
                origin);
    }

    /** A view that wants no table filtered. */
    public ViewDefinition(
            ViewId id,
            String title,
            String owner,
            String description,
            Set<String> tags,
            String query,
            List<ColumnContract> columns,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            String hash,
            Origin origin) {
        this(id, title, owner, description, tags, query, columns, limits, onSourceFailure, Pushdown.NONE, hash, origin);
    }

    /** The same definition with another hash. */
    public ViewDefinition withHash(String newHash) {
        return new ViewDefinition(
                id,
                title,
                owner,
                description,
                tags,
                query,
                columns,
                limits,
                onSourceFailure,
                pushdown,
                caching,
                declassified,
                freshness,
                deprecation,
                newHash,
                origin);
    }

    /**
     * The version that a reference means: of those that it accepts the newest that is not deprecated, and where all are, the newest.
     *
     * @param versions of the view that the reference names, oldest first
     */
    public static Optional<ViewDefinition> choose(List<ViewDefinition> versions, ViewReference reference) {
        List<ViewDefinition> accepted = versions.reversed().stream()
                .filter(view -> reference.pin().accepts(view.id().version()))
                .toList();
        return accepted.stream()
                .filter(view -> view.deprecation().isEmpty())
                .findFirst()
                .or(() -> accepted.stream().findFirst());
    }

    /** Whether a column does without a class, as the contract says and somebody approved. */
    public boolean declassifies(ColumnName column, Classification classification) {
        return declassified.stream()
                .anyMatch(each ->
                        each.column().equals(column) && each.classification().equals(classification));
    }

    public Optional<ColumnContract> findColumn(ColumnName name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}
