package io.belvedere.federation.plan;

import com.google.common.collect.ImmutableSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Sub-queries that Calcite's own rules turn into other rows or into none, each as a column of the input of where it stands: a correlated join with one row, that of
 * an aggregate over the sub-query. These are sub-queries within sub-queries that name a column of a query further out, several columns compared by NOT IN, sub-queries
 * in windows, in what is compared with a sub-query, and in outer joins.
 */
final class SubQueryColumns {
    private final RexBuilder rex;
    private final Set<CorrelationId> variables;
    private RelNode input;

    private SubQueryColumns(RelNode rel, RelNode input) {
        this.rex = rel.getCluster().getRexBuilder();
        this.variables = rel.getVariablesSet();
        this.input = input;
    }

    /** The tree without such sub-queries; outer ones first, so that what was in them is part of the tree. */
    static RelNode in(RelNode rel) {
        RelNode here = joined(rel);
        RelNode done = switch (here) {
            case Filter filter
            when isHard(filter, List.of(filter.getCondition())) ->
                new SubQueryColumns(here, filter.getInput()).filter(filter);
            case Project project
            when isHard(project, project.getProjects()) ->
                new SubQueryColumns(here, project.getInput()).project(project);
            default -> here;
        };
        return Trees.mapInputs(done, SubQueryColumns::in).accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(in(visited.rel));
            }
        });
    }

    private static boolean isHard(RelNode rel, List<RexNode> expressions) {
        boolean[] hard = {false};
        for (RexNode expression : expressions) {
            for (RexNode conjunct : rel instanceof Filter ? Trees.conjuncts(expression) : List.of(expression)) {
                conjunct.accept(new RexVisitorImpl<Void>(true) {
                    @Override
                    public Void visitSubQuery(RexSubQuery query) {
                        boolean outward = !rel.getVariablesSet().containsAll(RelOptUtil.getVariablesUsed(query.rel));
                        boolean nested = query.getOperands().stream().anyMatch(SubQueryColumns::hasSubQuery);
                        boolean condition = rel instanceof Filter && query.equals(conjunct);
                        boolean several = query.getOperands().size() > 1 && !condition;
                        hard[0] |= outward || nested || several || hasNull(query);
                        return super.visitSubQuery(query);
                    }

                    @Override
                    public Void visitOver(RexOver over) {
                        hard[0] |= hasSubQuery(over);
                        return super.visitOver(over);
                    }
                });
            }
        }
        return hard[0];
    }

    private static boolean hasNull(RexSubQuery query) {
        return query.getOperands().stream().anyMatch(RexUtil::isNull);
    }

    private static boolean hasSubQuery(RexNode node) {
        return RexUtil.SubQueryFinder.find(node) != null;
    }

    /** A join by a sub-query: a condition on the pairs of rows, or on what is found for each row of the side that is kept. */
    private static RelNode joined(RelNode rel) {
        if (!(rel instanceof Join join) || !hasSubQuery(join.getCondition())) {
            return rel;
        }
        RelNode left = join.getLeft();
        RelNode right = join.getRight();
        RexBuilder rex = join.getCluster().getRexBuilder();
        return switch (join.getJoinType()) {
            case INNER ->
                LogicalFilter.create(
                        LogicalJoin.create(left, right, List.of(), rex.makeLiteral(true), Set.of(), JoinRelType.INNER),
                        join.getCondition(),
                        ImmutableSet.copyOf(join.getVariablesSet()));
            case LEFT -> found(join, left, right, 0);
            case RIGHT -> {
                int width = left.getRowType().getFieldCount();
                RelNode swapped = found(join, right, left, width);
                int further = right.getRowType().getFieldCount();
                yield Trees.columns(
                        swapped,
                        IntStream.concat(IntStream.range(further, further + width), IntStream.range(0, further))
                                .boxed()
                                .toList());
            }
            case FULL -> full(join, left, right);
            // The other kinds are never written with a sub-query in their condition.
            default -> rel;
        };
    }

    /** Each row of the left side with what is found for it, and of the right side the rows that are found for none. */
    private static RelNode full(Join join, RelNode left, RelNode right) {
        RexBuilder rex = join.getCluster().getRexBuilder();
        int width = left.getRowType().getFieldCount();
        int further = right.getRowType().getFieldCount();
        List<RexNode> columns = new ArrayList<>(rex.identityProjects(left.getRowType()));
        columns.add(rex.makeLiteral(true));
        List<String> names = new ArrayList<>(left.getRowType().getFieldNames());
        names.add("partner");
        RelNode marked = LogicalProject.create(left, List.of(), columns, names, Set.of());
        RelNode tried = found(join, right, marked, width);
        RelNode alone = LogicalFilter.create(
                tried, rex.makeCall(SqlStdOperatorTable.IS_NULL, RexInputRef.of(further + width, tried.getRowType())));
        List<RexNode> missing = new ArrayList<>();
        List<RelDataTypeField> fields = join.getRowType().getFieldList();
        for (int i = 0; i < fields.size(); i++) {
            RelDataType type = fields.get(i).getType();
            missing.add(
                    i < width
                            ? rex.makeNullLiteral(type)
                            : rex.ensureType(type, RexInputRef.of(i - width, alone.getRowType()), true));
        }
        RelNode rest = LogicalProject.create(
                alone, List.of(), missing, join.getRowType().getFieldNames(), Set.of());
        RelNode pairs = RelOptUtil.createCastRel(found(join, left, right, 0), join.getRowType(), true);
        return LogicalUnion.create(List.of(pairs, rest), true);
    }

    /** @param keptFrom the place of the kept side's first column among the columns of the join */
    private static RelNode found(Join join, RelNode kept, RelNode other, int keptFrom) {
        RexBuilder rex = join.getCluster().getRexBuilder();
        int keptTo = keptFrom + kept.getRowType().getFieldCount();
        int otherFrom = keptFrom == 0 ? keptTo : 0;
        CorrelationId around = join.getCluster().createCorrel();
        CorrelationId row = join.getCluster().createCorrel();
        RexNode keptRow = rex.makeCorrel(kept.getRowType(), around);
        RexNode otherRow = rex.makeCorrel(other.getRowType(), row);
        RexNode condition = join.getCondition();
        for (CorrelationId variable : join.getVariablesSet()) {
            condition = condition.accept(new OuterColumns(
                    variable,
                    named -> named.column() >= keptFrom && named.column() < keptTo
                            ? rex.makeFieldAccess(keptRow, named.column() - keptFrom)
                            : rex.makeFieldAccess(otherRow, named.column() - otherFrom)));
        }
        RexNode moved = condition.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                boolean ofKept = ref.getIndex() >= keptFrom && ref.getIndex() < keptTo;
                return ofKept
                        ? rex.makeFieldAccess(keptRow, ref.getIndex() - keptFrom)
                        : RexInputRef.of(ref.getIndex() - otherFrom, other.getRowType());
            }
        });
        RelNode matching = LogicalFilter.create(other, moved, ImmutableSet.of(row));
        return LogicalCorrelate.create(kept, matching, List.of(), around, used(matching, around), JoinRelType.LEFT);
    }

    private RelNode filter(Filter filter) {
        int width = filter.getRowType().getFieldCount();
        RexNode condition = filter.getCondition().accept(columns());
        return Trees.columns(
                LogicalFilter.create(input, condition),
                IntStream.range(0, width).boxed().toList());
    }

    private RelNode project(Project project) {
        List<RexNode> values = columns().visitList(project.getProjects());
        return LogicalProject.create(
                input, List.of(), values, project.getRowType().getFieldNames(), Set.of());
    }

    private RexShuttle columns() {
        Map<RexSubQuery, RexNode> known = new HashMap<>();
        return new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                RexNode found = known.get(visited);
                RexNode column = found == null ? column(visited) : found;
                known.put(visited, column);
                return column;
            }
        };
    }

    private RexNode column(RexSubQuery query) {
        CorrelationId around = input.getCluster().createCorrel();
        RexNode row = rex.makeCorrel(input.getRowType(), around);
        RelNode rows = query.rel;
        for (CorrelationId variable : variables) {
            rows = new OuterColumns(variable, named -> rex.makeFieldAccess(row, named.column())).replacedIn(rows);
        }
        return switch (query.getKind()) {
            case SCALAR_QUERY -> {
                int column = added(aggregate(rows, List.of(call(SqlStdOperatorTable.SINGLE_VALUE, 0, rows))), around);
                yield rex.ensureType(query.getType(), RexInputRef.of(column, input.getRowType()), true);
            }
            case EXISTS -> {
                int count = added(aggregate(rows, List.of(count(rows, -1))), around);
                yield known(isSome(count), query);
            }
            case IN, SOME -> compared(query, rows, row, around);
            default -> query;
        };
    }

    /** How many rows match, and of how many nobody knows. */
    private RexNode compared(RexSubQuery query, RelNode rows, RexNode row, CorrelationId around) {
        List<RexNode> equal = new ArrayList<>();
        for (int i = 0; i < query.getOperands().size(); i++) {
            RexNode operand = query.getOperands().get(i).accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef ref) {
                    return rex.makeFieldAccess(row, ref.getIndex());
                }
            });
            equal.add(rex.makeCall(comparison(query), operand, RexInputRef.of(i, rows.getRowType())));
        }
        RexNode matches = RexUtil.composeConjunction(rex, equal);
        RelNode tested = LogicalProject.create(
                rows,
                List.of(),
                List.of(
                        rex.makeCall(SqlStdOperatorTable.IS_TRUE, matches),
                        rex.makeCall(SqlStdOperatorTable.IS_NULL, matches)),
                List.of("matches", "unknown"),
                Set.of());
        int column = added(aggregate(tested, List.of(count(tested, 0), count(tested, 1))), around);
        if (!query.getType().isNullable()) {
            return known(isSome(column), query);
        }
        return rex.ensureType(
                query.getType(),
                rex.makeCall(
                        SqlStdOperatorTable.CASE,
                        isSome(column),
                        rex.makeLiteral(true),
                        isSome(column + 1),
                        rex.makeNullLiteral(rex.getTypeFactory().createSqlType(SqlTypeName.BOOLEAN)),
                        rex.makeLiteral(false)),
                true);
    }

    private static SqlOperator comparison(RexSubQuery query) {
        return query.op instanceof SqlQuantifyOperator quantified
                ? RelOptUtil.op(quantified.comparisonKind, null)
                : SqlStdOperatorTable.EQUALS;
    }

    /** A count is never NULL, which its type, as that of a column beside the row around, does not say. */
    private RexNode known(RexNode some, RexSubQuery query) {
        return query.getType().isNullable() ? some : rex.makeCall(SqlStdOperatorTable.IS_TRUE, some);
    }

    private RexNode isSome(int count) {
        return rex.makeCall(
                SqlStdOperatorTable.GREATER_THAN,
                RexInputRef.of(count, input.getRowType()),
                rex.makeBigintLiteral(BigDecimal.ZERO));
    }

    private static RelNode aggregate(RelNode rows, List<AggregateCall> calls) {
        return LogicalAggregate.create(rows, List.of(), ImmutableBitSet.of(), null, calls);
    }

    private static AggregateCall call(SqlAggFunction function, int argument, RelNode rows) {
        return AggregateCall.create(
                function,
                false,
                false,
                false,
                List.of(),
                List.of(argument),
                -1,
                null,
                RelCollations.EMPTY,
                true,
                rows,
                null,
                null);
    }

    private static AggregateCall count(RelNode rows, int filter) {
        return AggregateCall.create(
                SqlStdOperatorTable.COUNT,
                false,
                false,
                false,
                List.of(),
                List.of(),
                filter,
                null,
                RelCollations.EMPTY,
                true,
                rows,
                null,
                null);
    }

    /** The input with the columns of one row behind its own; the place of the first of them. */
    private int added(RelNode one, CorrelationId around) {
        int width = input.getRowType().getFieldCount();
        input = LogicalCorrelate.create(input, one, List.of(), around, used(one, around), JoinRelType.LEFT);
        return width;
    }

    private static ImmutableBitSet used(RelNode rel, CorrelationId around) {
        Set<Integer> found = new HashSet<>();
        new OuterColumns(around, named -> {
                    found.add(named.column());
                    return rel.getCluster()
                            .getRexBuilder()
                            .makeFieldAccess(
                                    rel.getCluster().getRexBuilder().makeCorrel(named.row(), around), named.column());
                })
                .replacedIn(rel);
        return ImmutableBitSet.of(found);
    }
}
