package io.belvedere.federation.sql;

import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.ViewDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses a caller's text and pins every view that it touches. Safe for use by many threads.
 *
 * <p>The clock is read once per query: {@code CURRENT_DATE} and {@code CURRENT_TIMESTAMP} are one moment, in UTC, everywhere in it.
 */
public final class QueryResolver {
    /** How many views may stand on each other, the one that the caller names included. */
    public static final int NESTING_MAX = 5;

    private final Clock clock;

    public QueryResolver(Clock clock) {
        this.clock = clock;
    }

    /**
     * Resolves a query against one picture of the catalog.
     *
     * <p>Throws {@code QUERY_INVALID}, {@code UNSUPPORTED} or {@code LIMIT_EXCEEDED}, none of which depends on which views exist.
     */
    public ResolvedQuery resolve(QueryText text, Catalog catalog) {
        Instant now = clock.instant();
        Statement statement;
        try {
            statement = StatementParser.parse(text, now);
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
        Map<ViewId, ViewBody> bodies = new LinkedHashMap<>();
        List<ResolvedQuery.Reference> references = new ArrayList<>();
        for (TableReference table : statement.tables()) {
            Optional<ViewDefinition> view = ViewNames.find(table.path(), catalog);
            references.add(new ResolvedQuery.Reference(
                    table.typed(),
                    table.path(),
                    table.reads(),
                    view.filter(found -> reads(found, catalog, now, bodies))));
        }
        return new ResolvedQuery(statement.tree(), catalog, references, bodies, NormalisedSql.of(statement.tree()));
    }

    /** Whether the view's body and all it stands on can be read; a view that cannot be is one that does not exist. */
    private static boolean reads(ViewDefinition view, Catalog catalog, Instant now, Map<ViewId, ViewBody> bodies) {
        Map<ViewId, ViewBody> found = new LinkedHashMap<>();
        try {
            collect(view, catalog, now, new LinkedHashSet<>(), bodies, found);
        } catch (SqlProblem broken) {
            return false;
        }
        found.forEach(bodies::putIfAbsent);
        return true;
    }

    private static void collect(
            ViewDefinition view,
            Catalog catalog,
            Instant now,
            Set<ViewId> above,
            Map<ViewId, ViewBody> known,
            Map<ViewId, ViewBody> found) {
        Nesting.require(above, view);
        ViewBody body = known.containsKey(view.id()) ? known.get(view.id()) : found.get(view.id());
        if (body == null) {
            body = ViewBody.read(view, catalog, now);
        }
        found.put(view.id(), body);
        Set<ViewId> inside = new LinkedHashSet<>(above);
        inside.add(view.id());
        for (ViewDefinition nested : body.nested()) {
            collect(nested, catalog, now, inside, known, found);
        }
    }
}
