package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.plan.Lookup;
import io.belvedere.model.DataType;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.expr.Literal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;

/** A test of one row of a dimension, ready to be asked: whole numbers and dates as {@code Long}, texts as {@code String}. */
@FunctionalInterface
interface RowTest {
    boolean passes(DimensionRows.Place place);

    /** The tests that are asked; one whose keys do not travel is passed by every row. */
    static List<RowTest> of(List<Lookup.Test> tests, List<Optional<ShippedKeys>> keys, DimensionDefinition dimension) {
        List<RowTest> ready = new ArrayList<>();
        for (Lookup.Test test : tests) {
            switch (test) {
                case Lookup.Compared(int column, Lookup.Operator operator, Literal value) ->
                    ready.add(compared(column, operator, value));
                case Lookup.OneOf(int column, List<Literal> values) -> {
                    Set<Object> set = new HashSet<>();
                    values.forEach(value -> set.add(value(value)));
                    ready.add(place -> find(place, column).filter(set::contains).isPresent());
                }
                case Lookup.IsNull(int column) ->
                    ready.add(place -> place.batch().getVector(column).isNull(place.row()));
                case Lookup.IsNotNull(int column) ->
                    ready.add(place -> !place.batch().getVector(column).isNull(place.row()));
                case Lookup.OneOfKeys(int shipment, List<Integer> columns) ->
                    keys.get(shipment).ifPresent(shipped -> ready.add(oneOf(columns, shipped)));
            }
        }
        return ready;
    }

    private static RowTest compared(int column, Lookup.Operator operator, Literal literal) {
        Object value = value(literal);
        if (!(value instanceof Long number)) {
            boolean equal = operator == Lookup.Operator.EQUAL;
            return place -> find(place, column)
                    .filter(found -> found.equals(value) == equal)
                    .isPresent();
        }
        IntPredicate holds = switch (operator) {
            case EQUAL -> sign -> sign == 0;
            case NOT_EQUAL -> sign -> sign != 0;
            case LESS -> sign -> sign < 0;
            case AT_MOST -> sign -> sign <= 0;
            case GREATER -> sign -> sign > 0;
            case AT_LEAST -> sign -> sign >= 0;
        };
        return place -> find(place, column)
                .filter(found -> holds.test(Long.compare((Long) found, number)))
                .isPresent();
    }

    private static RowTest oneOf(List<Integer> columns, ShippedKeys shipped) {
        Set<List<Object>> set = new HashSet<>();
        for (int row = 0; row < shipped.count(); row++) {
            int at = row;
            set.add(shipped.columns().stream().map(column -> value(column, at)).toList());
        }
        return place -> {
            List<Object> key = new ArrayList<>();
            for (int column : columns) {
                find(place, column).ifPresent(key::add);
            }
            return key.size() == columns.size() && set.contains(key);
        };
    }

    /** Empty for NULL. */
    private static Optional<Object> find(DimensionRows.Place place, int column) {
        FieldVector values = place.batch().getVector(column);
        int row = place.row();
        if (values.isNull(row)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (values) {
                    case IntVector numbers -> (Object) (long) numbers.get(row);
                    case BigIntVector numbers -> numbers.get(row);
                    case DateDayVector days -> (long) days.get(row);
                    case VarCharVector texts -> new String(texts.get(row), StandardCharsets.UTF_8);
                    default -> throw otherKind();
                });
    }

    /** A constant as its column has it. */
    static Object value(Literal literal) {
        return switch (literal) {
            case Literal.Text(String text) -> text;
            case Literal.Numeric(var number) -> number.longValueExact();
            case Literal.Date(LocalDate date) -> date.toEpochDay();
            case Literal.Bool _, Literal.Timestamp _ -> throw otherKind();
        };
    }

    /** A shipped value as its column has it. */
    static Object value(ShippedKeys.Column column, int row) {
        String text = column.texts().get(row);
        return switch (column.type()) {
            case DataType.Simple simple
            when simple == DataType.Simple.INTEGER || simple == DataType.Simple.BIGINT -> Long.parseLong(text);
            case DataType.Simple simple when simple == DataType.Simple.VARCHAR -> text;
            case DataType.Simple simple
            when simple == DataType.Simple.DATE -> LocalDate.parse(text).toEpochDay();
            case DataType _ -> throw otherKind();
        };
    }

    private static RuntimeException otherKind() {
        return FederationError.PLAN_REFUSED.error("The plan looks values up that are only found by the engine.");
    }
}
