package io.belvedere.federation.dialect;

import java.util.List;
import java.util.Locale;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/** Functions that several dialects write alike, with the arguments for which they also answer alike. */
final class SharedFunctions {
    private SharedFunctions() {}

    /** A constant pattern without a backslash, which would be an escape here and a character there. */
    static String pattern(RexCall call, List<String> operands) {
        RexNode pattern = call.getOperands().get(1);
        if (operands.size() != 2
                || !(pattern instanceof RexLiteral literal)
                || literal.isNull()
                || LiteralValues.of(literal, String.class).indexOf('\\') >= 0) {
            throw new NotOffered("LIKE with a pattern that is not a plain constant");
        }
        return operands.get(1);
    }

    /** SQL's SUBSTRING: a start below 1 counts from before the first character, not from the end. */
    static String substringArguments(RexCall call, List<String> operands) {
        RexNode start = call.getOperands().get(1);
        boolean positive = LiteralValues.isAtLeast(start, 1);
        if (operands.size() == 2) {
            return operands.get(0) + ", " + (positive ? operands.get(1) : atLeastOne(operands.get(1)));
        }
        if (positive && LiteralValues.isAtLeast(call.getOperands().get(2), 0)) {
            return String.join(", ", operands);
        }
        throw new NotOffered("SUBSTRING with a computed start and length");
    }

    static String atLeastOne(String number) {
        return "(CASE WHEN " + number + " < 1 THEN 1 ELSE " + number + " END)";
    }

    static TimeUnitRange unit(RexCall call, int operand) {
        if (call.getOperands().get(operand) instanceof RexLiteral literal) {
            return LiteralValues.of(literal, TimeUnitRange.class);
        }
        throw Dialect.notOffered(call);
    }

    /** The units of EXTRACT that every database counts alike. */
    static String calendarUnit(RexCall call) {
        TimeUnitRange unit = unit(call, 0);
        Types.Kind kind = Types.kind(call.getOperands().get(1).getType());
        if (kind != Types.Kind.DATE && kind != Types.Kind.TIMESTAMP) {
            throw Dialect.notOffered(call);
        }
        return switch (unit) {
            case YEAR, QUARTER, MONTH, DAY -> unit.name();
            case HOUR, MINUTE -> {
                if (kind == Types.Kind.DATE) {
                    throw Dialect.notOffered(call);
                }
                yield unit.name();
            }
            // Calcite's units are many; weeks, days of the week, seconds and centuries differ by product.
            default -> throw Dialect.notOffered(call);
        };
    }

    static String monthUnit(TimeUnitRange unit) {
        return switch (unit) {
            case YEAR, QUARTER, MONTH, DAY -> unit.name().toLowerCase(Locale.ROOT);
            default -> throw new NotOffered("a date cut to " + unit);
        };
    }

    static String exactFloor(RexCall call, List<String> operands) {
        if (operands.size() == 1 && Types.isExact(call.getOperands().getFirst().getType())) {
            return "floor(" + operands.getFirst() + ")";
        }
        throw Dialect.notOffered(call);
    }

    /** The remainder, with the sign of what is divided, by a constant that is not zero. */
    static String remainder(RexCall call, List<String> operands) {
        boolean exact = call.getOperands().stream().allMatch(operand -> Types.isExact(operand.getType()));
        if (!exact || !LiteralValues.isAtLeast(call.getOperands().get(1), 1)) {
            throw Dialect.notOffered(call);
        }
        return Dialect.joined(" % ", operands);
    }

    /** Sums, differences and products of exact numbers. Division, rounding and binary fractions differ by product. */
    static String arithmetic(RexCall call, List<String> operands) {
        boolean exact = call.getOperands().stream().allMatch(operand -> Types.isExact(operand.getType()));
        if (!exact) {
            throw Dialect.notOffered(call);
        }
        return switch (call.getKind()) {
            case PLUS -> Dialect.joined(" + ", operands);
            case MINUS -> Dialect.joined(" - ", operands);
            case TIMES -> Dialect.joined(" * ", operands);
            case MINUS_PREFIX -> "(- " + operands.getFirst() + ")";
            case MOD -> remainder(call, operands);
            // Kinds are many; only these are asked of a source.
            default -> throw Dialect.notOffered(call);
        };
    }

    /** The aggregates that sources compute, cast to the type that we promise for them; {@code filter} is a FILTER clause or nothing. */
    static String aggregate(
            Dialect dialect, AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        boolean text = types.size() == 1 && Types.kind(types.getFirst()) == Types.Kind.TEXT;
        if (!call.getCollation().getFieldCollations().isEmpty() || call.ignoreNulls() || arguments.size() > 1) {
            throw notOffered(call);
        }
        String distinct = call.isDistinct() ? "DISTINCT " : "";
        return switch (call.getAggregation().getKind()) {
            case COUNT ->
                dialect.count()
                        + "("
                        + (arguments.isEmpty()
                                ? "*"
                                : distinct
                                        + (text && call.isDistinct()
                                                ? dialect.binaryKey(arguments.getFirst())
                                                : arguments.getFirst()))
                        + ")" + filter;
            case SUM -> dialect.computed(sum(dialect, call, distinct, arguments, types) + filter, call.getType());
            case SUM0 ->
                dialect.computed(
                        "COALESCE(" + sum(dialect, call, distinct, arguments, types) + filter + ", 0)", call.getType());
            case MIN, MAX -> {
                if (Types.kind(types.getFirst()) == Types.Kind.BOOLEAN) {
                    throw notOffered(call);
                }
                String argument = text ? dialect.binaryText(arguments.getFirst()) : arguments.getFirst();
                yield call.getAggregation().getKind() + "(" + argument + ")" + filter;
            }
            // Aggregates are an open set; the engine computes the rest.
            default -> throw notOffered(call);
        };
    }

    private static String sum(
            Dialect dialect, AggregateCall call, String distinct, List<String> arguments, List<RelDataType> types) {
        if (!Types.isExact(types.getFirst())) {
            throw notOffered(call);
        }
        return "SUM(" + distinct + dialect.summand(arguments.getFirst(), types.getFirst()) + ")";
    }

    private static NotOffered notOffered(AggregateCall call) {
        return new NotOffered("the aggregate " + call.getAggregation().getName() + " over these arguments");
    }
}
