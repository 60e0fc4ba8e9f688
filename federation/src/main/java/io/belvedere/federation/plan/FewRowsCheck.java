package io.belvedere.federation.plan;

import static io.belvedere.federation.plan.PlanVerifier.refused;

import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Compares what is done with few rows with the tree it stands for. A tree with a condition of policy, or with an expression of any kind,
 * has no such way: the condition would be lost. What is left must read the same steps, match by the same columns and give out the same ones.
 */
final class FewRowsCheck {
    private FewRowsCheck() {}

    static void check(FewRows few, RelNode tree) {
        if (!origins(few).equals(origins(tree)) || !matches(few).equals(matches(tree))) {
            throw refused("few rows would be joined in another way than many");
        }
    }

    /** Each column as the step and the column it comes from. */
    private static List<String> origins(FewRows few) {
        return switch (few) {
            case FewRows.Of(String step, int width) -> columns(step, width);
            case FewRows.Chosen(FewRows input, List<Integer> columns) -> {
                List<String> below = origins(input);
                yield columns.stream().map(column -> at(below, column)).toList();
            }
            case FewRows.Matched matched -> {
                List<String> both = new ArrayList<>(origins(matched.left()));
                if (matched.width() > both.size()) {
                    both.addAll(origins(matched.right()));
                }
                yield both;
            }
            case FewRows.First first -> origins(first.input());
        };
    }

    private static List<String> origins(RelNode tree) {
        return switch (tree) {
            case StepRef step -> columns(step.step(), step.getRowType().getFieldCount());
            case SecureFilter barrier when barrier.admitsAll() -> origins(barrier.getInput());
            case Project project -> {
                List<String> below = origins(project.getInput());
                yield project.getProjects().stream()
                        .map(each -> below.get(column(each)))
                        .toList();
            }
            case Join join -> {
                List<String> both = new ArrayList<>(origins(join.getLeft()));
                if (join.getJoinType().projectsRight()) {
                    both.addAll(origins(join.getRight()));
                }
                yield both;
            }
            case Sort sort -> origins(sort.getInput());
            // Whatever it is, it is not done to few rows.
            default -> throw refused("few rows would pass an operator by");
        };
    }

    private static String at(List<String> columns, int column) {
        if (column < 0 || column >= columns.size()) {
            throw refused("few rows would have columns that their steps do not have");
        }
        return columns.get(column);
    }

    private static List<String> columns(String step, int width) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(step + "." + i);
        }
        return columns;
    }

    private static int column(RexNode node) {
        if (node instanceof RexInputRef ref) {
            return ref.getIndex();
        }
        throw refused("few rows would pass an expression by");
    }

    /** Every join with its kind and the columns it compares, and every choice of rows, from the top to the left and down. */
    private static List<String> matches(FewRows few) {
        List<String> found = new ArrayList<>();
        switch (few) {
            case FewRows.Of _ -> {}
            case FewRows.Chosen chosen -> found.addAll(matches(chosen.input()));
            case FewRows.Matched matched -> {
                SortedSet<String> pairs = new TreeSet<>();
                if (matched.leftKeys().size() != matched.rightKeys().size()) {
                    throw refused("few rows would be joined by keys without a partner");
                }
                for (int i = 0; i < matched.leftKeys().size(); i++) {
                    pairs.add(at(origins(matched.left()), matched.leftKeys().get(i)) + " = "
                            + at(origins(matched.right()), matched.rightKeys().get(i)));
                }
                found.add(matched.kind().name() + pairs);
                found.addAll(matches(matched.left()));
                found.addAll(matches(matched.right()));
            }
            case FewRows.First first -> {
                found.add(choice(first.order(), origins(first.input()), first.offset(), first.rowsMax()));
                found.addAll(matches(first.input()));
            }
        }
        return found;
    }

    private static List<String> matches(RelNode tree) {
        List<String> found = new ArrayList<>();
        if (tree instanceof Join join) {
            found.add(join.getJoinType().name() + pairs(join));
        }
        if (tree instanceof Sort sort) {
            List<Step.SortKey> order = sort.getCollation().getFieldCollations().stream()
                    .map(Gathering::key)
                    .toList();
            found.add(choice(
                    order,
                    origins(sort.getInput()),
                    Gathering.number(sort.offset, 0),
                    Gathering.number(sort.fetch, Long.MAX_VALUE)));
        }
        tree.getInputs().forEach(input -> found.addAll(matches(input)));
        return found;
    }

    private static String choice(List<Step.SortKey> order, List<String> columns, long offset, long rowsMax) {
        List<String> keys = order.stream()
                .map(key -> at(columns, key.column()) + " " + key.order() + " " + key.nulls())
                .toList();
        return "FIRST " + keys + " " + offset + ", " + rowsMax;
    }

    private static SortedSet<String> pairs(Join join) {
        List<String> columns = new ArrayList<>(origins(join.getLeft()));
        int width = columns.size();
        columns.addAll(origins(join.getRight()));
        SortedSet<String> pairs = new TreeSet<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(join.getCondition())) {
            ImmutableBitSet used = RelOptUtil.InputFinder.bits(conjunct);
            boolean isEquality = conjunct instanceof RexCall call
                    && call.getKind() == SqlKind.EQUALS
                    && call.getOperands().stream().allMatch(FewRowsCheck::isColumn);
            boolean isOfBoth = used.cardinality() == 2 && used.nth(0) < width && used.nth(1) >= width;
            if (!isEquality || !isOfBoth || join.getJoinType() == JoinRelType.FULL) {
                throw refused("few rows would be joined without a condition");
            }
            pairs.add(columns.get(used.nth(0)) + " = " + columns.get(used.nth(1)));
        }
        return pairs;
    }

    /** Itself, or an integer that is made wider, which is the same number. */
    private static boolean isColumn(RexNode node) {
        return node instanceof RexInputRef
                || (node instanceof RexCall cast
                        && cast.getKind() == SqlKind.CAST
                        && cast.getOperands().getFirst() instanceof RexInputRef ref
                        && Types.isInteger(cast.getType())
                        && Types.isInteger(ref.getType())
                        && cast.getType().getPrecision() >= ref.getType().getPrecision());
    }
}
