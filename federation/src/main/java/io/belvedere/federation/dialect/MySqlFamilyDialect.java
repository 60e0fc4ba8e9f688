package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexOver;

/**
 * MariaDB and MySQL. Their text compares by the column's collation, mostly without case and trailing spaces: equality is written
 * twice, once in the column's collation (a superset, which an index serves) and once by code point.
 */
final class MySqlFamilyDialect extends Dialect {
    /** Of utf8mb4, by code point, without padding. */
    private final String collation;

    /** @param kind MariaDB or MySQL */
    MySqlFamilyDialect(SourceKind kind, ServerVersion version) {
        super(CapabilitySheet.of(kind), version);
        this.collation = kind == SourceKind.MYSQL ? "utf8mb4_0900_bin" : "utf8mb4_nopad_bin";
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
                operator.equals("=") && (isPlain(left) || isPlain(right))
                        ? "(" + left + " = " + right + " AND " + binaryText(left) + " = " + side(right) + ")"
                        : "(" + binaryText(left) + " " + operator + " " + side(right) + ")";
            case NUMBER, DATE, TIME, TIMESTAMP -> "(" + left + " " + operator + " " + right + ")";
            case BOOLEAN, BINARY, INTERVAL, INSTANT, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
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

    /** Two columns may have collations that do not go together, and a column's character set may lack what a literal holds; ASCII goes with any. */
    private static boolean isPlain(String text) {
        return text.startsWith("'");
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
        return "(" + binaryText(operands.getFirst()) + " LIKE " + SharedFunctions.pattern(call, operands) + ")";
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return switch (call.getOperator().getName()) {
            case "||" -> concat(operands);
            case "SUBSTRING" -> "SUBSTRING(" + SharedFunctions.substringArguments(call, operands) + ")";
            case "CHAR_LENGTH", "CHARACTER_LENGTH" -> "CHAR_LENGTH(" + operands.getFirst() + ")";
            case "POSITION" -> "LOCATE(" + operands.get(0) + ", " + binaryText(operands.get(1)) + ")";
            case "EXTRACT" -> "EXTRACT(" + SharedFunctions.calendarUnit(call) + " FROM " + operands.get(1) + ")";
            case "FLOOR" -> SharedFunctions.exactFloor(call, operands);
            case "CURRENT_DATE" -> "UTC_DATE()";
            default -> SharedFunctions.arithmetic(call, operands);
        };
    }

    @Override
    String over(RexOver over, List<String> refs) {
        return SharedWindows.write(this, over, refs);
    }

    @Override
    String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        return SharedFunctions.aggregate(this, call, arguments, types, "");
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
