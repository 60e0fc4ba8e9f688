package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.Frequent;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Shares of a column's values, from its frequent values and the bounds of equally filled buckets. */
record Histogram(ColumnStatistics column) {
    static Histogram of(ColumnStatistics column) {
        return new Histogram(column);
    }

    /** The share of one value; of an average one when the value is not known. */
    double equal(Optional<Comparable<Object>> value) {
        if (value.isPresent()) {
            for (Frequent frequent : column.frequent()) {
                if (compare(comparable(frequent.value()), value.get()) == Order.EQUAL) {
                    return frequent.share();
                }
            }
        }
        double rest = 1 - column.nullFraction() - frequentShare();
        double others = Math.max(1, column.distinct() - column.frequent().size());
        return Math.clamp(rest, 0.0, 1.0) / others;
    }

    /** The share of values below, or not below, a bound; empty when the bounds do not compare with it. */
    OptionalDouble rangeShare(Comparable<Object> bound, boolean below) {
        double share = 0;
        for (Frequent frequent : column.frequent()) {
            Order order = compare(comparable(frequent.value()), bound);
            if (order == Order.UNKNOWN) {
                return OptionalDouble.empty();
            }
            share += (order == Order.LESS) == below ? frequent.share() : 0;
        }
        List<Literal> bounds = column.bounds();
        double rest = Math.clamp(1 - column.nullFraction() - frequentShare(), 0.0, 1.0);
        if (bounds.size() < 2) {
            return column.frequent().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(share + rest / 3);
        }
        int smaller = 0;
        for (Literal each : bounds) {
            Order order = compare(comparable(each), bound);
            if (order == Order.UNKNOWN) {
                return OptionalDouble.empty();
            }
            smaller += order == Order.LESS ? 1 : 0;
        }
        double fraction = Math.clamp((smaller - 0.5) / (bounds.size() - 1), 0.001, 0.999);
        return OptionalDouble.of(share + rest * (below ? fraction : 1 - fraction));
    }

    Optional<Double> range(Comparable<Object> bound, boolean below) {
        OptionalDouble share = rangeShare(bound, below);
        return share.isPresent() ? Optional.of(share.getAsDouble()) : Optional.empty();
    }

    private double frequentShare() {
        return column.frequent().stream().mapToDouble(Frequent::share).sum();
    }

    private enum Order {
        LESS,
        EQUAL,
        GREATER,
        UNKNOWN
    }

    private static Order compare(Comparable<Object> left, Comparable<Object> right) {
        if (left.getClass() != right.getClass()) {
            return Order.UNKNOWN;
        }
        int order = left.compareTo(right);
        return order < 0 ? Order.LESS : order > 0 ? Order.GREATER : Order.EQUAL;
    }

    private static Comparable<Object> comparable(Literal literal) {
        return switch (literal) {
            case Literal.Text(String value) -> any(value);
            case Literal.Numeric(BigDecimal value) -> any(value);
            case Literal.Bool(boolean value) -> any(value);
            case Literal.Date(LocalDate value) -> any(value.atStartOfDay().toInstant(ZoneOffset.UTC));
            case Literal.Timestamp(Instant value) -> any(value);
        };
    }

    /** The value of a constant expression, for comparing with statistics; today for CURRENT_DATE. */
    static Optional<Comparable<Object>> value(RexNode node) {
        if (node instanceof RexCall call) {
            return switch (call.getKind()) {
                case CAST -> value(call.getOperands().getFirst());
                default ->
                    call.getOperator().getName().startsWith("CURRENT_") ? Optional.of(any(today())) : Optional.empty();
            };
        }
        if (!(node instanceof RexLiteral literal) || literal.isNull()) {
            return Optional.empty();
        }
        return switch (literal.getTypeName()) {
            case CHAR, VARCHAR -> Optional.of(any(LiteralValues.of(literal, String.class)));
            case DECIMAL, DOUBLE, BIGINT, INTEGER -> Optional.of(any(LiteralValues.of(literal, BigDecimal.class)));
            case BOOLEAN -> Optional.of(any(LiteralValues.of(literal, Boolean.class)));
            case DATE ->
                Optional.of(any(LocalDate.parse(
                                LiteralValues.of(literal, DateString.class).toString())
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)));
            case TIMESTAMP ->
                Optional.of(any(LocalDateTime.parse(LiteralValues.of(literal, TimestampString.class)
                                .toString()
                                .replace(' ', 'T'))
                        .toInstant(ZoneOffset.UTC)));
            default -> Optional.empty();
        };
    }

    /** An estimate only: the sources read their own clocks when the statement runs. */
    @SuppressWarnings("JavaTimeDefaultTimeZone")
    private static Instant today() {
        return LocalDate.now(ZoneOffset.UTC).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** Text, numbers, booleans and instants all compare with their own class; {@link #compare} checks it. */
    @SuppressWarnings("unchecked")
    private static Comparable<Object> any(Comparable<?> value) {
        return (Comparable<Object>) value;
    }
}
