package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The views that stand on others, and whether they are there for a caller: a view over one that is hidden, or that needs a column that is
 * hidden, is answered as one that does not exist, and is described alike. Safe for use by many threads.
 */
final class ViewsBelow {
    private final Walk walk;
    private volatile Known known = new Known(new Catalog(List.of(), List.of()), Map.of());

    ViewsBelow(Walk walk) {
        this.walk = walk;
    }

    /** What is known of one catalog: the whole of each view that stands on others, as a query. */
    private record Known(Catalog catalog, Map<ViewId, ResolvedQuery> standing) {}

    /** The views, and those that they stand on, each once. */
    List<ViewDefinition> with(List<ViewDefinition> views, Catalog catalog) {
        Known now = of(catalog);
        Map<ViewId, ViewDefinition> all = new LinkedHashMap<>();
        views.forEach(view -> all.put(view.id(), view));
        views.forEach(view -> Optional.ofNullable(now.standing().get(view.id()))
                .ifPresent(whole -> whole.views().forEach(each -> all.putIfAbsent(each.id(), each))));
        return List.copyOf(all.values());
    }

    /** Those of the views that a query would find; the decision is about all that they stand on. */
    List<ViewDefinition> found(List<ViewDefinition> views, Catalog catalog, Allow allow) {
        Known now = of(catalog);
        return views.stream()
                .filter(view -> Optional.ofNullable(now.standing().get(view.id()))
                        .filter(whole -> isHidden(whole, allow))
                        .isEmpty())
                .toList();
    }

    private boolean isHidden(ResolvedQuery whole, Allow allow) {
        List<ViewAccess> accesses = whole.views().stream()
                .map(view -> allow.views().getOrDefault(view.id(), new ViewAccess.None()))
                .toList();
        if (accesses.stream().anyMatch(ViewAccess.None.class::isInstance)) {
            return true;
        }
        // Where rows are withheld the caller is told so, and nothing is woven.
        boolean rows = accesses.stream().allMatch(ViewAccess.Rows.class::isInstance);
        return rows && accesses.stream().anyMatch(ViewsBelow::hidesColumns) && cannotBeWoven(whole, allow);
    }

    private static boolean hidesColumns(ViewAccess access) {
        return access instanceof ViewAccess.Rows given
                && given.columns().values().stream().anyMatch(Mask.Hidden.class::isInstance);
    }

    private boolean cannotBeWoven(ResolvedQuery whole, Allow allow) {
        try {
            var _ = walk.weave().weave(whole, allow);
            return false;
        } catch (BelvedereException refused) {
            return refused.code() == VIEW_NOT_FOUND;
        }
    }

    private Known of(Catalog catalog) {
        Known now = known;
        if (sameAs(now.catalog(), catalog)) {
            return now;
        }
        Map<ViewId, ResolvedQuery> standing = new LinkedHashMap<>();
        NamesInBodies names = NamesInBodies.of(catalog);
        List<ViewDefinition> views = catalog.views().stream()
                .filter(view -> names.mayNameAView(view.query()))
                .toList();
        for (ViewDefinition view : views) {
            ResolvedQuery whole = walk.resolve().resolve(whole(view), catalog);
            if (whole.views().size() > 1) {
                standing.put(view.id(), whole);
            }
        }
        Known next = new Known(catalog, standing);
        known = next;
        return next;
    }

    /** A catalog is loaded once and passed around: another object is another load. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean sameAs(Catalog one, Catalog other) {
        return one == other;
    }

    private static QueryText whole(ViewDefinition view) {
        return new QueryText(
                "SELECT * FROM \"" + view.id().name().domain() + "\".\""
                        + view.id().name().name() + "@" + view.id().version() + "\"",
                List.of());
    }
}
