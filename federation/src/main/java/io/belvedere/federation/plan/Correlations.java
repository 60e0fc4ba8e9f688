package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;

/** Sub-queries on the rows around them that Calcite's decorrelator turns into joins with other rows, without a word; {@link Unnesting} takes them. */
final class Correlations {
    private Correlations() {}

    /**
     * Whether Calcite's decorrelator keeps the meaning of the tree: no correlation is in another, each is by equalities only, and none has anything in it
     * but conditions, inner joins and groups, nor an aggregate of all rows, but for the one aggregate of a value.
     */
    static boolean areSimple(RelNode rel) {
        List<Correlate> found = new ArrayList<>();
        collect(rel, found);
        return found.stream()
                .allMatch(each -> isPlain(each)
                        && isSimple(each.getRight())
                        && (each.getJoinType() == JoinRelType.LEFT
                                || !aggregatesAll(each.getRight(), each.getCorrelationId())));
    }

    private static void collect(RelNode rel, List<Correlate> found) {
        if (rel instanceof Correlate correlate) {
            found.add(correlate);
        }
        rel.getInputs().forEach(input -> collect(input, found));
    }

    /** Whether a value is compared with the rows of a sub-query that depend on the row around: NULL among them, or none of them, is more than a join says. */
    static boolean comparesRowsAround(RexSubQuery query) {
        boolean compares = query.getKind() == SqlKind.IN || query.getKind() == SqlKind.SOME;
        return compares && !RelOptUtil.getVariablesUsed(query.rel).isEmpty();
    }

    private static boolean isPlain(Correlate correlate) {
        return !Trees.contains(correlate.getRight(), Correlate.class)
                && conditions(correlate.getRight()) <= 1
                && byEqualities(correlate.getRight(), correlate.getCorrelationId());
    }

    /** Filters that name the row around. Of one above another Calcite moves what the upper one compares to other columns' places. */
    private static int conditions(RelNode rel) {
        boolean here = rel instanceof Filter filter && RexUtil.containsCorrelation(filter.getCondition());
        return (here ? 1 : 0)
                + rel.getInputs().stream().mapToInt(Correlations::conditions).sum();
    }

    /** Whether the row around is named in conditions only, each of them an equality. */
    private static boolean byEqualities(RelNode rel, CorrelationId around) {
        if (!uses(rel, around)) {
            return true;
        }
        boolean here = switch (rel) {
            case Filter filter ->
                Trees.conjuncts(filter.getCondition()).stream()
                        .filter(RexUtil::containsCorrelation)
                        .allMatch(conjunct -> conjunct.getKind() == SqlKind.EQUALS);
            case Project project -> project.getProjects().stream().noneMatch(RexUtil::containsCorrelation);
            case Join join -> !RexUtil.containsCorrelation(join.getCondition());
            case Aggregate aggregate -> aggregate.getGroupType() == Aggregate.Group.SIMPLE;
            default -> false;
        };
        return here && rel.getInputs().stream().allMatch(input -> byEqualities(input, around));
    }

    /** Such an aggregate has a row also where there is none to aggregate, which an inner join drops. */
    private static boolean aggregatesAll(RelNode rel, CorrelationId around) {
        boolean here =
                rel instanceof Aggregate aggregate && aggregate.getGroupSet().isEmpty() && uses(rel, around);
        return here || rel.getInputs().stream().anyMatch(input -> aggregatesAll(input, around));
    }

    /** Also of what does not depend on the row around: beside rows that were cut off or numbered, Calcite names columns by other rows' places. */
    private static boolean isSimple(RelNode rel) {
        boolean here = switch (rel) {
            case Filter _, Aggregate _, TableScan _, BarrierLeaf _ -> true;
            case Project project -> !project.containsOver();
            case Join join -> !join.getJoinType().isOuterJoin();
            default -> false;
        };
        return here && rel.getInputs().stream().allMatch(Correlations::isSimple);
    }

    /** Whether an expression of the tree names a column of the row around. */
    static boolean uses(RelNode rel, CorrelationId around) {
        return RelOptUtil.getVariablesUsed(rel).contains(around);
    }
}
