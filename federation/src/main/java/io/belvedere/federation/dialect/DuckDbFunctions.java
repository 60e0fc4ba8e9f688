package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.federation.sql.OrderedAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;

/** Calcite's functions in the engine's words, each with the cast that keeps the promised type. */
final class DuckDbFunctions {
    /** Functions that both name alike but for the word, with the same arguments in the same order. */
    private static final Map<String, String> SAME = Map.ofEntries(
            Map.entry("LOWER", "lower"),
            Map.entry("CHAR_LENGTH", "length"),
            Map.entry("CHARACTER_LENGTH", "length"),
            Map.entry("OCTET_LENGTH", "octet_length"),
            Map.entry("CONCAT", "concat"),
            Map.entry("REPLACE", "replace"),
            Map.entry("REVERSE", "reverse"),
            Map.entry("ASCII", "ascii"),
            Map.entry("MD5", "md5"),
            Map.entry("ABS", "abs"),
            Map.entry("SIGN", "sign"),
            Map.entry("ROUND", "round"),
            Map.entry("CEIL", "ceil"),
            Map.entry("POWER", "power"),
            Map.entry("SQRT", "sqrt"),
            Map.entry("CBRT", "cbrt"),
            Map.entry("EXP", "exp"),
            Map.entry("LN", "ln"),
            Map.entry("LOG10", "log10"),
            Map.entry("SIN", "sin"),
            Map.entry("COS", "cos"),
            Map.entry("TAN", "tan"),
            Map.entry("COT", "cot"),
            Map.entry("ASIN", "asin"),
            Map.entry("ACOS", "acos"),
            Map.entry("ATAN", "atan"),
            Map.entry("ATAN2", "atan2"),
            Map.entry("DEGREES", "degrees"),
            Map.entry("RADIANS", "radians"),
            Map.entry("PI", "pi"),
            Map.entry("TRUNCATE", "trunc"),
            Map.entry("LEFT", "left"),
            Map.entry("RIGHT", "right"),
            Map.entry("LPAD", "lpad"),
            Map.entry("SPLIT_PART", "split_part"),
            Map.entry("RPAD", "rpad"),
            Map.entry("REPEAT", "repeat"),
            Map.entry("LAST_DAY", "last_day"),
            Map.entry("STARTS_WITH", "starts_with"),
            Map.entry("ENDS_WITH", "ends_with"));

    private static final Map<String, String> AGGREGATES = Map.ofEntries(
            Map.entry("COUNT", "count"),
            Map.entry("SUM", "sum"),
            Map.entry("$SUM0", "sum"),
            Map.entry("MIN", "min"),
            Map.entry("MAX", "max"),
            Map.entry("AVG", "avg"),
            Map.entry("MEDIAN", "median"),
            Map.entry("ANY_VALUE", "any_value"),
            Map.entry("STDDEV", "stddev_samp"),
            Map.entry("STDDEV_POP", "stddev_pop"),
            Map.entry("STDDEV_SAMP", "stddev_samp"),
            Map.entry("VARIANCE", "var_samp"),
            Map.entry("VAR_POP", "var_pop"),
            Map.entry("VAR_SAMP", "var_samp"),
            Map.entry("COVAR_POP", "covar_pop"),
            Map.entry("COVAR_SAMP", "covar_samp"),
            Map.entry("CORR", "corr"),
            Map.entry("REGR_COUNT", "regr_count"),
            Map.entry("EVERY", "bool_and"),
            Map.entry("SOME", "bool_or"),
            Map.entry("BOOL_AND", "bool_and"),
            Map.entry("BOOL_OR", "bool_or"),
            Map.entry("LOGICAL_AND", "bool_and"),
            Map.entry("LOGICAL_OR", "bool_or"),
            Map.entry("BIT_AND", "bit_and"),
            Map.entry("BIT_OR", "bit_or"),
            Map.entry("BIT_XOR", "bit_xor"),
            Map.entry("GROUPING", "grouping"),
            Map.entry("GROUPING_ID", "grouping_id"),
            Map.entry("ROW_NUMBER", "row_number"),
            Map.entry("RANK", "rank"),
            Map.entry("DENSE_RANK", "dense_rank"),
            Map.entry("PERCENT_RANK", "percent_rank"),
            Map.entry("CUME_DIST", "cume_dist"),
            Map.entry("NTILE", "ntile"),
            Map.entry("LAG", "lag"),
            Map.entry("LEAD", "lead"),
            Map.entry("FIRST_VALUE", "first_value"),
            Map.entry("LAST_VALUE", "last_value"),
            Map.entry("NTH_VALUE", "nth_value"));

    private static final int NARROW_DIGITS = 18;

    private DuckDbFunctions() {}

    static String write(DuckDbDialect dialect, RexCall call, List<String> operands) {
        return switch (call.getKind()) {
            case PLUS -> sum(dialect, call, operands, " + ");
            case MINUS -> sum(dialect, call, operands, " - ");
            case TIMES -> typed(dialect, call, Dialect.joined(" * ", wide(call, operands)));
            case DIVIDE -> divide(dialect, call, operands);
            case MOD -> typed(dialect, call, Dialect.joined(" % ", operands));
            case MINUS_PREFIX -> "(- " + operands.getFirst() + ")";
            case PLUS_PREFIX -> operands.getFirst();
            case FLOOR, CEIL -> floor(dialect, call, operands);
            case EXTRACT -> extract(call, operands);
            case TRIM -> trim(call, operands);
            case POSITION -> position(operands);
            case REINTERPRET -> operands.getFirst();
            // Kinds are many; a function of no kind of its own is found by its name.
            default -> named(dialect, call, operands);
        };
    }

    /**
     * Of one character each, by Unicode, which makes no capital of ß: it is put away meanwhile, as {@code #1}, and each {@code #} as {@code #0}, so that no text is
     * taken for it.
     */
    private static String upper(String text) {
        String put = "replace(replace(" + text + ", '#', '#0'), 'ß', '#1')";
        return "replace(replace(upper(" + put + "), '#1', 'ß'), '#0', '#')";
    }

    private static String named(DuckDbDialect dialect, RexCall call, List<String> operands) {
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "||" -> Dialect.joined(" || ", operands);
            case "UPPER" -> upper(operands.getFirst());
            case "SUBSTRING", "SUBSTR" -> DuckDbDialect.substring(call, operands);
            case "GREATEST" -> extreme(dialect, call, "greatest", operands);
            case "LEAST" -> extreme(dialect, call, "least", operands);
            case "MINUS_DATE" -> dateDifference(call, operands);
            case "CURRENT_DATE" -> "CURRENT_DATE";
            case "CURRENT_TIMESTAMP", "LOCALTIMESTAMP" -> typed(dialect, call, "now()");
            case "OVERLAY" -> overlay(operands);
            case "INITCAP" ->
                "array_to_string(list_transform(string_split(lower(" + operands.getFirst()
                        + "), ' '), w -> upper(w[1]) || w[2:]), ' ')";
            default -> {
                String same = SAME.get(name);
                if (same == null) {
                    throw new NotOffered("the function " + name);
                }
                yield typed(dialect, call, same + "(" + String.join(", ", operands) + ")");
            }
        };
    }

    /** The engine widens some results (HUGEINT, TIMESTAMP, DOUBLE); the plan promised a type. */
    private static String typed(DuckDbDialect dialect, RexCall call, String sql) {
        return switch (Types.kind(call.getType())) {
            case NUMBER, DATE, TIMESTAMP, TIME -> "CAST(" + sql + " AS " + dialect.type(call.getType()) + ")";
            case BOOLEAN, TEXT, BINARY, INSTANT, INTERVAL, OTHER -> sql;
        };
    }

    private static String sum(DuckDbDialect dialect, RexCall call, List<String> operands, String operator) {
        return typed(dialect, call, Dialect.joined(operator, wide(call, operands)));
    }

    /** Of numbers with 18 digits at most, the engine gives one with 18 digits, or an error; one with 19 makes it compute with 38. */
    private static List<String> wide(RexCall call, List<String> operands) {
        boolean narrow = call.getType().getSqlTypeName() == SqlTypeName.DECIMAL
                && call.getType().getPrecision() > NARROW_DIGITS
                && call.getOperands().stream()
                        .allMatch(operand -> Types.isExact(operand.getType())
                                && operand.getType().getPrecision() <= NARROW_DIGITS);
        if (!narrow) {
            return operands;
        }
        int scale = Math.max(0, call.getOperands().getFirst().getType().getScale());
        List<String> wider = new ArrayList<>(operands);
        wider.set(0, "CAST(" + operands.getFirst() + " AS DECIMAL(" + (NARROW_DIGITS + 1) + ", " + scale + "))");
        return wider;
    }

    private static String divide(DuckDbDialect dialect, RexCall call, List<String> operands) {
        boolean integers = call.getOperands().stream().allMatch(operand -> Types.isInteger(operand.getType()));
        return typed(dialect, call, Dialect.joined(integers ? " // " : " / ", operands));
    }

    private static String floor(DuckDbDialect dialect, RexCall call, List<String> operands) {
        String word = call.getKind() == SqlKind.FLOOR ? "floor" : "ceil";
        if (operands.size() == 1) {
            return typed(dialect, call, word + "(" + operands.getFirst() + ")");
        }
        if (call.getKind() == SqlKind.CEIL) {
            throw new NotOffered("CEIL of a date");
        }
        String unit = switch (SharedFunctions.unit(call, 1)) {
            case YEAR -> "year";
            case QUARTER -> "quarter";
            case MONTH -> "month";
            case WEEK -> "week";
            case DAY -> "day";
            case HOUR -> "hour";
            case MINUTE -> "minute";
            case SECOND -> "second";
            default -> throw new NotOffered("FLOOR to this unit");
        };
        String sql = "date_trunc('" + unit + "', " + operands.getFirst() + ")";
        return typed(dialect, call, sql);
    }

    private static String extract(RexCall call, List<String> operands) {
        TimeUnitRange unit = SharedFunctions.unit(call, 0);
        String value = operands.get(1);
        if (Types.kind(call.getOperands().get(1).getType()) == Kind.INTERVAL) {
            throw new NotOffered("EXTRACT from an interval");
        }
        String sql = switch (unit) {
            case YEAR, QUARTER, MONTH, DAY, HOUR, MINUTE, WEEK ->
                "extract(" + unit.name().toLowerCase(Locale.ROOT) + " FROM " + value + ")";
            case EPOCH -> epoch(call, value);
            case SECOND -> "extract(second FROM " + value + ")";
            // Calcite counts from Sunday as 1, the engine from Sunday as 0.
            case DOW -> "extract(dow FROM " + value + ") + 1";
            case ISODOW -> "extract(isodow FROM " + value + ")";
            case DOY -> "extract(doy FROM " + value + ")";
            case ISOYEAR -> "extract(isoyear FROM " + value + ")";
            default -> throw new NotOffered("EXTRACT of this unit");
        };
        return "CAST(" + sql + " AS BIGINT)";
    }

    /** Whole seconds: a double does not hold the microseconds of the last years. */
    private static String epoch(RexCall call, String value) {
        if (!Types.isMoment(Types.kind(call.getOperands().get(1).getType()))) {
            throw new NotOffered("EXTRACT of EPOCH from what is no moment");
        }
        return "extract(epoch FROM date_trunc('second', " + value + "))";
    }

    private static String trim(RexCall call, List<String> operands) {
        SqlTrimFunction.Flag flag =
                LiteralValues.of((RexLiteral) call.getOperands().getFirst(), SqlTrimFunction.Flag.class);
        String word = switch (flag) {
            case BOTH -> "trim";
            case LEADING -> "ltrim";
            case TRAILING -> "rtrim";
        };
        return word + "(" + operands.get(2) + ", " + operands.get(1) + ")";
    }

    private static String position(List<String> operands) {
        if (operands.size() != 2) {
            throw new NotOffered("POSITION with a start");
        }
        return "CAST(strpos(" + operands.get(1) + ", " + operands.get(0) + ") AS INTEGER)";
    }

    /** NULL is skipped; of several types, each is what the plan promised first. */
    private static String extreme(DuckDbDialect dialect, RexCall call, String word, List<String> operands) {
        String type = dialect.type(call.getType());
        return word
                + operands.stream()
                        .map(operand -> "CAST(" + operand + " AS " + type + ")")
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String overlay(List<String> operands) {
        String length = operands.size() > 3 ? operands.get(3) : "length(" + operands.get(1) + ")";
        return "(left(" + operands.get(0) + ", " + operands.get(2) + " - 1) || " + operands.get(1) + " || substring("
                + operands.get(0) + ", " + operands.get(2) + " + " + length + "))";
    }

    /** TIMESTAMPDIFF and a difference of dates arrive as a number of milliseconds or months of an interval's type. */
    private static String dateDifference(RexCall call, List<String> operands) {
        String from = operands.get(1);
        String to = operands.get(0);
        if (SqlTypeName.YEAR_INTERVAL_TYPES.contains(call.getType().getSqlTypeName())) {
            return "datesub('month', " + from + ", " + to + ")";
        }
        return "datesub('millisecond', CAST(" + from + " AS TIMESTAMP), CAST(" + to + " AS TIMESTAMP))";
    }

    static String aggregateCall(
            DuckDbDialect dialect,
            SqlAggFunction function,
            List<String> arguments,
            boolean distinct,
            boolean ignoreNulls) {
        if (function instanceof OrderedAggregate ordered) {
            return orderedCall(dialect, ordered.meaning(), arguments, distinct ? "DISTINCT " : "");
        }
        String name = AGGREGATES.get(function.getName().toUpperCase(Locale.ROOT));
        if (name == null) {
            throw new NotOffered("the aggregate " + function.getName());
        }
        String inside = arguments.isEmpty()
                ? (function.getKind() == SqlKind.COUNT ? "*" : "")
                : (distinct ? "DISTINCT " : "") + String.join(", ", arguments);
        String nulls = ignoreNulls && !name.equals("sum") ? " IGNORE NULLS" : "";
        return name + "(" + inside + nulls + ")";
    }

    private static String orderedCall(
            DuckDbDialect dialect, OrderedAggregate.Meaning meaning, List<String> arguments, String distinct) {
        String value = arguments.getFirst();
        return switch (meaning) {
            case OrderedAggregate.Joined(String separator, List<OrderedAggregate.Direction> order) -> {
                List<String> keys = new ArrayList<>();
                for (int i = 0; i < order.size(); i++) {
                    keys.add(arguments.get(i + 1) + " " + order.get(i).words());
                }
                // Two rows that sort alike and differ would make a text that depends on where they stand.
                if (distinct.isEmpty() || keys.isEmpty()) {
                    keys.add(value + " " + OrderedAggregate.Direction.ASCENDING_NULLS_LAST.words());
                }
                yield "string_agg(" + distinct + value + ", " + dialect.text(separator) + " ORDER BY "
                        + String.join(", ", keys) + ")";
            }
            case OrderedAggregate.Between(String fraction) -> "quantile_cont(" + value + ", " + fraction + ")";
            case OrderedAggregate.At(String fraction) -> "quantile_disc(" + value + ", " + fraction + ")";
        };
    }

    /** Ranking functions take no frame. */
    static boolean takesFrame(SqlKind kind) {
        return switch (kind) {
            case ROW_NUMBER, RANK, DENSE_RANK, PERCENT_RANK, CUME_DIST, NTILE, LAG, LEAD -> false;
            default -> true;
        };
    }
}
