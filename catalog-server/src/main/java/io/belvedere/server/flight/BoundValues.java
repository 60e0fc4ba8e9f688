package io.belvedere.server.flight;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.federation.sql.QueryText;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** A row of Arrow values as typed constants. No message ever quotes a value. */
final class BoundValues {
    private BoundValues() {}

    /** The values of the one row that the stream holds; a stream without columns holds none. */
    static List<Optional<Literal>> read(FlightStream stream) {
        List<Optional<Literal>> values = List.of();
        long rows = 0;
        while (stream.next()) {
            VectorSchemaRoot root = stream.getRoot();
            rows += root.getRowCount();
            if (rows > 1) {
                throw REQUEST_INVALID.error(
                        "Values are bound one row at a time; send the statement again for the next.");
            }
            if (root.getRowCount() == 1) {
                values = row(root);
            }
        }
        return values;
    }

    private static List<Optional<Literal>> row(VectorSchemaRoot root) {
        List<FieldVector> columns = root.getFieldVectors();
        if (columns.size() > QueryText.PARAMETERS_MAX) {
            throw LIMIT_EXCEEDED.error("There are more than " + QueryText.PARAMETERS_MAX + " parameters.");
        }
        List<Optional<Literal>> values = new ArrayList<>(columns.size());
        long bytes = 0;
        for (int i = 0; i < columns.size(); i++) {
            Optional<Literal> value = value(columns.get(i), i + 1);
            bytes += value.filter(Literal.Text.class::isInstance)
                    .map(text -> ((Literal.Text) text).value().length())
                    .orElse(16);
            values.add(value);
        }
        if (bytes > FlightLimits.VALUES_BYTES_MAX) {
            throw LIMIT_EXCEEDED.error("The values have more than " + FlightLimits.VALUES_BYTES_MAX + " bytes in all.");
        }
        return values;
    }

    private static Optional<Literal> value(FieldVector vector, int position) {
        if (vector instanceof NullVector || vector.isNull(0)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (vector) {
                    case VarCharVector text -> new Literal.Text(new String(text.get(0), StandardCharsets.UTF_8));
                    case LargeVarCharVector text -> new Literal.Text(new String(text.get(0), StandardCharsets.UTF_8));
                    case BitVector bit -> new Literal.Bool(bit.get(0) == 1);
                    case BaseIntVector number -> new Literal.Numeric(BigDecimal.valueOf(number.getValueAsLong(0)));
                    case DecimalVector number -> new Literal.Numeric(number.getObject(0));
                    case Decimal256Vector number -> new Literal.Numeric(number.getObject(0));
                    case Float8Vector number -> new Literal.Numeric(finite(number.get(0), position));
                    case Float4Vector number ->
                        new Literal.Numeric(finite(Double.parseDouble(Float.toString(number.get(0))), position));
                    case DateDayVector day -> new Literal.Date(LocalDate.ofEpochDay(day.get(0)));
                    case DateMilliVector day ->
                        new Literal.Date(LocalDate.ofEpochDay(Math.floorDiv(day.get(0), 86_400_000L)));
                    case TimeStampVector moment -> new Literal.Timestamp(instant(moment));
                    default -> throw invalid(position);
                });
    }

    private static BigDecimal finite(double number, int position) {
        if (!Double.isFinite(number)) {
            throw invalid(position);
        }
        return BigDecimal.valueOf(number);
    }

    /** A moment without a zone is one in UTC. */
    private static Instant instant(TimeStampVector vector) {
        long value = vector.get(0);
        TimeUnit unit = ((ArrowType.Timestamp) vector.getField().getType()).getUnit();
        long perSecond = switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
        return Instant.ofEpochSecond(
                Math.floorDiv(value, perSecond), Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond));
    }

    private static BelvedereException invalid(int position) {
        return REQUEST_INVALID.error("Parameter " + position
                + " is of a type that is not taken: send text, a number, a truth value, a date or a moment.");
    }
}
