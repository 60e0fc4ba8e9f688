package io.belvedere.federation.verify;

import io.belvedere.federation.weave.SecureFilter;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;

/**
 * What stands above a place, as far as it could end in an error on a row that a barrier below holds back. A database tests conditions in
 * the order it likes, and may compute a value before it tests a condition on it; what is only given out it computes last; what is
 * aggregated too, except that some aggregate one side of a join before they join it.
 */
enum Risk {
    NONE,
    /** Under an aggregate, without anything that could fail. */
    AGGREGATED,
    /** Under an aggregate of values that could fail. */
    FAILING_AGGREGATE,
    /** Under conditions, none of which could fail. */
    TESTED,
    FAILING;

    Risk below(RelNode rel) {
        boolean fails = Failure.isPossible(rel);
        return switch (rel) {
            case Project _, Sort _ -> fails ? given() : this;
            case Aggregate _ -> aggregated(fails);
            default -> fails || this == FAILING ? FAILING : this == FAILING_AGGREGATE ? FAILING_AGGREGATE : TESTED;
        };
    }

    private Risk aggregated(boolean fails) {
        Risk own = fails ? given() : this;
        return switch (own) {
            case NONE, AGGREGATED -> fails ? FAILING_AGGREGATE : AGGREGATED;
            case FAILING_AGGREGATE, TESTED, FAILING -> own;
        };
    }

    private Risk given() {
        return switch (this) {
            case NONE -> NONE;
            case AGGREGATED -> FAILING_AGGREGATE;
            case FAILING_AGGREGATE, TESTED, FAILING -> FAILING;
        };
    }

    /** In the engine, whatever could fail over a barrier waits for a table of its own. */
    Risk belowInEngine(RelNode rel) {
        return this == NONE && !Failure.isPossible(rel) ? NONE : FAILING;
    }

    boolean needsFence(RelNode body) {
        return this == FAILING || (this == FAILING_AGGREGATE && puts(body));
    }

    /** Whether rows are put together in it. */
    private static boolean puts(RelNode body) {
        return body instanceof Join
                || body instanceof SetOp
                || body.getInputs().stream().anyMatch(Risk::puts);
    }

    /** What holds inside a barrier without a fence; it is a condition itself. */
    Risk inside(SecureFilter barrier) {
        return this == NONE && barrier.admitsAll() ? NONE : TESTED;
    }
}
