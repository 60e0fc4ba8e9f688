package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/** Finds out whether an engine tree only matches, chooses and orders columns of few rows, so that it needs no engine. */
final class FewRowsTree {
    /** Of more expected rows the result is not held back until they turn out to be few. */
    private static final double ROWS_MAX = 20_000;

    private FewRowsTree() {}

    /** Empty for a tree that computes, filters or sums anything, expects many rows, or gives out another type than is promised. */
    static Optional<FewRows> of(RelNode tree, List<OutputColumn> promised) {
        boolean asPromised = IntStream.range(0, promised.size())
                .allMatch(i -> Types.dataType(
                                tree.getRowType().getFieldList().get(i).getType())
                        .equals(promised.get(i).type()));
        return asPromised ? of(tree) : Optional.empty();
    }

    private static Optional<FewRows> of(RelNode tree) {
        return switch (tree) {
            case StepRef step
            when step.rows() <= ROWS_MAX ->
                Optional.of(new FewRows.Of(step.step(), step.getRowType().getFieldCount()));
            case SecureFilter barrier when barrier.admitsAll() -> of(barrier.getInput());
            case Project project -> chosen(project);
            case Join join -> matched(join);
            case Sort sort -> first(sort);
            // Calcite's nodes are an open set, and the engine knows them all.
            default -> Optional.empty();
        };
    }

    private static Optional<FewRows> chosen(Project project) {
        List<Integer> columns = new ArrayList<>();
        for (RexNode each : project.getProjects()) {
            if (!(each instanceof RexInputRef ref)) {
                return Optional.empty();
            }
            columns.add(ref.getIndex());
        }
        return of(project.getInput()).map(input -> new FewRows.Chosen(input, columns));
    }

    private static Optional<FewRows> matched(Join join) {
        Optional<FewRows.Kind> kind = switch (join.getJoinType()) {
            case INNER -> Optional.of(FewRows.Kind.INNER);
            case LEFT -> Optional.of(FewRows.Kind.LEFT);
            case SEMI -> Optional.of(FewRows.Kind.SEMI);
            case ANTI -> Optional.of(FewRows.Kind.ANTI);
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> Optional.empty();
        };
        int width = join.getLeft().getRowType().getFieldCount();
        List<Integer> leftKeys = new ArrayList<>();
        List<Integer> rightKeys = new ArrayList<>();
        for (RexNode conjunct : RelOptUtil.conjunctions(join.getCondition())) {
            if (!(conjunct instanceof RexCall equals) || equals.getKind() != SqlKind.EQUALS || !comparesAlike(equals)) {
                return Optional.empty();
            }
            OptionalInt one = column(equals.getOperands().get(0));
            OptionalInt other = column(equals.getOperands().get(1));
            if (one.isEmpty() || other.isEmpty() || (one.getAsInt() < width) == (other.getAsInt() < width)) {
                return Optional.empty();
            }
            leftKeys.add(Math.min(one.getAsInt(), other.getAsInt()));
            rightKeys.add(Math.max(one.getAsInt(), other.getAsInt()) - width);
        }
        if (kind.isEmpty() || leftKeys.isEmpty()) {
            return Optional.empty();
        }
        Optional<FewRows> left = of(join.getLeft());
        Optional<FewRows> right = of(join.getRight());
        return left.isEmpty() || right.isEmpty()
                ? Optional.empty()
                : Optional.of(new FewRows.Matched(kind.get(), left.get(), right.get(), leftKeys, rightKeys));
    }

    /** A column, or an integer column that is only made wider. */
    private static OptionalInt column(RexNode node) {
        return switch (node) {
            case RexInputRef ref -> OptionalInt.of(ref.getIndex());
            case RexCall cast
            when cast.getKind() == SqlKind.CAST
                    && cast.getOperands().getFirst() instanceof RexInputRef ref
                    && Types.isInteger(cast.getType())
                    && Types.isInteger(ref.getType())
                    && cast.getType().getPrecision() >= ref.getType().getPrecision() -> OptionalInt.of(ref.getIndex());
            default -> OptionalInt.empty();
        };
    }

    /** Whether equal values have equal bytes: not so for floating point, nor for decimals of different scale. */
    private static boolean comparesAlike(RexCall equals) {
        RelDataType one = equals.getOperands().get(0).getType();
        RelDataType other = equals.getOperands().get(1).getType();
        if (Types.isInteger(one) || Types.isInteger(other)) {
            return Types.isInteger(one) && Types.isInteger(other);
        }
        return switch (Types.kind(one)) {
            case NUMBER -> Types.isExact(one) && Types.dataType(one).equals(Types.dataType(other));
            case TEXT, DATE, TIMESTAMP, INSTANT -> Types.kind(one) == Types.kind(other);
            case BOOLEAN, BINARY, TIME, INTERVAL, OTHER -> false;
        };
    }

    private static Optional<FewRows> first(Sort sort) {
        if (!Gathering.isLiteral(sort.fetch) || !Gathering.isLiteral(sort.offset)) {
            return Optional.empty();
        }
        List<Step.SortKey> order = sort.getCollation().getFieldCollations().stream()
                .map(Gathering::key)
                .toList();
        return of(sort.getInput())
                .map(input -> new FewRows.First(
                        input, order, Gathering.number(sort.offset, 0), Gathering.number(sort.fetch, Long.MAX_VALUE)));
    }
}
