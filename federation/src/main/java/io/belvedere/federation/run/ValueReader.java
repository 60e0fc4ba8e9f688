package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.model.DataType;
import io.belvedere.model.source.SourceDefinition;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Reads the value of a sub-query out of the engine, as a literal for the source that it goes to. */
final class ValueReader {
    private static final String NULL = "NULL";
    /** Beyond every number that a column of 38 digits holds. */
    private static final BigDecimal BEYOND = BigDecimal.TEN.pow(39);

    private ValueReader() {}

    /** The value of the step's row; NULL where it has none. */
    static String read(EngineSession session, ValueShipment value, SourceDefinition target, BufferAllocator memory) {
        Optional<String> text = text(session, value, memory);
        if (text.isEmpty()) {
            return NULL;
        }
        return switch (value.bound()) {
            case NONE -> literal(value.type(), text.get(), target);
            case HIGHEST ->
                highest(Double.parseDouble(text.get()), value.scale()).toPlainString();
            case LOWEST -> lowest(Double.parseDouble(text.get()), value.scale()).toPlainString();
        };
    }

    private static Optional<String> text(EngineSession session, ValueShipment value, BufferAllocator memory) {
        Optional<String> found = Optional.empty();
        String sql = "SELECT * FROM " + Sql.quote(value.from());
        try (EngineSession.Rows rows = session.deliver(sql, List.of(), memory)) {
            while (rows.next()) {
                FieldVector column = rows.batch().getVector(0);
                for (int row = 0; row < rows.batch().getRowCount(); row++) {
                    if (found.isPresent()) {
                        throw FederationError.ENGINE_FAILED.error(
                                "Step '" + value.from() + "' of the plan gave more than its one row.");
                    }
                    found = column.isNull(row)
                            ? Optional.empty()
                            : Optional.of(KeyReader.text(column, row, value.type()));
                }
            }
        }
        return found;
    }

    private static String literal(DataType type, String text, SourceDefinition target) {
        KeySpelling spelling = KeySpelling.of(target.kind());
        ShippedKeys alone = new ShippedKeys(List.of(new ShippedKeys.Column(type, List.of(text))));
        if (!spelling.isPossible(type, text) || !KeyConditions.areWrittenAlike(alone)) {
            throw FederationError.DATA_ERROR.error("A sub-query gives a value that source '" + target.name()
                    + "' does not have; leave such values out of the sub-query.");
        }
        String literal = spelling.literal(type, text);
        return literal.startsWith("-") ? "(" + literal + ")" : literal;
    }

    /** The highest number of the scale that, rounded to a binary fraction, is not above the value. NaN is above all numbers. */
    static BigDecimal highest(double value, int scale) {
        if (isBeyond(value)) {
            return value < 0 ? BEYOND.negate() : BEYOND;
        }
        BigDecimal middle = middle(value, Math.nextUp(value));
        BigDecimal bound = middle.setScale(scale, RoundingMode.FLOOR);
        return isRoundedTo(value) || bound.compareTo(middle) < 0
                ? bound
                : bound.subtract(BigDecimal.ONE.movePointLeft(scale));
    }

    /** The lowest number of the scale that, rounded to a binary fraction, is not below the value. */
    static BigDecimal lowest(double value, int scale) {
        if (isBeyond(value)) {
            return value < 0 ? BEYOND.negate() : BEYOND;
        }
        BigDecimal middle = middle(Math.nextDown(value), value);
        BigDecimal bound = middle.setScale(scale, RoundingMode.CEILING);
        return isRoundedTo(value) || bound.compareTo(middle) > 0
                ? bound
                : bound.add(BigDecimal.ONE.movePointLeft(scale));
    }

    private static boolean isBeyond(double value) {
        return Double.isNaN(value) || Math.abs(value) >= BEYOND.doubleValue();
    }

    private static BigDecimal middle(double low, double high) {
        return new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.TWO);
    }

    /** Whether a number in the middle between the value and its neighbour is rounded to the value: ties go to the even one. */
    private static boolean isRoundedTo(double value) {
        return (Double.doubleToLongBits(value) & 1) == 0;
    }
}
