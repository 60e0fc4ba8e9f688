package io.belvedere.federation.verify;

import io.belvedere.federation.plan.FewRows;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * What is done with few rows, held against the tree it stands for, operator by operator. Each reading of a step counts as one of its own,
 * so that two of the same step are never taken for each other. A tree with a condition of policy, or with an expression of any kind, has
 * no such way: it would be lost.
 */
final class FewRowsProof {
    private int readings;

    private FewRowsProof() {}

    /** What is done, as text, and where each column comes from. */
    private record Done(String what, List<String> columns) {
        String column(int index) {
            if (index < 0 || index >= columns.size()) {
                throw Unproven.because("few rows would have columns that their steps do not have");
            }
            return columns.get(index);
        }

        Done chosen(List<Integer> indexes) {
            return new Done(what, indexes.stream().map(this::column).toList());
        }
    }

    static void require(FewRows few, RelNode tree) {
        if (!new FewRowsProof().of(few).equals(new FewRowsProof().of(tree))) {
            throw Unproven.because("few rows would be joined in another way than many");
        }
    }

    private Done step(String name, int width) {
        int reading = readings++;
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(reading + "." + i);
        }
        return new Done(name + " as " + reading, columns);
    }

    private Done of(FewRows few) {
        return switch (few) {
            case FewRows.Of(String step, int width) -> step(step, width);
            case FewRows.Chosen(FewRows input, List<Integer> columns) ->
                of(input).chosen(columns);
            case FewRows.Matched matched -> {
                Done left = of(matched.left());
                Done right = of(matched.right());
                int keys = matched.leftKeys().size();
                if (keys == 0 || keys != matched.rightKeys().size()) {
                    throw Unproven.because("few rows would be joined by keys without a partner");
                }
                List<String> pairs = new ArrayList<>();
                for (int i = 0; i < keys; i++) {
                    pairs.add(left.column(matched.leftKeys().get(i)) + " = "
                            + right.column(matched.rightKeys().get(i)));
                }
                boolean both = switch (matched.kind()) {
                    case INNER, LEFT -> true;
                    case SEMI, ANTI -> false;
                };
                yield joined(matched.kind().name(), left, right, pairs, both);
            }
            case FewRows.First(FewRows input, List<Step.SortKey> order, long offset, long rowsMax) -> {
                Done below = of(input);
                List<String> keys = order.stream()
                        .map(key -> below.column(key.column()) + " " + key.order() + " " + key.nulls())
                        .toList();
                yield first(below, keys, offset, rowsMax);
            }
        };
    }

    private Done of(RelNode tree) {
        return switch (tree) {
            case StepRef step -> step(step.step(), step.getRowType().getFieldCount());
            case SecureFilter barrier when barrier.admitsAll() -> of(barrier.getInput());
            case Project project ->
                of(project.getInput())
                        .chosen(project.getProjects().stream()
                                .map(FewRowsProof::given)
                                .toList());
            case Join join -> {
                Done left = of(join.getLeft());
                Done right = of(join.getRight());
                yield joined(
                        join.getJoinType().name(),
                        left,
                        right,
                        pairs(join, left, right),
                        join.getJoinType().projectsRight());
            }
            case Sort sort -> {
                Done below = of(sort.getInput());
                List<String> keys = sort.getCollation().getFieldCollations().stream()
                        .map(key -> below.column(key.getFieldIndex()) + " " + order(key) + " " + nulls(key))
                        .toList();
                yield first(below, keys, number(sort.offset, 0), number(sort.fetch, Long.MAX_VALUE));
            }
            // Whatever it is, it is not done to few rows.
            default -> throw Unproven.because("few rows would pass an operator by");
        };
    }

    private static Done joined(String kind, Done left, Done right, List<String> pairs, boolean both) {
        List<String> columns = new ArrayList<>(left.columns());
        if (both) {
            columns.addAll(right.columns());
        }
        return new Done(
                "(" + left.what() + " " + kind + " " + right.what() + " on " + new TreeSet<>(pairs) + ")", columns);
    }

    private static Done first(Done below, List<String> keys, long offset, long rowsMax) {
        return new Done(
                "(first " + rowsMax + " after " + offset + " of " + below.what() + " by " + keys + ")",
                below.columns());
    }

    private static Step.Order order(RelFieldCollation key) {
        return key.getDirection().isDescending() ? Step.Order.DESCENDING : Step.Order.ASCENDING;
    }

    private static Step.NullPlace nulls(RelFieldCollation key) {
        return key.nullDirection == RelFieldCollation.NullDirection.FIRST ? Step.NullPlace.FIRST : Step.NullPlace.LAST;
    }

    private static long number(@Nullable RexNode rows, long none) {
        return rows == null
                ? none
                : Numbers.of(rows)
                        .map(BigDecimal::longValueExact)
                        .orElseThrow(() -> Unproven.because("few rows would be counted by an expression"));
    }

    private static List<String> pairs(Join join, Done left, Done right) {
        List<String> pairs = new ArrayList<>();
        int width = left.columns().size();
        for (RexNode conjunct : TreeTerms.conjuncts(join.getCondition())) {
            if (conjunct.getKind() != SqlKind.EQUALS) {
                throw Unproven.because("few rows would be joined without a condition");
            }
            int one = column(((RexCall) conjunct).getOperands().get(0));
            int other = column(((RexCall) conjunct).getOperands().get(1));
            int onLeft = Math.min(one, other);
            int onRight = Math.max(one, other);
            if (onLeft >= width || onRight < width) {
                throw Unproven.because("few rows would be joined without a condition");
            }
            pairs.add(left.column(onLeft) + " = " + right.column(onRight - width));
        }
        return pairs;
    }

    private static int given(RexNode node) {
        if (node instanceof RexInputRef ref) {
            return ref.getIndex();
        }
        throw Unproven.because("few rows would pass an expression by");
    }

    /** A column itself, or an integer that is made wider, which is the same number. */
    private static int column(RexNode node) {
        boolean widened = node instanceof RexCall cast
                && cast.getKind() == SqlKind.CAST
                && SqlTypeName.INT_TYPES.contains(cast.getType().getSqlTypeName())
                && SqlTypeName.INT_TYPES.contains(
                        cast.getOperands().getFirst().getType().getSqlTypeName())
                && cast.getType().getPrecision()
                        >= cast.getOperands().getFirst().getType().getPrecision();
        return given(widened ? ((RexCall) node).getOperands().getFirst() : node);
    }
}
