package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.QUERY_INVALID;

import io.belvedere.model.ViewId;
import io.belvedere.model.view.ViewDefinition;
import java.util.Set;

/** How views may stand on each other. */
public final class Nesting {
    private Nesting() {}

    /**
     * Throws {@link SqlProblem} when the view stands on itself or too many views stand on it.
     *
     * @param above the views whose bodies lead here
     */
    public static void require(Set<ViewId> above, ViewDefinition view) {
        if (above.contains(view.id())) {
            throw SqlProblem.of(QUERY_INVALID, "The view stands on itself, through '" + view.id() + "'.");
        }
        if (above.size() >= QueryResolver.NESTING_MAX) {
            throw SqlProblem.of(
                    LIMIT_EXCEEDED, "More than " + QueryResolver.NESTING_MAX + " views stand on each other.");
        }
    }
}
