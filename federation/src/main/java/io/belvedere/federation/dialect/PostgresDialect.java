package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.util.TimestampString;

/** PostgreSQL 12 and later. */
final class PostgresDialect extends Dialect {
    private static final Pattern COLUMN = Pattern.compile("\"[^\"]+\"\\.\"[^\"]+\"");

    PostgresDialect(ServerVersion version) {
        super(CapabilitySheet.of(SourceKind.POSTGRESQL), version);
    }

    /** A text in quotes is of no type yet, from which {@code LAG} cannot tell its own. */
    @Override
    String anyTyped(String argument, RexNode node) {
        boolean isBareText = !(node instanceof RexInputRef) && Types.kind(node.getType()) == Types.Kind.TEXT;
        return isBareText ? "CAST(" + argument + " AS text)" : argument;
    }

    @Override
    String text(String value) {
        boolean plain = value.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c));
        if (plain) {
            return "'" + value.replace("'", "''") + "'";
        }
        // E'' reads a backslash alike whatever standard_conforming_strings says.
        StringBuilder sql = new StringBuilder("E'");
        value.codePoints().forEach(c -> {
            switch (c) {
                case '\\' -> sql.append("\\\\");
                case '\'' -> sql.append("''");
                case 0 -> throw new NotOffered("a text with a zero character");
                default -> {
                    if (Character.isISOControl(c)) {
                        sql.append(String.format("\\u%04x", c));
                    } else {
                        sql.appendCodePoint(c);
                    }
                }
            }
        });
        return sql.append('\'').toString();
    }

    @Override
    String type(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "BOOLEAN";
            case TINYINT, SMALLINT, INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DECIMAL -> "NUMERIC(" + type.getPrecision() + ", " + Math.max(0, type.getScale()) + ")";
            case FLOAT, REAL, DOUBLE -> "DOUBLE PRECISION";
            case CHAR, VARCHAR, NULL -> "TEXT";
            case BINARY, VARBINARY -> "BYTEA";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> "TIMESTAMPTZ";
            default -> throw new NotOffered("the type " + type.getSqlTypeName());
        };
    }

    @Override
    String special(RexLiteral literal) {
        return switch (literal.getTypeName()) {
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                "TIMESTAMPTZ '" + LiteralValues.of(literal, TimestampString.class) + "+00'";
            default -> super.special(literal);
        };
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
                (operator.equals("=") || operator.equals("<>")) && (isLiteral(left) || isLiteral(right))
                        ? "(" + collated(left) + " " + operator + " " + collated(right) + ")"
                        : "(" + binaryText(left) + " " + operator + " " + right + ")";
            case NUMBER, BOOLEAN, DATE, TIME, TIMESTAMP, INSTANT -> "(" + left + " " + operator + " " + right + ")";
            case BINARY, INTERVAL, OTHER -> throw new NotOffered("a comparison of " + kind);
        };
    }

    @Override
    String distinct(Kind kind, String left, String right) {
        return compare("IS DISTINCT FROM", kind, left, right);
    }

    /** Two columns may have collations that do not go together; a literal goes with any. */
    private static boolean isLiteral(String text) {
        return text.startsWith("'") || text.startsWith("E'") || ValuePlace.isMark(text);
    }

    /** What is computed of two columns may have no collation, and then cannot be compared; a column and a literal have one. */
    private String collated(String text) {
        return COLUMN.matcher(text).matches() || isLiteral(text) ? text : binaryText(text);
    }

    @Override
    String binaryText(String text) {
        return "(" + text + " COLLATE \"C\")";
    }

    @Override
    String binaryKey(String text) {
        return collated(text);
    }

    /** Columns may have collations that do not go together; what is made of them has one, so that it can be grouped and compared further out. */
    @Override
    List<String> together(List<String> values) {
        List<String> columns =
                values.stream().filter(value -> !isLiteral(value)).toList();
        return columns.size() < 2
                ? values
                : values.stream()
                        .map(value -> isLiteral(value) ? value : binaryText(value))
                        .toList();
    }

    @Override
    String like(RexCall call, List<String> operands) {
        return "(" + collated(operands.getFirst()) + " LIKE " + SharedFunctions.pattern(call, operands) + ")";
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return switch (call.getOperator().getName()) {
            case "||" -> joined(" || ", together(operands));
            case "SUBSTRING" -> "substring(" + SharedFunctions.substringArguments(call, operands) + ")";
            case "CHAR_LENGTH", "CHARACTER_LENGTH" -> "char_length(" + operands.getFirst() + ")";
            case "POSITION" -> "position(" + operands.get(0) + " in " + binaryText(operands.get(1)) + ")";
            case "EXTRACT" ->
                "CAST(extract(" + SharedFunctions.calendarUnit(call) + " FROM " + operands.get(1) + ") AS BIGINT)";
            case "FLOOR" -> floor(call, operands);
            case "CURRENT_DATE" -> "CAST((now() AT TIME ZONE 'UTC') AS DATE)";
            default -> SharedFunctions.arithmetic(call, operands);
        };
    }

    private String floor(RexCall call, List<String> operands) {
        if (operands.size() == 1) {
            return SharedFunctions.exactFloor(call, operands);
        }
        TimeUnitRange unit = SharedFunctions.unit(call, 1);
        String name = SharedFunctions.monthUnit(unit);
        return switch (Types.kind(call.getOperands().getFirst().getType())) {
            case DATE, TIMESTAMP ->
                "CAST(date_trunc('" + name + "', " + operands.getFirst() + ") AS " + type(call.getType()) + ")";
            case INSTANT -> "date_trunc('" + name + "', " + operands.getFirst() + ", 'UTC')";
            default -> throw notOffered(call);
        };
    }

    @Override
    String over(RexOver over, List<String> refs) {
        return SharedWindows.write(this, over, refs);
    }

    @Override
    String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        String clause = filter.isEmpty() ? "" : " FILTER (WHERE " + filter + ")";
        return SharedFunctions.aggregate(this, call, arguments, types, clause);
    }

    @Override
    String promised(String column, RelDataType type) {
        return Types.isExact(type) ? "CAST(" + column + " AS " + type(type) + ")" : column;
    }

    @Override
    String fence() {
        return "OFFSET 0";
    }
}
