package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.sql.DeepStack;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.ViewAccess;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Resolved query and decision to a governed tree. Safe for use by many threads.
 *
 * <p>Each reference to a view becomes {@code Project(visible columns, masks) ∘ SecureFilter(row filter) ∘ body} where Calcite
 * converts the reference, so that sub-queries at any depth are covered; {@link WeaveCheck} looks at the result all the same.
 */
public final class Weaver {
    /** Validation descends into a tree of at most 200 levels, several frames for each. */
    private static final long STACK_BYTES = 64L * 1024 * 1024;

    private final HashKeys keys;

    /** A weaver that has no key: what is to be hashed is refused. */
    public Weaver() {
        this(HashKeys.NONE);
    }

    /** @param keys of the masks that hash */
    public Weaver(HashKeys keys) {
        this.keys = keys;
    }

    /**
     * Weaves the decision into the query.
     *
     * <p>Throws {@link ResolvedQuery#notFound()} when a view does not exist, rows of it are not granted, or it needs a column that
     * is hidden; {@code QUERY_INVALID} and {@code UNSUPPORTED} about the caller's text, in words that know only what is visible;
     * {@code PLAN_REFUSED} when the decision does not fit the views; {@code MASK_KEY_MISSING} when it hashes a column and there is no key.
     */
    public GovernedQuery weave(ResolvedQuery query, Allow decision) {
        return weave(query, decision, AtHand.none());
    }

    /**
     * As {@link #weave(ResolvedQuery, Allow)}, with dimensions read from memory where their rows are at hand, and at their source elsewhere.
     */
    public GovernedQuery weave(ResolvedQuery query, Allow decision, AtHand atHand) {
        return woven(query, decision, atHand, Values.AS_CONSTANTS, Weaving::weave);
    }

    /**
     * As {@link #weave(ResolvedQuery, Allow, AtHand)}, with parameters in the place of the values in which queries of one shape may differ. What is refused here
     * may well be granted to the query with its constants.
     */
    public GovernedQuery weaveLifted(ResolvedQuery query, Allow decision, AtHand atHand) {
        return woven(query, decision, atHand, Values.AS_PARAMETERS, Weaving::weave);
    }

    /**
     * What comes of a query and what goes into it, as far as that is known before its parameters have values. Throws what weaving throws.
     */
    public Described describe(ResolvedQuery query, Allow decision) {
        try {
            return woven(query, decision, AtHand.none(), Values.LEFT_OPEN, Weaving::describe);
        } catch (BelvedereException untyped) {
            // A parameter whose type nothing in the statement tells is text; with NULL in its place the columns are
            // known.
            List<OutputColumn> columns = weave(query, decision).columns();
            return new Described(columns, Collections.nCopies(query.parameters(), DataType.Simple.VARCHAR));
        }
    }

    /**
     * A query's columns, and the types that its parameters are best given in.
     *
     * @param parameters in their order; text where any type will do
     */
    public record Described(List<OutputColumn> columns, List<DataType> parameters) {
        public Described {
            columns = List.copyOf(columns);
            parameters = List.copyOf(parameters);
        }
    }

    /** How the caller's own values stand in the tree. */
    enum Values {
        AS_CONSTANTS,
        AS_PARAMETERS,
        /** There are none yet. */
        LEFT_OPEN
    }

    private <T> T woven(ResolvedQuery query, Allow decision, AtHand atHand, Values values, Function<Weaving, T> work) {
        if (query.hasUnresolved()) {
            throw query.notFound();
        }
        for (ViewDefinition view : query.views()) {
            if (!(decision.views().get(view.id()) instanceof ViewAccess.Rows rows)) {
                throw query.notFound();
            }
            require(view, rows);
        }
        Bounds.requireScans(query);
        try {
            return DeepStack.call(STACK_BYTES, () -> work.apply(new Weaving(query, decision, atHand, values, keys)));
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
    }

    private static void require(ViewDefinition view, ViewAccess.Rows rows) {
        if (rows.rowsMax() < 1) {
            throw PLAN_REFUSED.error("The decision on view '" + view.id() + "' allows less than one row.");
        }
        Set<ColumnName> named = new HashSet<>();
        view.columns().forEach(column -> named.add(column.name()));
        if (!named.equals(rows.columns().keySet())) {
            throw PLAN_REFUSED.error("The decision on view '" + view.id() + "' does not name exactly its columns.");
        }
    }
}
