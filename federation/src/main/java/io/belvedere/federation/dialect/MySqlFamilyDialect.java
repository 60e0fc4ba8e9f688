package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexOver;

/**
 * MariaDB and MySQL. Their text compares by the column's collation, mostly without case and trailing spaces: equality is written
 * twice, once in the column's collation (a superset, which an index serves) and once by code point.
 */
final class MySqlFamilyDialect extends Dialect {
    /** Of utf8mb4, by code point, without padding. */
    private final String collation;

    private final SourceKind kind;
    private final ServerVersion version;
    private final Map<String, TextColumn> columns;
    private final List<Spelling> values;

    /** @param kind MariaDB or MySQL */
    MySqlFamilyDialect(SourceKind kind, ServerVersion version) {
        this(kind, version, Map.of(), List.of());
    }

    private MySqlFamilyDialect(
            SourceKind kind, ServerVersion version, Map<String, TextColumn> columns, List<Spelling> values) {
        super(CapabilitySheet.of(kind), version);
        this.kind = kind;
        this.version = version;
        this.columns = columns;
        this.values = values;
        this.collation = kind == SourceKind.MYSQL ? "utf8mb4_0900_bin" : "utf8mb4_nopad_bin";
    }

    @Override
    Dialect knowing(Map<String, TextColumn> known, List<Spelling> later) {
        return new MySqlFamilyDialect(kind, version, known, later);
    }

    @Override
    Optional<TextColumn> known(String column) {
        return Optional.ofNullable(columns.get(column));
    }

    @Override
    String text(String value) {
        boolean plain = value.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\' && c != '\'');
        if (plain) {
            return "'" + value + "'";
        }
        // In hex, neither NO_BACKSLASH_ESCAPES nor the connection's character set can make the literal end early.
        return "_utf8mb4 x'" + HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    @Override
    String type(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT -> "SIGNED";
            case DECIMAL -> "DECIMAL(" + type.getPrecision() + ", " + Math.max(0, type.getScale()) + ")";
            case FLOAT, REAL, DOUBLE -> "DOUBLE";
            case CHAR, VARCHAR, NULL -> "CHAR";
            case BINARY, VARBINARY -> "BINARY";
            case DATE -> "DATE";
            case TIME -> "TIME(6)";
            case TIMESTAMP -> "DATETIME(6)";
            default -> throw new NotOffered("the type " + type.getSqlTypeName());
        };
    }

    @Override
    String timestampWord() {
        return "DATETIME(6)";
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
            case TEXT ->
                "(" + (operator.equals("=") ? loose(left, right) : "") + binaryText(left) + " " + operator + " "
                        + side(right) + ")";
            case NUMBER, DATE, TIME, TIMESTAMP -> "(" + left + " " + operator + " " + right + ")";
            case BOOLEAN, BINARY, INTERVAL, INSTANT, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
    }

    /**
     * The equality of two texts in a column's own collation, which its index serves and which is true wherever they are the same.
     * Nothing where there is none: a column whose character set lacks what a literal holds, and two columns of which it is not known
     * how to bring them together, are an error there.
     */
    private String loose(String left, String right) {
        if (isLiteral(left) || isLiteral(right)) {
            String literal = isLiteral(right) ? right : left;
            return holds(isLiteral(right) ? left : right, spelling(literal)) ? left + " = " + right + " AND " : "";
        }
        TextColumn one = columns.get(left);
        TextColumn other = columns.get(right);
        if (one == null || other == null) {
            return "";
        }
        return one.collation().equals(other.collation())
                ? left + " = " + right + " AND "
                : left + " = " + as(one, right) + " AND " + right + " = " + as(other, left) + " AND ";
    }

    /** A text as a value of a column. What the column cannot hold becomes a question mark: more rows are found, never fewer. */
    private static String as(TextColumn column, String text) {
        return "CONVERT(" + text + " USING " + column.charset() + ") COLLATE " + column.collation();
    }

    private boolean holds(String text, Spelling spelling) {
        TextColumn column = columns.get(text);
        return spelling == Spelling.ASCII || (column != null && column.holds(spelling));
    }

    private Spelling spelling(String literal) {
        if (ValuePlace.isMark(literal)) {
            int value = ValuePlace.value(literal);
            // While it is only tried whether something can be written, nothing is known of values.
            return value < values.size() ? values.get(value) : Spelling.FULL;
        }
        return literal.startsWith("'") ? Spelling.ASCII : Spelling.of(unhexed(literal));
    }

    private static String unhexed(String literal) {
        String digits = literal.substring(literal.indexOf('\'') + 1, literal.length() - 1);
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8);
    }

    /** A column whose character set lacks what a literal holds does not go with it. */
    @Override
    List<String> together(List<String> texts) {
        if (texts.size() > 1 && texts.stream().anyMatch(text -> text.startsWith("_utf8mb4 "))) {
            throw new NotOffered("text beyond ASCII put together with other text");
        }
        return texts;
    }

    private String concat(List<String> operands) {
        return "CONCAT(" + String.join(", ", together(operands)) + ")";
    }

    @Override
    String distinct(Kind kind, String left, String right) {
        return switch (kind) {
            case TEXT -> "(NOT (" + binaryText(left) + " <=> " + binaryText(right) + "))";
            case NUMBER, DATE, TIME, TIMESTAMP -> "(NOT (" + left + " <=> " + right + "))";
            case BOOLEAN, BINARY, INTERVAL, INSTANT, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
    }

    @Override
    String binaryText(String text) {
        return "CONVERT(" + text + " USING utf8mb4) COLLATE " + collation;
    }

    /** The other side of a comparison: a literal takes the collation of the side that names one. */
    private String side(String text) {
        return isLiteral(text) ? text : binaryText(text);
    }

    private static boolean isLiteral(String text) {
        return text.startsWith("'") || text.startsWith("_utf8mb4 ") || ValuePlace.isMark(text);
    }

    @Override
    String binaryKey(String text) {
        return binaryText(text);
    }

    @Override
    String like(RexCall call, List<String> operands) {
        String pattern = SharedFunctions.pattern(call, operands);
        String text = operands.getFirst();
        boolean begins = servesPattern(
                text, LiteralValues.of((RexLiteral) call.getOperands().get(1), String.class));
        return "(" + (begins ? text + " LIKE " + pattern + " AND " : "") + binaryText(text) + " LIKE " + pattern + ")";
    }

    /** Whether an index of the column may find what begins as the pattern does, and misses nothing. */
    private boolean servesPattern(String text, String pattern) {
        TextColumn column = columns.get(text);
        boolean begins = !pattern.isEmpty() && !pattern.startsWith("%") && !pattern.startsWith("_");
        return begins && column != null && column.comparesByCharacter() && column.holds(Spelling.of(pattern));
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return switch (call.getOperator().getName()) {
            case "||" -> concat(operands);
            case "SUBSTRING" -> "SUBSTRING(" + SharedFunctions.substringArguments(call, operands) + ")";
            case "CHAR_LENGTH", "CHARACTER_LENGTH" -> "CHAR_LENGTH(" + operands.getFirst() + ")";
            case "POSITION" -> "LOCATE(" + operands.get(0) + ", " + binaryText(operands.get(1)) + ")";
            case "EXTRACT" -> "EXTRACT(" + SharedFunctions.calendarUnit(call) + " FROM " + operands.get(1) + ")";
            case "FLOOR" -> operands.size() == 1 ? SharedFunctions.exactFloor(call, operands) : day(call, operands);
            case "CURRENT_DATE" -> "UTC_DATE()";
            // A decimal remainder may be -0.00, which is less than 0 there; a sum never is.
            case "MOD" -> "(" + SharedFunctions.remainder(call, operands) + " + 0)";
            default -> SharedFunctions.arithmetic(call, operands);
        };
    }

    /** Steps back from the day, as it has no function that cuts a date. */
    private String day(RexCall call, List<String> operands) {
        RelDataType from = call.getOperands().getFirst().getType();
        boolean isDate = Types.kind(from) == Kind.DATE;
        if (!isDate && Types.kind(from) != Kind.TIMESTAMP) {
            throw notOffered(call);
        }
        String day = isDate ? operands.getFirst() : "CAST(" + operands.getFirst() + " AS DATE)";
        String month = "(" + day + " - INTERVAL (DAYOFMONTH(" + day + ") - 1) DAY)";
        String first = switch (SharedFunctions.monthUnit(SharedFunctions.unit(call, 1))) {
            case "year" -> "(" + day + " - INTERVAL (DAYOFYEAR(" + day + ") - 1) DAY)";
            case "quarter" -> "(" + month + " - INTERVAL ((MONTH(" + day + ") - 1) % 3) MONTH)";
            case "month" -> month;
            default -> day;
        };
        return isDate ? first : "CAST(" + first + " AS " + timestampWord() + ")";
    }

    /** A type that it has, but no cast to. */
    @Override
    String nullOf(RelDataType type) {
        return Types.kind(type) == Kind.INSTANT ? "NULL" : super.nullOf(type);
    }

    @Override
    String over(RexOver over, List<String> refs) {
        return SharedWindows.write(this, over, refs);
    }

    @Override
    String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        return SharedFunctions.aggregate(this, call, arguments, types, "");
    }

    /** MySQL wants one before a WHERE; to MariaDB it is all the same. */
    @Override
    String noTable() {
        return "DUAL";
    }

    @Override
    String promised(String column, RelDataType type) {
        return Types.isExact(type) ? "CAST(" + column + " AS " + type(type) + ")" : column;
    }

    @Override
    String fence() {
        return "LIMIT 18446744073709551615";
    }
}
