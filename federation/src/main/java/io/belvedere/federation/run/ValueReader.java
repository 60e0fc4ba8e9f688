package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.federation.sql.Constants;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Reads the value of a sub-query out of the engine, as a literal for the source that it goes to. */
final class ValueReader {
    private static final String NULL = "NULL";
    /** Beyond every number that a column of 38 digits holds. */
    private static final BigDecimal BEYOND = BigDecimal.TEN.pow(39);

    private ValueReader() {}

    /** The value of the step's row, out of the engine's table; NULL where it has none. */
    static String read(
            EngineSession session, ValueShipment value, SourceKind kind, String target, BufferAllocator memory) {
        List<Optional<String>> found = new ArrayList<>();
        try (EngineSession.Rows rows = session.deliver("SELECT * FROM " + Sql.quote(value.from()), List.of(), memory)) {
            while (rows.next()) {
                collect(rows.batch(), value, found);
            }
        }
        return written(found, value, kind, target);
    }

    /** As before, out of rows that are held. */
    static String read(HeldRows held, ValueShipment value, SourceKind kind, String target) {
        List<Optional<String>> found = new ArrayList<>();
        held.batches().forEach(batch -> collect(batch, value, found));
        return written(found, value, kind, target);
    }

    private static void collect(VectorSchemaRoot batch, ValueShipment value, List<Optional<String>> found) {
        FieldVector column = batch.getVector(0);
        for (int row = 0; row < batch.getRowCount(); row++) {
            if (!found.isEmpty()) {
                throw FederationError.ENGINE_FAILED.error(
                        "Step '" + value.from() + "' of the plan gave more than its one row.");
            }
            found.add(column.isNull(row) ? Optional.empty() : Optional.of(KeyReader.text(column, row, value.type())));
        }
    }

    private static String written(List<Optional<String>> found, ValueShipment value, SourceKind kind, String target) {
        Optional<String> text = found.isEmpty() ? Optional.empty() : found.getFirst();
        return text.map(each -> switch (value.bound()) {
                    case NONE -> literal(value.type(), each, kind, target);
                    case HIGHEST ->
                        highest(Double.parseDouble(each), value.scale()).toPlainString();
                    case LOWEST ->
                        lowest(Double.parseDouble(each), value.scale()).toPlainString();
                })
                .orElse(NULL);
    }

    private static String literal(DataType type, String text, SourceKind kind, String target) {
        try {
            return type == DataType.Simple.DOUBLE
                    ? fraction(kind, text)
                    : Dialect.of(kind).constant(constant(type, text));
        } catch (NotOffered absent) {
            throw FederationError.DATA_ERROR.error(
                    "A sub-query gives a value that source '" + target
                            + "' does not have; leave such values out of the sub-query.",
                    absent);
        }
    }

    private static Literal constant(DataType type, String text) {
        return switch (type) {
            case DataType.Decimal _ -> new Literal.Numeric(new BigDecimal(text));
            case DataType.Simple simple ->
                switch (simple) {
                    case INTEGER, BIGINT -> new Literal.Numeric(new BigDecimal(text));
                    case VARCHAR -> new Literal.Text(text);
                    case DATE -> new Literal.Date(written(LocalDate.parse(text)));
                    case TIMESTAMP -> {
                        LocalDateTime moment = LocalDateTime.parse(text.replace(' ', 'T'));
                        written(moment.toLocalDate());
                        yield new Literal.Timestamp(moment.toInstant(ZoneOffset.UTC));
                    }
                    case BOOLEAN, DOUBLE, VARBINARY, TIME, TIMESTAMP_WITH_TIME_ZONE ->
                        throw new NotOffered("a value of type " + simple);
                };
        };
    }

    private static LocalDate written(LocalDate date) {
        if (!Constants.isWritable(date)) {
            throw new NotOffered("a year beyond those that are written");
        }
        return date;
    }

    /** A binary fraction, read back without loss; infinity and NaN where they are values. */
    private static String fraction(SourceKind kind, String text) {
        return switch (kind) {
            case POSTGRESQL -> "CAST('" + text + "' AS DOUBLE PRECISION)";
            case DUCKDB, PARQUET, CSV -> "CAST('" + text + "' AS DOUBLE)";
            case MARIADB, MYSQL, SQLSERVER -> scientific(text);
            case ORACLE -> scientific(text) + "d";
        };
    }

    private static String scientific(String text) {
        if (!Double.isFinite(Double.parseDouble(text))) {
            throw new NotOffered("a number that is none");
        }
        String literal = text.contains("E") ? text : text + "E0";
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
