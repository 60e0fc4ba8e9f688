package io.belvedere.federation.verify;

import static java.util.Objects.requireNonNull;

import io.belvedere.federation.RowTest;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Whether a condition of a tree says the same as the test of a row. */
final class SameTest {
    private SameTest() {}

    /** @param columns of the test, and where each of them stands in the rows of the condition */
    static boolean says(RexNode condition, RowTest test, Map<Integer, Set<Integer>> columns) {
        return switch (test) {
            case RowTest.Compared compared -> compares(condition, compared, columns);
            case RowTest.Absent(int column) ->
                condition.isA(SqlKind.IS_NULL) && isColumn(operand(condition, 0), column, columns);
            case RowTest.Not(RowTest.Absent(int column))
            when condition.isA(SqlKind.IS_NOT_NULL) -> isColumn(operand(condition, 0), column, columns);
            case RowTest.Not(RowTest inner) ->
                condition.isA(SqlKind.NOT) && says(operand(condition, 0), inner, columns);
            case RowTest.All(List<RowTest> tests) -> condition.isA(SqlKind.AND) && each(condition, tests, columns);
            case RowTest.Any(List<RowTest> tests) -> condition.isA(SqlKind.OR) && each(condition, tests, columns);
        };
    }

    private static RexNode operand(RexNode condition, int index) {
        return ((RexCall) condition).getOperands().get(index);
    }

    private static boolean each(RexNode condition, List<RowTest> tests, Map<Integer, Set<Integer>> columns) {
        List<RexNode> operands = ((RexCall) condition).getOperands();
        if (operands.size() != tests.size()) {
            return false;
        }
        for (int i = 0; i < tests.size(); i++) {
            if (!says(operands.get(i), tests.get(i), columns)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isColumn(RexNode node, int column, Map<Integer, Set<Integer>> columns) {
        return node instanceof RexInputRef ref
                && columns.getOrDefault(column, Set.of()).contains(ref.getIndex());
    }

    private static boolean compares(RexNode condition, RowTest.Compared test, Map<Integer, Set<Integer>> columns) {
        if (condition instanceof RexInputRef) {
            return isColumn(condition, test.column(), columns)
                    && test.operator() == Condition.Operator.EQ
                    && test.value().equals(new Literal.Bool(true));
        }
        if (!(condition instanceof RexCall call) || call.getOperands().size() != 2) {
            return false;
        }
        boolean turned = call.getOperands().getFirst() instanceof RexLiteral;
        RexNode column = call.getOperands().get(turned ? 1 : 0);
        RexNode constant = call.getOperands().get(turned ? 0 : 1);
        return isColumn(column, test.column(), columns)
                && constant instanceof RexLiteral literal
                && isConstant(literal, test.value())
                && call.getKind() == kind(test.operator(), turned);
    }

    /** @param turned for a condition that names the constant first */
    private static SqlKind kind(Condition.Operator operator, boolean turned) {
        SqlKind kind = switch (operator) {
            case EQ -> SqlKind.EQUALS;
            case NE -> SqlKind.NOT_EQUALS;
            case LT -> SqlKind.LESS_THAN;
            case LE -> SqlKind.LESS_THAN_OR_EQUAL;
            case GT -> SqlKind.GREATER_THAN;
            case GE -> SqlKind.GREATER_THAN_OR_EQUAL;
        };
        return turned ? kind.reverse() : kind;
    }

    private static boolean isConstant(RexLiteral literal, Literal value) {
        if (literal.isNull()) {
            return false;
        }
        SqlTypeName type = literal.getTypeName();
        return switch (value) {
            case Literal.Text(String text) -> type == SqlTypeName.CHAR && text.equals(literal.getValueAs(String.class));
            case Literal.Numeric(BigDecimal number) ->
                type == SqlTypeName.DECIMAL
                        && number.compareTo(requireNonNull(literal.getValueAs(BigDecimal.class))) == 0;
            case Literal.Bool(boolean flag) -> flag ? literal.isAlwaysTrue() : literal.isAlwaysFalse();
            case Literal.Date(var date) ->
                type == SqlTypeName.DATE
                        && date.toString().equals(String.valueOf(literal.getValueAs(DateString.class)));
            case Literal.Timestamp(var instant) ->
                type == SqlTypeName.TIMESTAMP
                        && LocalDateTime.ofInstant(instant, ZoneOffset.UTC)
                                .equals(LocalDateTime.parse(String.valueOf(literal.getValueAs(TimestampString.class))
                                        .replace(' ', 'T')));
        };
    }
}
