package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.Spelling;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.Optional;

/**
 * A verified plan of one statement at one source, on however many shards, with places for the caller's values.
 *
 * <p>Why a value that is filled in later is as safe as one that was there: the verifier saw the statement with its places, and
 * everything that it asks for (tables, barriers, stamp, masks, the policy's conditions and constants) stands in the text around them,
 * which does not change. A place holds one operand of a comparison with a column, whose tree said that no value can make it fail.
 * What is filled in is one literal, written by the same dialect, in the same way, as a literal of a tree; it cannot end early. The
 * policy's own values are never places. Which shards are asked is worked out from the values anew. A dialect may ask more of a
 * column for a value that it spells one way than for one it spells another, so a template serves only values spelled as those it was
 * made for.
 */
final class PlanTemplate {
    private final ExecutablePlan plan;
    private final Step.Fetch fetch;
    private final Step.Merge merge;
    private final SourceKind kind;
    private final List<LiftedValues.Routing> routings;
    private final List<Spelling> spellings;

    private PlanTemplate(
            ExecutablePlan plan,
            Step.Fetch fetch,
            Step.Merge merge,
            SourceKind kind,
            List<LiftedValues.Routing> routings,
            List<Spelling> spellings) {
        this.plan = plan;
        this.fetch = fetch;
        this.merge = merge;
        this.kind = kind;
        this.routings = routings;
        this.spellings = spellings;
    }

    /**
     * Empty for a plan that is more than one statement, and for values that are no literals there.
     *
     * @param values those that the plan was made for
     */
    static Optional<PlanTemplate> of(
            ExecutablePlan plan, SourceKind kind, List<LiftedValues.Routing> routings, List<Literal> values) {
        return plan.steps().size() == 1
                        && plan.steps().getFirst() instanceof Step.PassThrough(Step.Fetch fetch, Step.Merge merge)
                ? literals(Dialect.of(kind), values)
                        .map(literals -> new PlanTemplate(plan, fetch, merge, kind, routings, spellings(values)))
                : Optional.empty();
    }

    /** The plan for these values; empty where they would ask another shard, or be spelled in another way. */
    Optional<ExecutablePlan> bind(List<Literal> values) {
        if (!routings.stream().allMatch(routing -> routing.holds(values))) {
            return Optional.empty();
        }
        return literals(Dialect.of(kind), values)
                .filter(_ -> spellings(values).equals(spellings))
                .map(literals -> plan.with(
                        List.of(new Step.PassThrough(fetch.withSql(fetch.sql().bind(literals)), merge))));
    }

    /** Empty where the source has no literal for one of them. */
    private static Optional<List<String>> literals(Dialect dialect, List<Literal> values) {
        try {
            return Optional.of(values.stream().map(dialect::constant).toList());
        } catch (NotOffered _) {
            return Optional.empty();
        }
    }

    private static List<Spelling> spellings(List<Literal> values) {
        return values.stream().map(Spelling::of).toList();
    }
}
