package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.source.ServerVersion;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.TimestampString;

/**
 * Oracle 19c and later, in a session whose text compares byte by byte.
 *
 * <p>A text without characters is NULL there, so no such text is written, and what could give one is not asked. Two texts are equal
 * there when they differ in the padding of fixed-length columns only; so they are compared with their lengths, and literals are of
 * a type that is not padded. Byte by byte is not by code point in every character set, so order stays in the engine. A DATE has a
 * time of day: a column that is defined as a date is read as its day. Nothing is cast to a narrower type, because that would fail
 * where the value does not fit; whoever reads the rows sees to that.
 */
final class OracleDialect extends Dialect {
    private static final int TEXT_UNITS_MAX = 1_000;
    /** There is no day after it to compare with. */
    private static final String LAST_DAY = "DATE '9999-12-31'";

    private static final Pattern DAY = Pattern.compile("TRUNC\\((\"[^\"]+\"\\.\"[^\"]+\")\\)");

    OracleDialect(ServerVersion version) {
        super(Sheets.ORACLE, version);
    }

    @Override
    String text(String value) {
        if (value.isEmpty()) {
            throw new NotOffered("a text without characters, which is NULL there");
        }
        if (value.length() > TEXT_UNITS_MAX) {
            throw new NotOffered("a text of more than " + TEXT_UNITS_MAX + " characters");
        }
        boolean plain = value.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\' && c != '\'');
        if (plain) {
            // A bare literal is of a fixed length, and compared as if padded.
            return "CAST('" + value + "' AS VARCHAR2(" + value.length() + "))";
        }
        // In hexadecimal, neither a setting nor the connection's character set can make it end early.
        StringBuilder units = new StringBuilder("UNISTR('");
        value.chars().forEach(unit -> units.append('\\').append(HexFormat.of().toHexDigits((char) unit)));
        return units.append("')").toString();
    }

    @Override
    String type(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "NUMBER(1)";
            case TINYINT, SMALLINT, INTEGER -> "NUMBER(10)";
            case BIGINT -> "NUMBER(19)";
            case DECIMAL -> "NUMBER(" + type.getPrecision() + ", " + Math.max(0, type.getScale()) + ")";
            case FLOAT, REAL, DOUBLE -> "BINARY_DOUBLE";
            case CHAR, VARCHAR, NULL -> "VARCHAR2(4000)";
            case BINARY, VARBINARY -> "RAW(2000)";
            case DATE -> "DATE";
            case TIMESTAMP -> "TIMESTAMP(6)";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> "TIMESTAMP(6) WITH TIME ZONE";
            default -> throw new NotOffered("the type " + type.getSqlTypeName());
        };
    }

    /** The type of a NULL among texts would have to be one of two. */
    @Override
    String nullOf(RelDataType type) {
        return Types.kind(type) == Kind.TEXT ? "NULL" : super.nullOf(type);
    }

    @Override
    String special(RexLiteral literal) {
        return switch (literal.getTypeName()) {
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                "TIMESTAMP '" + LiteralValues.of(literal, TimestampString.class) + " +00:00'";
            default -> super.special(literal);
        };
    }

    @Override
    String cast(RexCall call, String operand) {
        RelDataType from = call.getOperands().getFirst().getType();
        RelDataType to = call.getType();
        if (Types.kind(from) == Kind.DATE && Types.kind(to) == Kind.TIMESTAMP) {
            return "CAST(" + operand + " AS " + type(to) + ")";
        }
        if (Types.isWidening(from, to)) {
            return operand;
        }
        throw new NotOffered("a cast from " + from.getSqlTypeName() + " to " + to.getSqlTypeName());
    }

    @Override
    String timestampWord() {
        return "TIMESTAMP(6)";
    }

    @Override
    String utc(String timestamp) {
        return "FROM_TZ(" + timestamp + ", '+00:00')";
    }

    @Override
    String column(String name, RelDataType type) {
        return Types.kind(type) == Kind.DATE ? "TRUNC(" + name + ")" : name;
    }

    @Override
    String compare(String operator, Kind kind, String left, String right) {
        return switch (kind) {
            case TEXT -> text(operator, left, right);
            case DATE -> day(operator, left, right);
            case NUMBER, TIMESTAMP, INSTANT -> "(" + left + " " + operator + " " + right + ")";
            case BOOLEAN, TIME, BINARY, INTERVAL, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
    }

    private static String text(String operator, String left, String right) {
        if (isVarying(left) || isVarying(right)) {
            return "(" + left + " " + operator + " " + right + ")";
        }
        String lengths = "LENGTH(" + left + ") " + operator + " LENGTH(" + right + ")";
        String both = operator.equals("=") ? " AND " : " OR ";
        return "(" + left + " " + operator + " " + right + both + lengths + ")";
    }

    /** Whether a text is of a type that makes a comparison count padding. */
    private static boolean isVarying(String text) {
        return text.startsWith("CAST('") || text.startsWith("UNISTR(") || ValuePlace.isMark(text);
    }

    /** A day is compared such that the column itself stands alone, for its index. */
    private static String day(String operator, String left, String right) {
        var column = DAY.matcher(left);
        if (!column.matches() || !isDay(right) || right.equals(LAST_DAY)) {
            return "(" + left + " " + operator + " " + right + ")";
        }
        String moment = column.group(1);
        return switch (operator) {
            case "<", ">=" -> "(" + moment + " " + operator + " " + right + ")";
            case "<=" -> "(" + moment + " < " + right + " + 1)";
            case ">" -> "(" + moment + " >= " + right + " + 1)";
            case "=" -> "(" + moment + " >= " + right + " AND " + moment + " < " + right + " + 1)";
            default -> "(" + moment + " < " + right + " OR " + moment + " >= " + right + " + 1)";
        };
    }

    private static boolean isDay(String sql) {
        return sql.startsWith("DATE '") || ValuePlace.isMark(sql);
    }

    /** The statement may compare with the day after. */
    @Override
    String laterDay(String iso) {
        String day = super.laterDay(iso);
        if (day.equals(LAST_DAY)) {
            throw new NotOffered("the last day of all, in a place that was written for any");
        }
        return day;
    }

    @Override
    String distinct(Kind kind, String left, String right) {
        return "(CASE WHEN " + compare("=", kind, left, right) + " OR (" + left + " IS NULL AND " + right
                + " IS NULL) THEN 0 ELSE 1 END = 1)";
    }

    @Override
    String binaryText(String text) {
        return text;
    }

    @Override
    String binaryKey(String text) {
        return text;
    }

    /** One character is not one code point in national columns, so no pattern has a place for one. */
    @Override
    String like(RexCall call, List<String> operands) {
        String pattern = SharedFunctions.pattern(call, operands);
        if (LiteralValues.of((RexLiteral) call.getOperands().get(1), String.class)
                        .indexOf('_')
                >= 0) {
            throw new NotOffered("LIKE with a pattern that has a place for one character");
        }
        return "(" + operands.getFirst() + " LIKE " + pattern + ")";
    }

    /** Columns and literals may be of the database's character set or of the national one, and one value has one. */
    @Override
    List<String> together(List<String> texts) {
        if (texts.stream().filter(text -> !text.equals("NULL")).distinct().count() > 1) {
            throw new NotOffered("several texts put together in one value");
        }
        return texts;
    }

    @Override
    String united(String text) {
        throw new NotOffered("a union of texts, which may be of two character sets");
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return switch (call.getOperator().getName()) {
            case "CHAR_LENGTH", "CHARACTER_LENGTH" -> "LENGTH4(" + operands.getFirst() + ")";
            case "EXTRACT" -> extract(call, operands.get(1));
            case "FLOOR" -> operands.size() == 1 ? SharedFunctions.exactFloor(call, operands) : day(call, operands);
            case "MOD" -> {
                var _ = SharedFunctions.remainder(call, operands);
                yield "MOD(" + String.join(", ", operands) + ")";
            }
            case "CURRENT_DATE" -> "TRUNC(CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE))";
            default -> SharedFunctions.arithmetic(call, operands);
        };
    }

    private static String extract(RexCall call, String moment) {
        String unit = SharedFunctions.calendarUnit(call);
        return switch (unit) {
            case "QUARTER" -> "CEIL(EXTRACT(MONTH FROM " + moment + ") / 3)";
            case "HOUR", "MINUTE" -> "EXTRACT(" + unit + " FROM CAST(" + moment + " AS TIMESTAMP(6)))";
            default -> "EXTRACT(" + unit + " FROM " + moment + ")";
        };
    }

    private String day(RexCall call, List<String> operands) {
        TimeUnitRange unit = SharedFunctions.unit(call, 1);
        String format = switch (unit) {
            case YEAR -> "YYYY";
            case QUARTER -> "Q";
            case MONTH -> "MM";
            case DAY -> "DD";
            default -> throw new NotOffered("a date cut to " + unit);
        };
        String day = "TRUNC(" + operands.getFirst() + ", '" + format + "')";
        return switch (Types.kind(call.getOperands().getFirst().getType())) {
            case DATE -> day;
            case TIMESTAMP -> "CAST(" + day + " AS " + type(call.getType()) + ")";
            default -> throw notOffered(call);
        };
    }

    @Override
    String over(RexOver over, List<String> refs) {
        return SharedWindows.write(this, over, refs);
    }

    @Override
    boolean ordersWindows() {
        return true;
    }

    @Override
    String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        return SharedFunctions.aggregate(this, call, arguments, types, "");
    }

    @Override
    String computed(String value, RelDataType type) {
        return value;
    }

    @Override
    String promised(String column, RelDataType type) {
        return column;
    }

    @Override
    String aliased(String from, String alias) {
        return from + " " + alias;
    }

    @Override
    String noTable() {
        return "DUAL";
    }

    @Override
    String word(SetOp set) {
        return set.kind == SqlKind.EXCEPT && !set.all ? "MINUS" : super.word(set);
    }

    /** It becomes a count of rows that the rows outside are compared with, past which no condition is moved. */
    @Override
    String fence() {
        return "OFFSET 0 ROWS";
    }
}
