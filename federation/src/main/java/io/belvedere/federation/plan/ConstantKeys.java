package io.belvedere.federation.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptPredicateList;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexSimplify;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Groups by constants alone, written as one group that is kept only when it has a row.
 *
 * <p>Calcite's decorrelator leaves constant keys out. When no key is left, a group that had no row and so was none becomes the one group of GROUP
 * BY (), which always is: {@code SELECT DISTINCT 1 FROM t WHERE EXISTS (…)} would give a row for an empty {@code t}. (A group that depends on
 * the rows around it is given their columns as keys, and needs no care.)
 */
final class ConstantKeys {
    private ConstantKeys() {}

    static RelNode without(RelNode rel) {
        RelNode inner = Trees.mapInputs(rel, ConstantKeys::without);
        return inner instanceof Aggregate aggregate && isConstant(aggregate) ? whole(aggregate) : inner;
    }

    /**
     * Whether groups somewhere have a constant among several keys. The decorrelator leaves it out, and then reads the columns behind it one place off:
     * the row around is joined by a wrong column.
     */
    static boolean areIn(RelNode rel) {
        boolean here = rel instanceof Aggregate aggregate
                && aggregate.getGroupCount() > 1
                && aggregate.getGroupSet().asList().stream()
                        .anyMatch(key -> constant(aggregate.getInput(), key).isPresent());
        return here || rel.getInputs().stream().anyMatch(ConstantKeys::areIn);
    }

    private static boolean isConstant(Aggregate aggregate) {
        return aggregate.getGroupType() == Aggregate.Group.SIMPLE
                && !aggregate.getGroupSet().isEmpty()
                && !Trees.isCorrelated(aggregate)
                && aggregate.getGroupSet().asList().stream()
                        .allMatch(key -> constant(aggregate.getInput(), key).isPresent());
    }

    /** The column's value where it is written in the tree. */
    private static Optional<RexNode> constant(RelNode rel, int column) {
        return switch (rel) {
            case Project project ->
                switch (project.getProjects().get(column)) {
                    case RexInputRef ref -> constant(project.getInput(), ref.getIndex());
                    // As it is written: Calcite computes some constants its own way.
                    case RexNode value when RexUtil.isConstant(value) -> Optional.of(value);
                    case RexNode value -> {
                        RexNode simple = simplify(rel, value);
                        yield RexUtil.isConstant(simple) ? Optional.of(simple) : Optional.empty();
                    }
                };
            case Filter filter -> constant(filter.getInput(), column);
            default -> Optional.empty();
        };
    }

    /** As the decorrelator will see it. */
    private static RexNode simplify(RelNode rel, RexNode value) {
        RexBuilder rex = rel.getCluster().getRexBuilder();
        RexNode simple = new RexSimplify(rex, RelOptPredicateList.EMPTY, RexUtil.EXECUTOR).simplify(value);
        return rex.ensureType(value.getType(), simple, true);
    }

    private static RelNode whole(Aggregate aggregate) {
        RexBuilder rex = aggregate.getCluster().getRexBuilder();
        RelNode input = aggregate.getInput();
        List<AggregateCall> calls = new ArrayList<>();
        for (AggregateCall call : aggregate.getAggCallList()) {
            calls.add(AggregateCalls.ofAllRows(call, input));
        }
        calls.add(AggregateCalls.ofAllRows(
                AggregateCall.create(
                        SqlStdOperatorTable.COUNT,
                        false,
                        false,
                        false,
                        List.of(),
                        List.of(),
                        -1,
                        null,
                        RelCollations.EMPTY,
                        aggregate.getCluster().getTypeFactory().createSqlType(SqlTypeName.BIGINT),
                        null),
                input));
        RelNode one = LogicalAggregate.create(input, List.of(), ImmutableBitSet.of(), null, calls);
        RexNode rows = rex.makeInputRef(one, calls.size() - 1);
        RexNode some = rex.makeCall(SqlStdOperatorTable.GREATER_THAN, rows, rex.makeBigintLiteral(BigDecimal.ZERO));
        RelNode kept = LogicalFilter.create(one, some);
        List<RexNode> columns = new ArrayList<>();
        for (int key : aggregate.getGroupSet()) {
            columns.add(constant(aggregate.getInput(), key).orElseThrow());
        }
        for (int i = 0; i < aggregate.getAggCallList().size(); i++) {
            RexNode value = rex.makeInputRef(kept, i);
            RelDataType type =
                    aggregate.getRowType().getFieldList().get(columns.size()).getType();
            RexNode typed = rex.ensureType(type, value, true);
            // Of a group that has a row.
            columns.add(type.isNullable() ? typed : rex.makeNotNull(typed));
        }
        return LogicalProject.create(
                kept, List.of(), columns, aggregate.getRowType().getFieldNames(), Set.of());
    }
}
