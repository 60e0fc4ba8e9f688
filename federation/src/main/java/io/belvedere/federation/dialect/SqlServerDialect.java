package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.source.ServerVersion;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.TimestampString;

/**
 * SQL Server 2019 and later. Its text compares by the column's collation, and spaces at the end never count: equality is written in
 * the column's collation (a superset, which an index serves), by code unit, and by length. Groups and order of text stay in the
 * engine. Its arithmetic fails or rounds where a type is too small: it is done in decimals that hold every result, or not asked.
 */
final class SqlServerDialect extends Dialect {
    private static final String COLLATION = "Latin1_General_100_BIN2";
    private static final int DIGITS_MAX = 38;
    private static final int TEXT_UNITS_MAX = 4_000;
    private static final long ROWS_MAX = Long.MAX_VALUE;

    SqlServerDialect(ServerVersion version) {
        super(Sheets.SQLSERVER, version);
    }

    @Override
    String text(String value) {
        if (value.length() > TEXT_UNITS_MAX) {
            throw new NotOffered("a text of more than " + TEXT_UNITS_MAX + " characters");
        }
        // A backslash at the end of a line would join it with the next one.
        boolean plain = value.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
        if (plain) {
            return "N'" + value.replace("'", "''") + "'";
        }
        return "CAST(0x" + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_16LE)) + " AS NVARCHAR("
                + value.length() + "))";
    }

    @Override
    String type(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "BIT";
            case TINYINT, SMALLINT, INTEGER -> "INT";
            case BIGINT -> "BIGINT";
            case DECIMAL -> "DECIMAL(" + type.getPrecision() + ", " + Math.max(0, type.getScale()) + ")";
            case FLOAT, REAL, DOUBLE -> "FLOAT";
            case CHAR, VARCHAR, NULL -> "NVARCHAR(4000)";
            case BINARY, VARBINARY -> "VARBINARY(8000)";
            case DATE -> "DATE";
            case TIME -> "TIME(6)";
            case TIMESTAMP -> "DATETIME2(6)";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> "DATETIMEOFFSET(6)";
            default -> throw new NotOffered("the type " + type.getSqlTypeName());
        };
    }

    /** ISO forms, which these types read alike whatever the session's language and order of day and month. */
    @Override
    String moment(Kind kind, String iso) {
        return switch (kind) {
            case DATE -> "CAST('" + iso + "' AS DATE)";
            case TIME -> "CAST('" + iso + "' AS TIME(6))";
            case TIMESTAMP -> "CAST('" + iso.replace(' ', 'T') + "' AS DATETIME2(6))";
            case BOOLEAN, NUMBER, TEXT, BINARY, INSTANT, INTERVAL, OTHER -> super.moment(kind, iso);
        };
    }

    @Override
    String special(RexLiteral literal) {
        return switch (literal.getTypeName()) {
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                "CAST('"
                        + LiteralValues.of(literal, TimestampString.class)
                                .toString()
                                .replace(' ', 'T') + "+00:00' AS DATETIMEOFFSET(6))";
            default -> super.special(literal);
        };
    }

    @Override
    String timestampWord() {
        return "DATETIME2(6)";
    }

    @Override
    String cast(RexCall call, String operand) {
        RelDataType from = call.getOperands().getFirst().getType();
        RelDataType to = call.getType();
        if (Types.kind(from) == Kind.TEXT && Types.isWidening(from, to)) {
            return operand;
        }
        if (Types.isWidening(from, to) || (Types.kind(from) == Kind.DATE && Types.kind(to) == Kind.TIMESTAMP)) {
            return "CAST(" + operand + " AS " + type(to) + ")";
        }
        throw new NotOffered("a cast from " + from.getSqlTypeName() + " to " + to.getSqlTypeName());
    }

    @Override
    String compare(String operator, Kind kind, String left, String right) {
        return switch (kind) {
            case TEXT -> text(operator, left, right);
            case TIMESTAMP -> timestamp(operator, left, right);
            case NUMBER, DATE, TIME, INSTANT -> "(" + left + " " + operator + " " + right + ")";
            case BOOLEAN, BINARY, INTERVAL, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
    }

    /**
     * The old type {@code datetime} counts in three hundredths of a second, is read in thousandths and compared in full. So a column is
     * compared as it is read, by way of its text, and by its day, which an index serves.
     */
    private static String timestamp(String operator, String left, String right) {
        boolean loose = isMoment(right) && !isMoment(left) && !operator.equals("<>");
        String days = operator.startsWith("<") ? "<=" : operator.startsWith(">") ? ">=" : "=";
        return "("
                + (loose ? "CAST(" + left + " AS DATE) " + days + " CAST(" + right + " AS DATE) AND " : "")
                + asRead(left) + " " + operator + " " + asRead(right) + ")";
    }

    private static String asRead(String moment) {
        return isMoment(moment) ? moment : "CAST(CONVERT(VARCHAR(27), " + moment + ", 121) AS DATETIME2(7))";
    }

    private static boolean isMoment(String sql) {
        return sql.startsWith("CAST('") || ValuePlace.isMark(sql);
    }

    /** Two columns may have collations that do not go together; a literal goes with any. */
    private String text(String operator, String left, String right) {
        boolean equal = operator.equals("=");
        String both = equal ? " AND " : " OR ";
        String exact = binaryText(left) + " " + operator + " " + side(right) + both + length(left) + " " + operator
                + " " + length(right);
        boolean loose = equal && isLiteral(left) != isLiteral(right);
        return "(" + (loose ? left + " = " + right + " AND " : "") + exact + ")";
    }

    private String side(String text) {
        return isLiteral(text) ? text : binaryText(text);
    }

    private static boolean isLiteral(String text) {
        return text.startsWith("N'") || text.startsWith("CAST(0x") || ValuePlace.isMark(text);
    }

    /** In bytes, with the spaces at the end. */
    private static String length(String text) {
        return "DATALENGTH(" + (isLiteral(text) ? text : national(text)) + ")";
    }

    private static String national(String text) {
        return "CAST(" + text + " AS NVARCHAR(MAX))";
    }

    @Override
    String distinct(Kind kind, String left, String right) {
        return "(CASE WHEN " + compare("=", kind, left, right) + " OR (" + left + " IS NULL AND " + right
                + " IS NULL) THEN 0 ELSE 1 END = 1)";
    }

    /** National first: a collation alone would bring the text into its own character set. */
    @Override
    String binaryText(String text) {
        return national(text) + " COLLATE " + COLLATION;
    }

    @Override
    String binaryKey(String text) {
        return binaryText(text);
    }

    @Override
    String isNull(String expression) {
        return "(CASE WHEN " + expression + " IS NULL THEN 1 ELSE 0 END)";
    }

    /** A bracket would begin a set of characters, and one place is one code unit. */
    @Override
    String like(RexCall call, List<String> operands) {
        SharedFunctions.pattern(call, operands);
        String pattern = LiteralValues.of((RexLiteral) call.getOperands().get(1), String.class);
        if (pattern.indexOf('_') >= 0) {
            throw new NotOffered("LIKE with a pattern that has a place for one character");
        }
        return "(" + binaryText(operands.getFirst()) + " LIKE " + text(pattern.replace("[", "[[]")) + ")";
    }

    @Override
    List<String> together(List<String> texts) {
        return texts.size() == 1 ? texts : texts.stream().map(this::united).toList();
    }

    @Override
    String united(String text) {
        return binaryText(text);
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return switch (call.getOperator().getName()) {
            case "||" -> joined(" + ", operands.stream().map(this::binaryText).toList());
            case "EXTRACT" -> "DATEPART(" + SharedFunctions.calendarUnit(call) + ", " + operands.get(1) + ")";
            case "FLOOR" -> operands.size() == 1 ? SharedFunctions.exactFloor(call, operands) : day(call, operands);
            case "CURRENT_DATE" -> "CAST(SYSUTCDATETIME() AS DATE)";
            default -> arithmetic(call, operands);
        };
    }

    private static String day(RexCall call, List<String> operands) {
        String unit = SharedFunctions.monthUnit(SharedFunctions.unit(call, 1));
        return switch (Types.kind(call.getOperands().getFirst().getType())) {
            case DATE, TIMESTAMP -> "DATETRUNC(" + unit + ", " + operands.getFirst() + ")";
            default -> throw notOffered(call);
        };
    }

    /** In decimals of the operands' own width, whose result is as wide as it has to be while it has 38 digits at most. */
    private static String arithmetic(RexCall call, List<String> operands) {
        String plain = SharedFunctions.arithmetic(call, operands);
        if (call.getKind() == SqlKind.MOD) {
            return plain;
        }
        if (call.getKind() == SqlKind.MINUS_PREFIX) {
            return "(- "
                    + decimal(operands.getFirst(), call.getOperands().getFirst().getType()) + ")";
        }
        RelDataType left = call.getOperands().get(0).getType();
        RelDataType right = call.getOperands().get(1).getType();
        int digits = call.getKind() == SqlKind.TIMES
                ? digits(left) + digits(right) + 1
                : Math.max(digits(left) - scale(left), digits(right) - scale(right))
                        + Math.max(scale(left), scale(right))
                        + 1;
        if (operands.size() != 2 || digits > DIGITS_MAX) {
            throw new NotOffered("arithmetic with results of more than " + DIGITS_MAX + " digits");
        }
        String operator = plain.substring(
                1 + operands.getFirst().length(),
                plain.length() - 1 - operands.get(1).length());
        return "(" + decimal(operands.get(0), left) + operator + decimal(operands.get(1), right) + ")";
    }

    private static String decimal(String value, RelDataType type) {
        return "CAST(" + value + " AS DECIMAL(" + digits(type) + ", " + scale(type) + "))";
    }

    private static int digits(RelDataType type) {
        return type.getPrecision();
    }

    private static int scale(RelDataType type) {
        return Math.max(0, type.getScale());
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
    String count() {
        return "COUNT_BIG";
    }

    /** A sum is of the type of what is summed, and fails where that is too small. */
    @Override
    String summand(String value, RelDataType type) {
        return "CAST(" + value + " AS DECIMAL(" + DIGITS_MAX + ", " + scale(type) + "))";
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
    String orderedSubQuery() {
        return "OFFSET 0 ROWS";
    }

    @Override
    String fence() {
        return "ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT " + ROWS_MAX + " ROWS ONLY";
    }
}
