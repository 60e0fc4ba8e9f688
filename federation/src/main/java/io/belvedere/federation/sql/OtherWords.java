package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;
import static org.apache.calcite.sql.fun.SqlStdOperatorTable.*;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.avatica.util.TimeUnit;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Functions that are said in simpler ones, so that planning, masks and the proof of plans never meet them. Operands are clean already. For one tree, by one
 * thread.
 */
final class OtherWords {
    /** Of what pads a text: no value of a column decides how long a text becomes. */
    private static final int PADDED_MAX = 1_000;

    /** Even as many weeks are days that an interval holds. */
    private static final BigDecimal COUNT_MAX = BigDecimal.valueOf(100_000_000);

    private static final Map<String, Arity> ARITIES = Map.ofEntries(
            Map.entry("CONCAT", new Arity(1, 250)),
            Map.entry("IF", new Arity(3, 3)),
            Map.entry("IIF", new Arity(3, 3)),
            Map.entry("NVL2", new Arity(3, 3)),
            Map.entry("LTRIM", new Arity(1, 2)),
            Map.entry("RTRIM", new Arity(1, 2)),
            Map.entry("BTRIM", new Arity(1, 2)),
            Map.entry("INSTR", new Arity(2, 2)),
            Map.entry("STRPOS", new Arity(2, 2)),
            Map.entry("LOCATE", new Arity(2, 2)),
            Map.entry("CHARINDEX", new Arity(2, 2)),
            Map.entry("STARTS_WITH", new Arity(2, 2)),
            Map.entry("ENDS_WITH", new Arity(2, 2)),
            Map.entry("LPAD", new Arity(2, 3)),
            Map.entry("RPAD", new Arity(2, 3)),
            Map.entry("SPLIT_PART", new Arity(3, 3)),
            Map.entry("REPEAT", new Arity(2, 2)),
            Map.entry("NTH_VALUE", new Arity(2, 2)),
            Map.entry("NOW", new Arity(0, 0)),
            Map.entry("GETDATE", new Arity(0, 0)),
            Map.entry("CURDATE", new Arity(0, 0)),
            Map.entry("TODAY", new Arity(0, 0)),
            Map.entry("DATE", new Arity(1, 1)),
            Map.entry("DATE_PART", new Arity(2, 2)),
            Map.entry("DATE_ADD", new Arity(2, 2)),
            Map.entry("DATE_SUB", new Arity(2, 2)),
            Map.entry("DATEADD", new Arity(3, 3)),
            Map.entry("TIMESTAMPADD", new Arity(3, 3)),
            Map.entry("DATEDIFF", new Arity(2, 3)),
            Map.entry("DATE_DIFF", new Arity(3, 3)),
            Map.entry("LAST_DAY", new Arity(1, 1)),
            Map.entry("ANY_VALUE", new Arity(1, 1)),
            Map.entry("BOOL_AND", new Arity(1, 1)),
            Map.entry("BOOL_OR", new Arity(1, 1)),
            Map.entry("EVERY", new Arity(1, 1)),
            Map.entry("SOME", new Arity(1, 1)),
            Map.entry("COUNT_IF", new Arity(1, 1)),
            Map.entry("COUNTIF", new Arity(1, 1)),
            Map.entry("MEDIAN", new Arity(1, 1)));

    private final Clockwork now;
    private final OwnQueries queries;

    OtherWords(Clockwork now, OwnQueries queries) {
        this.now = now;
        this.queries = queries;
    }

    /** How many operands a function takes. */
    private record Arity(int least, int most) {}

    /** What a call means; empty for a function that has no other words. Throws {@link SqlProblem} for operands that it does not take. */
    Optional<SqlNode> find(String function, @Nullable SqlLiteral quantifier, List<SqlNode> of, SqlParserPos place) {
        String name = function.toUpperCase(Locale.ROOT);
        Arity arity = ARITIES.get(name);
        if (arity == null) {
            return Optional.empty();
        }
        if (of.size() < arity.least() || of.size() > arity.most()) {
            throw SqlProblem.at(QUERY_INVALID, place, "The function '" + name + "' takes another number of arguments.");
        }
        return Optional.of(
                switch (name) {
                    case "ANY_VALUE" -> MIN.createCall(quantifier, place, of.getFirst());
                    // What is no truth value is refused by AND and OR.
                    case "BOOL_AND", "EVERY" ->
                        MIN.createCall(quantifier, place, AND.createCall(place, of.getFirst(), truth(true, place)));
                    case "BOOL_OR", "SOME" ->
                        MAX.createCall(quantifier, place, OR.createCall(place, of.getFirst(), truth(false, place)));
                    case "MEDIAN" ->
                        Functions.MEDIAN.createCall(quantifier, place, cast(of.getFirst(), SqlTypeName.DOUBLE, place));
                    default -> {
                        if (quantifier != null) {
                            throw SqlProblem.at(UNSUPPORTED, place, "DISTINCT is not offered in " + name + ".");
                        }
                        yield plain(name, of, place);
                    }
                });
    }

    private SqlNode plain(String name, List<SqlNode> of, SqlParserPos place) {
        return switch (name) {
            case "CONCAT" -> joined(of.stream().map(each -> text(each, place)).toList(), place);
            case "IF", "IIF" -> choice(of.get(0), of.get(1), of.get(2), place);
            case "NVL2" -> choice(IS_NOT_NULL.createCall(place, of.get(0)), of.get(1), of.get(2), place);
            case "COUNT_IF", "COUNTIF" ->
                COUNT.createCall(place, choice(of.getFirst(), number(1, place), SqlLiteral.createNull(place), place));
            case "LTRIM" -> trim(SqlTrimFunction.Flag.LEADING, of, place);
            case "RTRIM" -> trim(SqlTrimFunction.Flag.TRAILING, of, place);
            case "BTRIM" -> trim(SqlTrimFunction.Flag.BOTH, of, place);
            case "INSTR", "STRPOS" -> POSITION.createCall(place, of.get(1), of.get(0));
            case "LOCATE", "CHARINDEX" -> POSITION.createCall(place, of.get(0), of.get(1));
            case "STARTS_WITH" ->
                EQUALS.createCall(place, POSITION.createCall(place, of.get(1), of.get(0)), number(1, place));
            case "ENDS_WITH" ->
                EQUALS.createCall(
                        place,
                        SqlLibraryOperators.RIGHT.createCall(
                                place, of.get(0), CHAR_LENGTH.createCall(place, OwnQueries.copy(of.get(1)))),
                        of.get(1));
            case "LPAD" -> padded(Functions.LPAD, of, place);
            case "RPAD" -> padded(Functions.RPAD, of, place);
            case "SPLIT_PART" -> part(of, place);
            case "REPEAT" -> repeated(of, place);
            case "NTH_VALUE" -> nth(of, place);
            default -> moment(name, of, place);
        };
    }

    private SqlNode moment(String name, List<SqlNode> of, SqlParserPos place) {
        return switch (name) {
            case "NOW", "GETDATE" -> now.timestamp(place);
            case "CURDATE", "TODAY" -> now.date(place);
            case "DATE" -> cast(of.getFirst(), SqlTypeName.DATE, place);
            case "DATE_PART" -> extract(CastTypes.namedUnit(of.get(0)), of.get(1), place);
            case "DATE_ADD" -> PLUS.createCall(place, of);
            case "DATE_SUB" -> MINUS.createCall(place, of);
            case "DATEADD", "TIMESTAMPADD" ->
                PLUS.createCall(place, of.get(2), interval(CastTypes.namedUnit(of.get(0)), of.get(1), place));
            case "DATEDIFF", "DATE_DIFF" ->
                of.size() == 2
                        ? difference(TimeUnit.DAY, of.get(1), of.get(0), place)
                        : difference(CastTypes.namedUnit(of.get(0)), of.get(1), of.get(2), place);
            case "LAST_DAY" -> lastDay(of.getFirst(), place);
            default -> throw new IllegalStateException("each name that takes operands has a meaning");
        };
    }

    /** As CAST writes it, and nothing for NULL. */
    private SqlNode text(SqlNode value, SqlParserPos place) {
        return value instanceof SqlCharStringLiteral
                ? value
                : queries.writtenOut(
                        COALESCE.createCall(place, cast(value, SqlTypeName.VARCHAR, place), Constants.text("", place)));
    }

    private static SqlNode joined(List<SqlNode> texts, SqlParserPos place) {
        if (texts.size() == 1) {
            return texts.getFirst();
        }
        int half = texts.size() / 2;
        return CONCAT.createCall(
                place, joined(texts.subList(0, half), place), joined(texts.subList(half, texts.size()), place));
    }

    private static SqlNode choice(SqlNode condition, SqlNode then, SqlNode otherwise, SqlParserPos place) {
        return new SqlCase(
                place,
                null,
                new SqlNodeList(List.of(condition), place),
                new SqlNodeList(List.of(then), place),
                otherwise);
    }

    private static SqlNode trim(SqlTrimFunction.Flag flag, List<SqlNode> of, SqlParserPos place) {
        SqlNode characters = of.size() > 1 ? of.get(1) : Constants.text(" ", place);
        return TRIM.createCall(place, flag.symbol(place), characters, of.getFirst());
    }

    private static SqlNode padded(SqlOperator pad, List<SqlNode> of, SqlParserPos place) {
        SqlNode with = of.size() > 2 ? of.get(2) : Constants.text(" ", place);
        int length = count(of.get(1)).orElse(-1);
        if (length < 0 || length > PADDED_MAX || !isText(with)) {
            throw SqlProblem.at(
                    UNSUPPORTED,
                    place,
                    pad.getName() + " takes a length from 0 to " + PADDED_MAX
                            + " and what to pad with as constants; what to pad with has a character.");
        }
        return pad.createCall(place, of.getFirst(), number(length, place), with);
    }

    private static SqlNode part(List<SqlNode> of, SqlParserPos place) {
        int which = count(of.get(2)).orElse(0);
        if (which < 1 || !isText(of.get(1))) {
            throw SqlProblem.at(
                    UNSUPPORTED,
                    place,
                    "SPLIT_PART takes what stands between the parts, of a character or more, and a number from 1 as constants.");
        }
        return Functions.SPLIT_PART.createCall(place, of.get(0), of.get(1), number(which, place));
    }

    private static SqlNode repeated(List<SqlNode> of, SqlParserPos place) {
        int times = count(of.get(1)).orElse(-1);
        if (times < 0 || times > PADDED_MAX) {
            throw SqlProblem.at(
                    UNSUPPORTED, place, "REPEAT takes a number from 0 to " + PADDED_MAX + ", as a constant.");
        }
        return Functions.REPEAT.createCall(place, of.get(0), number(times, place));
    }

    private static SqlNode nth(List<SqlNode> of, SqlParserPos place) {
        int which = count(of.get(1)).orElse(0);
        if (which < 1) {
            throw SqlProblem.at(UNSUPPORTED, place, "NTH_VALUE takes the number of a row, from 1, as a constant.");
        }
        return Functions.NTH_VALUE.createCall(place, of.get(0), number(which, place));
    }

    private static boolean isText(SqlNode node) {
        return node instanceof SqlCharStringLiteral text
                && !String.valueOf(text.getValueAs(String.class)).isEmpty();
    }

    /** A constant whole number that an integer holds. */
    private static Optional<Integer> count(SqlNode node) {
        return node instanceof SqlNumericLiteral number && number.isInteger()
                ? Optional.of(number.bigDecimalValue())
                        .filter(value -> value.abs().compareTo(COUNT_MAX) < 0)
                        .map(BigDecimal::intValue)
                : Optional.empty();
    }

    /** EXTRACT of a unit that is known by its name. */
    static SqlNode extract(TimeUnit unit, SqlNode value, SqlParserPos place) {
        if (unit == TimeUnit.DOW) {
            // Sunday is 0; engines agree on what ISODOW is.
            return MOD.createCall(place, extract(TimeUnit.ISODOW, value, place), number(7, place));
        }
        SqlIntervalQualifier qualifier = new SqlIntervalQualifier(unit, null, place);
        CastTypes.requireUnit(qualifier);
        return EXTRACT.createCall(place, qualifier, value);
    }

    private static SqlNode interval(TimeUnit unit, SqlNode node, SqlParserPos place) {
        int count = count(node)
                .orElseThrow(() -> SqlProblem.at(
                        UNSUPPORTED,
                        place,
                        "A constant number of units can be added; for another write + n * INTERVAL '1' DAY."));
        return switch (unit) {
            case QUARTER -> interval(TimeUnit.MONTH, 3L * count, place);
            case WEEK -> interval(TimeUnit.DAY, 7L * count, place);
            case YEAR, MONTH, DAY, HOUR, MINUTE, SECOND -> interval(unit, (long) count, place);
            // Units are many; these have a length that intervals know.
            default ->
                throw SqlProblem.at(
                        UNSUPPORTED,
                        place,
                        "Years, quarters, months, weeks, days, hours, minutes and seconds can be added.");
        };
    }

    private static SqlNode interval(TimeUnit unit, long count, SqlParserPos place) {
        String digits = Long.toString(Math.abs(count));
        SqlIntervalQualifier qualifier = new SqlIntervalQualifier(unit, digits.length(), null, -1, place);
        return SqlLiteral.createInterval(count < 0 ? -1 : 1, digits, qualifier, place);
    }

    /** How often a unit begins on the way from one moment to the other. */
    private static SqlNode difference(TimeUnit unit, SqlNode from, SqlNode to, SqlParserPos place) {
        return switch (unit) {
            case YEAR -> MINUS.createCall(place, extract(unit, to, place), extract(unit, from, place));
            case QUARTER -> ofYears(4, unit, from, to, place);
            case MONTH -> ofYears(12, unit, from, to, place);
            case WEEK -> ofSeconds(604_800, unit, from, to, place);
            case DAY -> ofSeconds(86_400, unit, from, to, place);
            case HOUR -> ofSeconds(3_600, unit, from, to, place);
            case MINUTE -> ofSeconds(60, unit, from, to, place);
            case SECOND ->
                MINUS.createCall(place, extract(TimeUnit.EPOCH, to, place), extract(TimeUnit.EPOCH, from, place));
            // Units are many; these are counted.
            default ->
                throw SqlProblem.at(
                        UNSUPPORTED,
                        place,
                        "DATEDIFF counts 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute' or 'second'.");
        };
    }

    private static SqlNode ofYears(int times, TimeUnit unit, SqlNode from, SqlNode to, SqlParserPos place) {
        SqlNode years = MINUS.createCall(
                place,
                extract(TimeUnit.YEAR, OwnQueries.copy(to), place),
                extract(TimeUnit.YEAR, OwnQueries.copy(from), place));
        SqlNode rest = MINUS.createCall(place, extract(unit, to, place), extract(unit, from, place));
        return PLUS.createCall(place, MULTIPLY.createCall(place, years, number(times, place)), rest);
    }

    private static SqlNode ofSeconds(int seconds, TimeUnit unit, SqlNode from, SqlNode to, SqlParserPos place) {
        List<SqlNode> sides = new ArrayList<>();
        for (SqlNode side : List.of(to, from)) {
            SqlNode cut = FLOOR.createCall(place, side, new SqlIntervalQualifier(unit, null, place));
            sides.add(extract(TimeUnit.EPOCH, cut, place));
        }
        return DIVIDE.createCall(place, MINUS.createCall(place, sides), number(seconds, place));
    }

    private static SqlNode lastDay(SqlNode value, SqlParserPos place) {
        SqlNode month = FLOOR.createCall(
                place, cast(value, SqlTypeName.DATE, place), new SqlIntervalQualifier(TimeUnit.MONTH, null, place));
        SqlNode next = PLUS.createCall(place, month, interval(TimeUnit.MONTH, 1L, place));
        return MINUS.createCall(place, next, interval(TimeUnit.DAY, 1L, place));
    }

    private static SqlNode cast(SqlNode value, SqlTypeName type, SqlParserPos place) {
        return CAST.createCall(place, value, new SqlDataTypeSpec(new SqlBasicTypeNameSpec(type, place), place));
    }

    private static SqlNode truth(boolean value, SqlParserPos place) {
        return SqlLiteral.createBoolean(value, place);
    }

    private static SqlNode number(int value, SqlParserPos place) {
        return SqlLiteral.createExactNumeric(Integer.toString(value), place);
    }
}
