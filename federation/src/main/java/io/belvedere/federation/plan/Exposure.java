package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;

/**
 * Whether what stands above a place in a tree could raise an error on a row that a barrier below would hold back.
 *
 * <p>A database may test conditions in any order, so a condition that can fail is dangerous, and so is a computed value that a condition
 * above could be about. Values that a statement only gives out are computed from rows that passed all its conditions. Values that are
 * aggregated are too, except that some databases aggregate one side of a join before they join it.
 */
enum Exposure {
    /** Nothing that can fail, or only values that are given out. */
    SAFE,
    /** As before, under an aggregate. */
    AGGREGATED,
    /** Values that can fail are aggregated: safe over one table, not over a join inside the barrier. */
    COLLECTED,
    /** Conditions, none of which can fail, stand above: the next value that can fail is exposed. */
    CONDITIONED,
    /** Something that can fail may see any row. */
    EXPOSED;

    /** What holds for the inputs of a node in a source's statement. */
    Exposure belowInSource(RelNode rel) {
        boolean total = LeakProof.isTotal(rel);
        return switch (rel) {
            case Project _, Sort _ -> total ? this : given();
            case Aggregate _ ->
                switch (total ? this : given()) {
                    case SAFE, AGGREGATED -> total ? AGGREGATED : COLLECTED;
                    case COLLECTED -> COLLECTED;
                    case CONDITIONED -> CONDITIONED;
                    case EXPOSED -> EXPOSED;
                };
            default -> total && this != EXPOSED ? conditioned() : EXPOSED;
        };
    }

    private Exposure given() {
        return switch (this) {
            case SAFE -> SAFE;
            case AGGREGATED -> COLLECTED;
            case COLLECTED, CONDITIONED, EXPOSED -> EXPOSED;
        };
    }

    private Exposure conditioned() {
        return this == COLLECTED ? COLLECTED : CONDITIONED;
    }

    /** What holds for the inputs of a node in the engine, where anything that can fail over a barrier waits for a table of its own. */
    Exposure belowInEngine(RelNode rel) {
        return this == SAFE && LeakProof.isTotal(rel) ? SAFE : EXPOSED;
    }

    /** Whether a barrier over this body must be fenced. */
    boolean needsFence(RelNode body) {
        return this == EXPOSED
                || (this == COLLECTED && (Trees.contains(body, Join.class) || Trees.contains(body, SetOp.class)));
    }

    /** What holds inside a barrier that is not fenced; the barrier is a condition itself. */
    Exposure inside(SecureFilter barrier) {
        return this == SAFE && barrier.admitsAll() ? SAFE : CONDITIONED;
    }
}
