package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PUSHDOWN_REQUIRED;

import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.RequiredTable;
import io.belvedere.model.TableName;
import java.util.List;
import java.util.Set;

/** Refuses a program that reads a table whole which a view of the query wants filtered at its source. */
final class PushdownCheck {
    private PushdownCheck() {}

    /** Throws {@code PUSHDOWN_REQUIRED}; what a table is called is said to callers with full detail only. */
    static void require(GovernedQuery query, ProgramBuilder.Program program, List<PlanReport.KeptBack> keptBack) {
        if (query.pushdown().isEmpty()) {
            return;
        }
        for (Step step : program.steps()) {
            boolean atSource = step instanceof Step.Fetch || step instanceof Step.PassThrough;
            Set<TableName> whole = atSource ? WholeReads.in(Trees.require(program.trees(), step.name())) : Set.of();
            for (RequiredTable required : query.pushdown()) {
                if (whole.contains(required.table())) {
                    throw PUSHDOWN_REQUIRED.error(words(query, required, step.name(), keptBack));
                }
            }
        }
    }

    private static String words(
            GovernedQuery query, RequiredTable required, String step, List<PlanReport.KeptBack> keptBack) {
        String view = "View '" + required.view() + "' ";
        return switch (query.decision().detail()) {
            case SHAPE ->
                view + "wants one of its tables filtered where it stands, and this query would read it whole;"
                        + " compare more of the view's columns with values, or join it by its keys.";
            case FULL ->
                view + "wants '" + required.table() + "' filtered at its source, and step " + step
                        + " of this query would read it whole" + reason(keptBack)
                        + "; compare a column of that table with values, or join by its keys.";
        };
    }

    /** Why a condition that the caller wrote does not reach a source. */
    private static String reason(List<PlanReport.KeptBack> keptBack) {
        return keptBack.stream()
                .filter(kept -> kept.operator().startsWith("filter "))
                .findFirst()
                .map(kept -> ": a filter stays in the engine because " + kept.reason())
                .orElse(": no condition of the query restricts it");
    }
}
