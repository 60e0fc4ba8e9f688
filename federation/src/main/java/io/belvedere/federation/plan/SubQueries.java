package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.TableName;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * The sub-queries of one query that stand for one value and do not depend on the rows around them: scalar ones and EXISTS. Each becomes
 * a tree of its own, and a {@link SubQueryValue} where it stood. As a join its value could be read in the engine only, and with it every
 * aggregate and limit above; as a constant it goes wherever a constant goes.
 *
 * <p>A tree gives one row or none: a sub-query that may give more is read up to its second row, which is an error. For one plan, by one
 * thread.
 */
final class SubQueries {
    private static final Set<SqlKind> ORDERED =
            Set.of(SqlKind.LESS_THAN, SqlKind.LESS_THAN_OR_EQUAL, SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL);

    /** Inner ones before those around them. */
    private final List<RelNode> trees = new ArrayList<>();

    /** All trees, by number: each uses only values with smaller numbers. */
    List<RelNode> trees() {
        return List.copyOf(trees);
    }

    /** The values that a tree's expressions name; those of steps and fragments below too. */
    static Set<SubQueryValue> in(RelNode rel) {
        Set<SubQueryValue> found = new TreeSet<>((one, other) -> Integer.compare(one.getIndex(), other.getIndex()));
        collect(rel, found);
        return found;
    }

    private static void collect(RelNode rel, Set<SubQueryValue> found) {
        if (rel instanceof Fragment fragment) {
            collect(fragment.body(), found);
        }
        found.addAll(of(rel));
        rel.getInputs().forEach(input -> collect(input, found));
    }

    /** The values that the expressions of one node name. */
    static List<SubQueryValue> of(RelNode rel) {
        List<SubQueryValue> found = new ArrayList<>();
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                if (parameter instanceof SubQueryValue value) {
                    found.add(value);
                }
                return parameter;
            }
        });
        return found;
    }

    /**
     * Whether a source may be sent the values of an expression: one that is compared with something, or an exact number anywhere. Of
     * other types a literal would not do what a value does.
     */
    static boolean travel(RexNode expression) {
        boolean[] travels = {true};
        expression.accept(new RexShuttle() {
            @Override
            public RexNode visitCall(RexCall call) {
                if (call.isA(SqlKind.COMPARISON) && call.getOperands().stream().anyMatch(SubQueries::isCompared)) {
                    call.getOperands().stream()
                            .filter(operand -> !isCompared(operand))
                            .forEach(operand -> operand.accept(this));
                    return call;
                }
                return super.visitCall(call);
            }

            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                if (parameter instanceof SubQueryValue value) {
                    travels[0] &= value.bound() == SubQueryValue.Bound.NONE && Types.isExact(value.getType());
                }
                return parameter;
            }
        });
        return travels[0];
    }

    /** Whether an expression depends on the rows it is asked of. */
    static boolean isOfRows(RexNode node) {
        return !isComputedOfValues(node);
    }

    private static boolean isCompared(RexNode operand) {
        return operand instanceof SubQueryValue
                && switch (Types.kind(operand.getType())) {
                    case NUMBER, TEXT, DATE, TIMESTAMP -> true;
                    case BOOLEAN, BINARY, TIME, INSTANT, INTERVAL, OTHER -> false;
                };
    }

    /**
     * The region with values for its sub-queries.
     *
     * @param normalise what is done with a sub-query's own tree
     */
    RelNode lift(RelNode region, UnaryOperator<RelNode> normalise) {
        RelNode mapped = Trees.mapInputs(region, input -> lift(input, normalise));
        RelNode lifted = mapped.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return value(visited.clone(lift(visited.rel, normalise)), normalise);
            }
        });
        boolean condition = lifted instanceof Filter || lifted instanceof Join;
        return condition && !of(lifted).isEmpty() ? lifted.accept(new Comparisons(lifted.getCluster())) : lifted;
    }

    private RexNode value(RexSubQuery query, UnaryOperator<RelNode> normalise) {
        boolean alone = RelOptUtil.getVariablesUsed(query.rel).isEmpty();
        if (alone && query.getKind() == SqlKind.SCALAR_QUERY) {
            return add(normalise.apply(oneRow(query.rel)), query.getType());
        }
        if (alone && query.getKind() == SqlKind.EXISTS) {
            RexBuilder rex = query.rel.getCluster().getRexBuilder();
            RelNode count = normalise.apply(count(query.rel));
            RelDataType type = count.getRowType().getFieldList().getFirst().getType();
            return rex.makeCall(
                    SqlStdOperatorTable.GREATER_THAN, add(count, type), rex.makeExactLiteral(BigDecimal.ZERO, type));
        }
        return query;
    }

    private SubQueryValue add(RelNode tree, RelDataType type) {
        int number = same(tree).orElse(trees.size());
        if (number == trees.size()) {
            trees.add(tree);
        }
        return new SubQueryValue(type, number, SubQueryValue.Bound.NONE);
    }

    /** One that was asked before in the same words. Of a view's own tables it is not: each view's sub-queries are at their own level. */
    private OptionalInt same(RelNode tree) {
        if (!tables(tree).isEmpty()) {
            return OptionalInt.empty();
        }
        String text = RelOptUtil.toString(tree);
        return IntStream.range(0, trees.size())
                .filter(i -> RelOptUtil.toString(trees.get(i)).equals(text))
                .findFirst();
    }

    /** The tables of a tree that stand below none of its own barriers, sub-queries included. */
    static Set<TableName> tables(RelNode rel) {
        Set<TableName> found = new HashSet<>();
        if (rel instanceof SecureFilter) {
            return found;
        }
        if (rel instanceof TableScan scan) {
            found.add(Trees.table(scan));
        }
        rel.getInputs().forEach(input -> found.addAll(tables(input)));
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                found.addAll(tables(query.rel));
                return super.visitSubQuery(query);
            }
        });
        return found;
    }

    private static RelNode oneRow(RelNode rel) {
        if (RowBound.of(rel) <= 1) {
            return rel;
        }
        RelDataType type = rel.getRowType().getFieldList().getFirst().getType();
        RelDataTypeFactory types = rel.getCluster().getTypeFactory();
        return aggregate(
                first(rel, 2),
                AggregateCall.create(
                        SqlStdOperatorTable.SINGLE_VALUE,
                        false,
                        false,
                        false,
                        List.of(),
                        List.of(0),
                        -1,
                        null,
                        RelCollations.EMPTY,
                        types.createTypeWithNullability(type, true),
                        "value"));
    }

    /** How many rows there are: none or one, as no more are read. */
    private static RelNode count(RelNode rel) {
        RelDataType type = rel.getCluster().getTypeFactory().createSqlType(SqlTypeName.BIGINT);
        return aggregate(
                first(rel, 1),
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
                        type,
                        "found"));
    }

    private static RelNode aggregate(RelNode rows, AggregateCall call) {
        return LogicalAggregate.create(rows, List.of(), ImmutableBitSet.of(), null, List.of(call));
    }

    private static RelNode first(RelNode rel, int rows) {
        RexBuilder rex = rel.getCluster().getRexBuilder();
        return LogicalSort.create(rel, RelCollations.EMPTY, null, rex.makeExactLiteral(BigDecimal.valueOf(rows)));
    }

    /**
     * In a condition's comparisons, what is computed of values and constants alone is a value of its own, and a binary fraction becomes
     * a bound for a column of exact numbers.
     */
    private final class Comparisons extends RexShuttle {
        private final RelOptCluster cluster;

        Comparisons(RelOptCluster cluster) {
            this.cluster = cluster;
        }

        @Override
        public RexNode visitCall(RexCall call) {
            // A branch that is not taken must not be computed.
            if (call.getKind() == SqlKind.CASE) {
                return call;
            }
            return ORDERED.contains(call.getKind()) || call.getKind() == SqlKind.EQUALS
                    ? compared(call)
                    : super.visitCall(call);
        }

        private RexNode compared(RexCall call) {
            RexNode left = folded(call.getOperands().get(0));
            RexNode right = folded(call.getOperands().get(1));
            Optional<RexNode> onLeft = bounded(call.getKind(), left, right);
            if (onLeft.isPresent()) {
                return call.clone(call.getType(), List.of(uncast(left), onLeft.get()));
            }
            Optional<RexNode> onRight = bounded(call.getKind().reverse(), right, left);
            return onRight.isPresent()
                    ? call.clone(call.getType(), List.of(onRight.get(), uncast(right)))
                    : call.clone(call.getType(), List.of(left, right));
        }

        private RexNode folded(RexNode operand) {
            if (!(operand instanceof RexCall) || !isComputedOfValues(operand)) {
                return operand;
            }
            RelNode row = LogicalValues.createOneRow(cluster);
            RelNode computed = LogicalProject.create(row, List.of(), List.of(operand), List.of("value"), Set.of());
            return add(computed, operand.getType());
        }

        /** The bound in the place of a value that an exact column, cast to a binary fraction, is compared with. */
        private Optional<RexNode> bounded(SqlKind operator, RexNode column, RexNode operand) {
            boolean bounds = ORDERED.contains(operator)
                    && operand instanceof SubQueryValue
                    && column.getKind() == SqlKind.CAST
                    && isFraction(column.getType())
                    && isFraction(operand.getType())
                    && Types.isExact(uncast(column).getType());
            if (!bounds) {
                return Optional.empty();
            }
            boolean highest = operator == SqlKind.GREATER_THAN || operator == SqlKind.LESS_THAN_OR_EQUAL;
            RelDataType type = cluster.getTypeFactory()
                    .createTypeWithNullability(uncast(column).getType(), true);
            return Optional.of(new SubQueryValue(
                    type,
                    ((SubQueryValue) operand).number(),
                    highest ? SubQueryValue.Bound.HIGHEST : SubQueryValue.Bound.LOWEST));
        }

        private static RexNode uncast(RexNode cast) {
            return ((RexCall) cast).getOperands().getFirst();
        }

        private static boolean isFraction(RelDataType type) {
            return type.getSqlTypeName() == SqlTypeName.DOUBLE;
        }
    }

    /** Whether a value stands in an expression, and no column. */
    private static boolean isComputedOfValues(RexNode node) {
        boolean[] found = {false, true};
        node.accept(new RexVisitorImpl<@Nullable Void>(true) {
            @Override
            public @Nullable Void visitDynamicParam(RexDynamicParam parameter) {
                found[0] |= parameter instanceof SubQueryValue;
                return null;
            }

            @Override
            public @Nullable Void visitInputRef(RexInputRef ref) {
                found[1] = false;
                return null;
            }

            @Override
            public @Nullable Void visitCorrelVariable(RexCorrelVariable variable) {
                found[1] = false;
                return null;
            }

            @Override
            public @Nullable Void visitSubQuery(RexSubQuery query) {
                found[1] = false;
                return null;
            }
        });
        return found[0] && found[1];
    }
}
