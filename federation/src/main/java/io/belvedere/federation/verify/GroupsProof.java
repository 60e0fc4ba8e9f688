package io.belvedere.federation.verify;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.policy.Allow;
import io.belvedere.policy.ViewAccess;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/**
 * Follows the rows of each view that is shown in groups only through the steps of a finished program: they are filtered and computed one
 * by one, counted and summed, and then pass a barrier that knows how many rows of the view each group has. The count is followed down
 * to the rows. Knows nothing of how the plan was made.
 */
final class GroupsProof {
    private final Allow decision;
    private final Map<String, RelNode> trees;
    private final Set<String> seen = new HashSet<>();
    private final Set<RelNode> barriers = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<RelNode> grouped = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<String> woven = new HashSet<>();

    private GroupsProof(Allow decision, Map<String, RelNode> trees) {
        this.decision = decision;
        this.trees = trees;
    }

    /** Throws {@code PLAN_REFUSED}, or {@code UNSUPPORTED} for an expression that may fail on some row of the view. */
    static void require(GovernedQuery query, String last, Map<String, RelNode> trees) {
        GroupsProof check = new GroupsProof(query.decision(), trees);
        check.read(query.tree());
        check.visit(check.tree(last));
    }

    /** Which columns the weaver made the counts of. */
    private void read(RelNode rel) {
        if (rel instanceof GroupBarrier groups) {
            woven.add(counts(groups));
        }
        rel.getInputs().forEach(this::read);
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                read(query.rel);
                return super.visitSubQuery(query);
            }
        });
    }

    private static String counts(GroupBarrier groups) {
        return groups.view() + " " + groups.rows() + " " + groups.values();
    }

    private RelNode tree(String step) {
        return Walk.require(trees, step);
    }

    private void visit(RelNode rel) {
        for (SubQueryValue value : Walk.values(rel)) {
            step(value.step());
        }
        switch (rel) {
            case StepRef step -> step(step.step());
            case GroupBarrier groups -> groups(groups);
            case SecureFilter barrier -> {
                boolean inGroups =
                        decision.views().get(barrier.view()) instanceof ViewAccess.Rows rows && rows.groupSizeMin() > 0;
                if (inGroups && !grouped.contains(barrier)) {
                    throw Unproven.because("rows of a view that is shown in groups only");
                }
                visit(barrier.getInput());
            }
            default -> rel.getInputs().forEach(this::visit);
        }
    }

    private void step(String name) {
        if (seen.add(name)) {
            visit(tree(name));
        }
    }

    private void groups(GroupBarrier groups) {
        barriers.add(groups);
        int sizeMin = decision.views().get(groups.view()) instanceof ViewAccess.Rows rows ? rows.groupSizeMin() : 0;
        if (sizeMin < 1
                || groups.sizeMin() != sizeMin
                || barriers.size() > 1
                || !groups.stamp().equals(decision.fingerprint())) {
            throw Unproven.because("groups of another size than policy's, or grouped twice");
        }
        if (!woven.contains(counts(groups)) || !isCount(groups.getInput(), groups.rows(), true)) {
            throw Unproven.because("groups whose rows are not counted");
        }
        for (int column : groups.values()) {
            if (!isCount(groups.getInput(), column, false)) {
                throw Unproven.because("groups whose values are not counted");
            }
        }
        SecureFilter barrier = rows(groups.getInput());
        if (!barrier.view().equals(groups.view())) {
            throw Unproven.because("groups of another view's rows");
        }
        grouped.add(barrier);
        visit(barrier);
    }

    /** Down to the view's barrier, through nothing that could multiply its rows or put some of them forward. */
    private SecureFilter rows(RelNode rel) {
        return switch (rel) {
            case StepRef step -> rows(tree(step.step()));
            case Fence fence -> rows(fence.getInput());
            case Aggregate aggregate -> {
                boolean known = aggregate.getGroupType() == Aggregate.Group.SIMPLE
                        && aggregate.getAggCallList().stream().allMatch(GroupsProof::isKnown);
                if (!known) {
                    throw Unproven.because("groups with a value of some of their rows");
                }
                yield rows(aggregate.getInput());
            }
            case Project masks when masks.getInput() instanceof SecureFilter barrier -> barrier;
            case Project project -> {
                requireTotal(project, project.getProjects().stream().anyMatch(RexOver::containsOver));
                yield rows(project.getInput());
            }
            case Filter filter -> {
                requireTotal(filter, RexOver.containsOver(filter.getCondition()));
                yield rows(filter.getInput());
            }
            case SecureFilter barrier -> barrier;
            default -> throw Unproven.because("rows that are grouped after something else was done with them");
        };
    }

    private static boolean isKnown(AggregateCall call) {
        return call.filterArg < 0
                && switch (call.getAggregation().getKind()) {
                    case COUNT, SUM, SUM0, AVG, GROUPING -> true;
                    default -> false;
                };
    }

    /** An expression over rows that fails on one of them would tell of it; what is computed of groups may fail. */
    private void requireTotal(RelNode rel, boolean hasWindow) {
        if (hasWindow) {
            throw Unproven.because("rows that are grouped after a window");
        }
        if (!isOverGroups(rel.getInput(0)) && Failure.isPossible(rel)) {
            throw UNSUPPORTED.error(
                    "The query computes something that may fail on some row of a view that is shown in groups only:"
                            + " a division, a narrowing CAST, or a sum that may be too large.");
        }
    }

    private boolean isOverGroups(RelNode rel) {
        return switch (rel) {
            case Aggregate _ -> true;
            case StepRef step -> isOverGroups(tree(step.step()));
            case SecureFilter _ -> false;
            default -> !rel.getInputs().isEmpty() && isOverGroups(rel.getInput(0));
        };
    }

    /** Whether the column is a count of rows, or of a column's values, or the sum of such counts. */
    private boolean isCount(RelNode rel, int column, boolean ofRows) {
        return switch (rel) {
            case StepRef step -> isCount(tree(step.step()), column, ofRows);
            case Fence fence -> isCount(fence.getInput(), column, ofRows);
            case Filter filter -> isCount(filter.getInput(), column, ofRows);
            case Project project -> {
                int from = source(project.getProjects().get(column));
                yield from >= 0 && isCount(project.getInput(), from, ofRows);
            }
            case Aggregate aggregate -> isCount(aggregate, column - aggregate.getGroupCount(), ofRows);
            default -> false;
        };
    }

    private boolean isCount(Aggregate aggregate, int call, boolean ofRows) {
        if (call < 0) {
            return false;
        }
        AggregateCall counted = aggregate.getAggCallList().get(call);
        boolean partial = isOverGroups(aggregate.getInput());
        return switch (counted.getAggregation().getKind()) {
            case COUNT ->
                !partial
                        && !counted.isDistinct()
                        && counted.filterArg < 0
                        && (ofRows == counted.getArgList().isEmpty());
            case SUM, SUM0 ->
                partial && isCount(aggregate.getInput(), counted.getArgList().getFirst(), ofRows);
            default -> false;
        };
    }

    /** The column that an expression is, itself or in a wider type; -1 for another expression. */
    private static int source(RexNode node) {
        if (node instanceof RexInputRef ref) {
            return ref.getIndex();
        }
        boolean wrapped = node instanceof RexCall call && call.getKind() == SqlKind.CAST;
        return wrapped ? source(((RexCall) node).getOperands().getFirst()) : -1;
    }
}
