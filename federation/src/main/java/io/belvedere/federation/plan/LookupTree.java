package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.plan.Lookup.Operator;
import io.belvedere.federation.plan.Lookup.Test;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.DataType;
import io.belvedere.model.TableName;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.DateString;

/** Finds out whether a fragment of the cache only chooses rows and columns of one dimension, so that it needs no engine. */
final class LookupTree {
    private final List<KeyShipment> keys;
    private final List<Test> tests = new ArrayList<>();

    private LookupTree(List<KeyShipment> keys) {
        this.keys = keys;
    }

    /** Empty for a tree that computes, joins, sums or orders anything, or asks what is not asked here. */
    static Optional<Lookup> of(RelNode tree, List<KeyShipment> keys, Function<TableScan, TableName> dimension) {
        LookupTree reading = new LookupTree(keys);
        RelNode below = tree;
        while (below.getInputs().size() == 1) {
            below = below.getInput(0);
        }
        if (!(below instanceof TableScan scan)) {
            return Optional.empty();
        }
        return reading.columns(tree)
                .filter(columns -> columns.stream().distinct().count() == columns.size())
                .map(columns -> new Lookup(dimension.apply(scan), reading.tests, columns));
    }

    /** Which column of the dimension each column of the tree is. */
    private Optional<List<Integer>> columns(RelNode tree) {
        return switch (tree) {
            case TableScan scan ->
                Optional.of(IntStream.range(0, scan.getRowType().getFieldCount())
                        .boxed()
                        .toList());
            case SecureFilter barrier -> filtered(barrier.getInput(), barrier.condition());
            case Filter filter -> filtered(filter.getInput(), filter.getCondition());
            case Project project -> chosen(project);
            // Calcite's nodes are an open set, and the engine knows them all.
            default -> Optional.empty();
        };
    }

    private Optional<List<Integer>> filtered(RelNode input, RexNode condition) {
        return columns(input)
                .filter(columns -> Trees.conjuncts(condition).stream().allMatch(conjunct -> note(conjunct, columns)));
    }

    private Optional<List<Integer>> chosen(Project project) {
        if (!project.getProjects().stream().allMatch(RexInputRef.class::isInstance)) {
            return Optional.empty();
        }
        return columns(project.getInput())
                .map(columns -> project.getProjects().stream()
                        .map(each -> columns.get(((RexInputRef) each).getIndex()))
                        .toList());
    }

    private boolean note(RexNode condition, List<Integer> columns) {
        if (condition.isAlwaysTrue()) {
            return true;
        }
        Optional<Test> test = condition instanceof RexCall call ? test(call, columns) : Optional.empty();
        // Policy's own condition often stands below its barrier once more.
        test.filter(each -> !tests.contains(each)).ifPresent(tests::add);
        return test.isPresent();
    }

    private Optional<Test> test(RexCall call, List<Integer> columns) {
        if (KeyCondition.isKeys(call)) {
            return shipped(call, columns);
        }
        return switch (call.getKind()) {
            case EQUALS -> compared(call, columns, Operator.EQUAL);
            case NOT_EQUALS -> compared(call, columns, Operator.NOT_EQUAL);
            case LESS_THAN -> compared(call, columns, Operator.LESS);
            case LESS_THAN_OR_EQUAL -> compared(call, columns, Operator.AT_MOST);
            case GREATER_THAN -> compared(call, columns, Operator.GREATER);
            case GREATER_THAN_OR_EQUAL -> compared(call, columns, Operator.AT_LEAST);
            case IS_NULL -> column(call.getOperands().getFirst(), columns).map(Lookup.IsNull::new);
            case IS_NOT_NULL -> column(call.getOperands().getFirst(), columns).map(Lookup.IsNotNull::new);
            case OR -> oneOf(call, columns);
            // The engine knows the others.
            default -> Optional.empty();
        };
    }

    private Optional<Test> shipped(RexCall call, List<Integer> columns) {
        int shipment = LiteralValues.of((RexLiteral) call.getOperands().getFirst(), BigDecimal.class)
                .intValueExact();
        List<Integer> targets = new ArrayList<>();
        List<KeyShipment.KeyColumn> shipped = keys.get(shipment).columns();
        for (int i = 0; i < shipped.size(); i++) {
            RexNode target = KeyCondition.columns(call).get(i);
            Optional<Integer> column = column(target, columns);
            if (column.isEmpty() || !meets(shipped.get(i).type(), target.getType())) {
                return Optional.empty();
            }
            targets.add(column.get());
        }
        return Optional.of(new Lookup.OneOfKeys(shipment, targets));
    }

    /** Whether a key of the type is compared with a column here as the engine would. */
    private static boolean meets(DataType key, RelDataType column) {
        return switch (Types.kind(column)) {
            case NUMBER -> Types.isInteger(column) && (key == DataType.Simple.INTEGER || key == DataType.Simple.BIGINT);
            case TEXT -> key == DataType.Simple.VARCHAR;
            case DATE -> key == DataType.Simple.DATE;
            case BOOLEAN, BINARY, TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> false;
        };
    }

    private static Optional<Integer> column(RexNode node, List<Integer> columns) {
        return node instanceof RexInputRef ref ? Optional.of(columns.get(ref.getIndex())) : Optional.empty();
    }

    private static Optional<Test> compared(RexCall call, List<Integer> columns, Operator operator) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean isOrder = operator != Operator.EQUAL && operator != Operator.NOT_EQUAL;
        return column(left, columns)
                .filter(_ -> !isOrder || Types.kind(left.getType()) != Types.Kind.TEXT)
                .flatMap(column ->
                        constant(left.getType(), right).map(value -> new Lookup.Compared(column, operator, value)));
    }

    /** One column that equals one of several constants. */
    private static Optional<Test> oneOf(RexCall or, List<Integer> columns) {
        List<Literal> values = new ArrayList<>();
        int column = -1;
        for (RexNode operand : or.getOperands()) {
            Optional<Test> one = operand instanceof RexCall call && call.getKind() == SqlKind.EQUALS
                    ? compared(call, columns, Operator.EQUAL)
                    : Optional.empty();
            if (!(one.orElse(null) instanceof Lookup.Compared(int at, Operator _, Literal value))
                    || (column >= 0 && column != at)) {
                return Optional.empty();
            }
            column = at;
            values.add(value);
        }
        return Optional.of(new Lookup.OneOf(column, values));
    }

    private static Optional<Literal> constant(RelDataType column, RexNode node) {
        if (!(node instanceof RexLiteral literal)
                || literal.isNull()
                || Types.kind(literal.getType()) != Types.kind(column)) {
            return Optional.empty();
        }
        return switch (Types.kind(column)) {
            case NUMBER -> Types.isInteger(column) ? whole(literal) : Optional.empty();
            case TEXT -> Optional.of(new Literal.Text(LiteralValues.of(literal, String.class)));
            case DATE ->
                Optional.of(new Literal.Date(LocalDate.ofEpochDay(
                        LiteralValues.of(literal, DateString.class).getDaysSinceEpoch())));
            case BOOLEAN, BINARY, TIME, TIMESTAMP, INSTANT, INTERVAL, OTHER -> Optional.empty();
        };
    }

    private static Optional<Literal> whole(RexLiteral literal) {
        BigDecimal value = LiteralValues.of(literal, BigDecimal.class);
        return Types.isInteger(literal.getType()) && value.toBigInteger().bitLength() < Long.SIZE
                ? Optional.of(new Literal.Numeric(value))
                : Optional.empty();
    }
}
