package io.belvedere.federation.arrow;

import io.belvedere.federation.RowTest;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Tries tests on a row of a batch, of which some values could not be read.
 *
 * @param batch whose row it is
 * @param unread columns of the row without a value
 */
record RowTests(VectorSchemaRoot batch, int row, BitSet unread) {
    /** What is known of a test. */
    private enum Truth {
        TRUE,
        FALSE,
        /** As SQL does not know it, because of a NULL. */
        UNKNOWN,
        /** It depends on a value that could not be read, or is compared in a way that is not known here. */
        OPEN
    }

    /** Whether the row is sure not to meet one of these. */
    boolean failOneOf(List<RowTest> tests) {
        return tests.stream().map(this::truth).anyMatch(truth -> truth == Truth.FALSE || truth == Truth.UNKNOWN);
    }

    private Truth truth(RowTest test) {
        return switch (test) {
            case RowTest.Compared compared -> compared(compared);
            case RowTest.Absent(int column) -> {
                if (unread.get(column)) {
                    yield Truth.OPEN;
                }
                yield batch.getVector(column).isNull(row) ? Truth.TRUE : Truth.FALSE;
            }
            case RowTest.Not(RowTest inner) ->
                switch (truth(inner)) {
                    case TRUE -> Truth.FALSE;
                    case FALSE -> Truth.TRUE;
                    case UNKNOWN -> Truth.UNKNOWN;
                    case OPEN -> Truth.OPEN;
                };
            case RowTest.All(List<RowTest> all) -> together(all, Truth.FALSE, Truth.TRUE);
            case RowTest.Any(List<RowTest> any) -> together(any, Truth.TRUE, Truth.FALSE);
        };
    }

    /**
     * @param decisive what one of the tests says for all of them
     * @param otherwise what is said where all say so
     */
    private Truth together(List<RowTest> tests, Truth decisive, Truth otherwise) {
        Truth whole = otherwise;
        for (RowTest test : tests) {
            Truth each = truth(test);
            if (each == decisive) {
                return decisive;
            }
            if (each == Truth.OPEN || (each == Truth.UNKNOWN && whole != Truth.OPEN)) {
                whole = each;
            }
        }
        return whole;
    }

    private Truth compared(RowTest.Compared test) {
        FieldVector vector = batch.getVector(test.column());
        if (unread.get(test.column())) {
            return Truth.OPEN;
        }
        if (vector.isNull(row)) {
            return Truth.UNKNOWN;
        }
        OptionalInt order = order(vector, test.value());
        if (order.isEmpty()) {
            return Truth.OPEN;
        }
        return holds(order.getAsInt(), test.operator()) ? Truth.TRUE : Truth.FALSE;
    }

    private static boolean holds(int order, Condition.Operator operator) {
        return switch (operator) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case GT -> order > 0;
            case GE -> order >= 0;
        };
    }

    /** How a value stands to a constant of its kind; empty for another kind. */
    private OptionalInt order(FieldVector vector, Literal value) {
        return switch (value) {
            case Literal.Text(String text) ->
                vector instanceof VarCharVector texts
                        ? OptionalInt.of(Arrays.compareUnsigned(texts.get(row), text.getBytes(StandardCharsets.UTF_8)))
                        : OptionalInt.empty();
            case Literal.Numeric(BigDecimal number) ->
                switch (vector) {
                    case IntVector integers ->
                        OptionalInt.of(BigDecimal.valueOf(integers.get(row)).compareTo(number));
                    case BigIntVector integers ->
                        OptionalInt.of(BigDecimal.valueOf(integers.get(row)).compareTo(number));
                    case DecimalVector decimals ->
                        OptionalInt.of(decimals.getObject(row).compareTo(number));
                    default -> OptionalInt.empty();
                };
            case Literal.Bool(boolean flag) ->
                vector instanceof BitVector bits
                        ? OptionalInt.of(Boolean.compare(bits.get(row) != 0, flag))
                        : OptionalInt.empty();
            case Literal.Date(var date) ->
                vector instanceof DateDayVector days
                        ? OptionalInt.of(Long.compare(days.get(row), date.toEpochDay()))
                        : OptionalInt.empty();
            case Literal.Timestamp(Instant instant) ->
                vector instanceof TimeStampMicroVector moments
                        ? OptionalInt.of(
                                Long.compare(moments.get(row), ChronoUnit.MICROS.between(Instant.EPOCH, instant)))
                        : OptionalInt.empty();
        };
    }
}
