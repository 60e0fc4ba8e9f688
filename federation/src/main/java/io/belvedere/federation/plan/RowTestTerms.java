package io.belvedere.federation.plan;

import io.belvedere.federation.RowTest;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Conditions of a tree as tests of a row. */
final class RowTestTerms {
    private RowTestTerms() {}

    /** The same condition; empty for one that compares anything but a column with a constant. */
    static Optional<RowTest> of(RexNode condition) {
        return switch (condition) {
            case RexInputRef ref
            when ref.getType().getSqlTypeName() == SqlTypeName.BOOLEAN ->
                Optional.of(new RowTest.Compared(ref.getIndex(), Condition.Operator.EQ, new Literal.Bool(true)));
            case RexCall call ->
                switch (call.getKind()) {
                    case AND -> all(call).map(RowTest.All::new);
                    case OR -> all(call).map(RowTest.Any::new);
                    case NOT -> of(call.getOperands().getFirst()).map(RowTest.Not::new);
                    case IS_NULL -> absent(call);
                    case IS_NOT_NULL -> absent(call).map(RowTest.Not::new);
                    case EQUALS -> compared(call, Condition.Operator.EQ);
                    case NOT_EQUALS -> compared(call, Condition.Operator.NE);
                    case LESS_THAN -> compared(call, Condition.Operator.LT);
                    case LESS_THAN_OR_EQUAL -> compared(call, Condition.Operator.LE);
                    case GREATER_THAN -> compared(call, Condition.Operator.GT);
                    case GREATER_THAN_OR_EQUAL -> compared(call, Condition.Operator.GE);
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    private static Optional<List<RowTest>> all(RexCall call) {
        List<RowTest> tests = new ArrayList<>();
        for (RexNode operand : call.getOperands()) {
            Optional<RowTest> test = of(operand);
            if (test.isEmpty()) {
                return Optional.empty();
            }
            tests.add(test.get());
        }
        return Optional.of(tests);
    }

    private static Optional<RowTest> absent(RexCall call) {
        return call.getOperands().getFirst() instanceof RexInputRef ref
                ? Optional.of(new RowTest.Absent(ref.getIndex()))
                : Optional.empty();
    }

    private static Optional<RowTest> compared(RexCall call, Condition.Operator operator) {
        RexNode left = call.getOperands().getFirst();
        RexNode right = call.getOperands().getLast();
        if (left instanceof RexInputRef ref && right instanceof RexLiteral literal) {
            return constant(ref, literal).map(value -> new RowTest.Compared(ref.getIndex(), operator, value));
        }
        if (left instanceof RexLiteral literal && right instanceof RexInputRef ref) {
            return constant(ref, literal).map(value -> new RowTest.Compared(ref.getIndex(), turned(operator), value));
        }
        return Optional.empty();
    }

    private static Condition.Operator turned(Condition.Operator operator) {
        return switch (operator) {
            case EQ, NE -> operator;
            case LT -> Condition.Operator.GT;
            case LE -> Condition.Operator.GE;
            case GT -> Condition.Operator.LT;
            case GE -> Condition.Operator.LE;
        };
    }

    private static Optional<Literal> constant(RexInputRef ref, RexLiteral literal) {
        if (literal.isNull()) {
            return Optional.empty();
        }
        SqlTypeName constant = literal.getTypeName();
        return switch (ref.getType().getSqlTypeName()) {
            case VARCHAR ->
                constant == SqlTypeName.CHAR
                        ? Optional.of(new Literal.Text(LiteralValues.of(literal, String.class)))
                        : Optional.empty();
            case INTEGER, BIGINT, DECIMAL ->
                constant == SqlTypeName.DECIMAL
                        ? Optional.of(new Literal.Numeric(LiteralValues.of(literal, BigDecimal.class)))
                        : Optional.empty();
            case BOOLEAN ->
                constant == SqlTypeName.BOOLEAN
                        ? Optional.of(new Literal.Bool(literal.isAlwaysTrue()))
                        : Optional.empty();
            case DATE ->
                constant == SqlTypeName.DATE
                        ? Optional.of(new Literal.Date(LocalDate.parse(
                                LiteralValues.of(literal, DateString.class).toString())))
                        : Optional.empty();
            case TIMESTAMP ->
                constant == SqlTypeName.TIMESTAMP
                        ? Optional.of(new Literal.Timestamp(moment(LiteralValues.of(literal, TimestampString.class))))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Instant moment(TimestampString text) {
        return LocalDateTime.parse(text.toString().replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }
}
