package io.belvedere.federation.dialect;

import static io.belvedere.federation.dialect.SharedFunctions.atLeastOne;

import io.belvedere.federation.dialect.Types.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.TimestampString;

/** DuckDB 2.0: the join engine, which sets the meaning of whatever a source is not asked, and sources in files. */
final class DuckDbDialect extends Dialect {
    DuckDbDialect() {
        super(Sheets.DUCKDB, Sheets.DUCKDB.oldest());
    }

    @Override
    String text(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new NotOffered("a text with a zero character");
        }
        return "'" + value.replace("'", "''") + "'";
    }

    @Override
    String type(RelDataType type) {
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> "BOOLEAN";
            case TINYINT, SMALLINT, INTEGER -> "INTEGER";
            case BIGINT -> "BIGINT";
            case DECIMAL -> {
                int scale = Math.clamp(type.getScale(), 0, 38);
                yield "DECIMAL(" + Math.clamp(type.getPrecision(), Math.max(1, scale), 38) + ", " + scale + ")";
            }
            case FLOAT, REAL, DOUBLE -> "DOUBLE";
            case CHAR, VARCHAR, NULL -> "VARCHAR";
            case BINARY, VARBINARY -> "BLOB";
            case DATE -> "DATE";
            case TIME -> "TIME";
            case TIMESTAMP -> "TIMESTAMP";
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> "TIMESTAMPTZ";
            default -> {
                if (Types.kind(type) == Kind.INTERVAL) {
                    yield "INTERVAL";
                }
                throw new NotOffered("the type " + type.getSqlTypeName());
            }
        };
    }

    @Override
    String special(RexLiteral literal) {
        return switch (Types.kind(literal.getType())) {
            case INTERVAL -> {
                String amount = LiteralValues.of(literal, BigDecimal.class).toPlainString();
                boolean months = SqlTypeName.YEAR_INTERVAL_TYPES.contains(
                        literal.getType().getSqlTypeName());
                yield months ? "to_months(" + amount + ")" : "to_milliseconds(" + amount + ")";
            }
            case BINARY ->
                "from_hex('"
                        + HexFormat.of()
                                .formatHex(LiteralValues.of(literal, ByteString.class)
                                        .getBytes()) + "')";
            case INSTANT -> "TIMESTAMPTZ '" + LiteralValues.of(literal, TimestampString.class) + "+00'";
            case BOOLEAN, NUMBER, TEXT, DATE, TIME, TIMESTAMP, OTHER -> super.special(literal);
        };
    }

    @Override
    String cast(RexCall call, String operand) {
        return castTo(operand, call.getOperands().getFirst().getType(), call.getType());
    }

    /** A value of an engine expression as the type that the plan promises for it. */
    String castTo(String operand, RelDataType from, RelDataType to) {
        // DuckDB does not cast the one to the other; its session is in UTC.
        boolean timeOfInstant = Types.kind(from) == Kind.INSTANT && Types.kind(to) == Kind.TIME;
        String plain =
                "CAST(" + (timeOfInstant ? "CAST(" + operand + " AS TIMESTAMP)" : operand) + " AS " + type(to) + ")";
        if (Types.kind(to) != Kind.TEXT || to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED) {
            return plain;
        }
        boolean fits = Types.kind(from) == Kind.TEXT && Types.isWidening(from, to);
        return fits ? plain : "substring(" + plain + ", 1, " + to.getPrecision() + ")";
    }

    @Override
    String compare(String operator, Kind kind, String left, String right) {
        return "(" + left + " " + operator + " " + right + ")";
    }

    @Override
    String distinct(Kind kind, String left, String right) {
        return "(" + left + " IS DISTINCT FROM " + right + ")";
    }

    @Override
    String binaryText(String text) {
        return text;
    }

    @Override
    String binaryKey(String text) {
        return text;
    }

    @Override
    String like(RexCall call, List<String> operands) {
        String escape = operands.size() > 2 ? " ESCAPE " + operands.get(2) : "";
        return "(" + operands.get(0) + " LIKE " + operands.get(1) + escape + ")";
    }

    @Override
    String function(RexCall call, List<String> operands) {
        return DuckDbFunctions.write(this, call, operands);
    }

    static String substring(RexCall call, List<String> operands) {
        boolean positive = LiteralValues.isAtLeast(call.getOperands().get(1), 1);
        String start = operands.get(1);
        if (operands.size() == 2) {
            return "substring(" + operands.get(0) + ", " + (positive ? start : atLeastOne(start)) + ")";
        }
        String length = operands.get(2);
        if (positive && LiteralValues.isAtLeast(call.getOperands().get(2), 0)) {
            return "substring(" + String.join(", ", operands) + ")";
        }
        String end = "(" + start + " + " + length + ")";
        String first = atLeastOne(start);
        return "substring(" + operands.get(0) + ", " + first + ", (CASE WHEN " + end + " < " + first + " THEN 0 ELSE "
                + end + " - " + first + " END))";
    }

    @Override
    String over(RexOver over, List<String> refs) {
        RexWindow window = over.getWindow();
        List<String> clauses = new ArrayList<>();
        if (!window.partitionKeys.isEmpty()) {
            clauses.add("PARTITION BY " + String.join(", ", renderAll(window.partitionKeys, refs)));
        }
        if (!window.orderKeys.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (RexFieldCollation key : window.orderKeys) {
                keys.add(render(key.left, refs)
                        + (key.right.contains(SqlKind.DESCENDING) ? " DESC" : " ASC")
                        + (key.right.contains(SqlKind.NULLS_FIRST) ? " NULLS FIRST" : " NULLS LAST"));
            }
            clauses.add("ORDER BY " + String.join(", ", keys));
        }
        if (DuckDbFunctions.takesFrame(over.getAggOperator().getKind())) {
            clauses.add((window.isRows() ? "ROWS" : "RANGE") + " BETWEEN " + bound(window.getLowerBound(), refs)
                    + " AND " + bound(window.getUpperBound(), refs));
        }
        List<String> arguments = renderAll(over.getOperands(), refs);
        String call = DuckDbFunctions.aggregateCall(
                this, over.getAggOperator(), arguments, over.isDistinct(), over.ignoreNulls());
        String sql = call + " OVER (" + String.join(" ", clauses) + ")";
        String safe = over.getAggOperator().getKind() == SqlKind.SUM0 ? "COALESCE(" + sql + ", 0)" : sql;
        return "CAST(" + safe + " AS " + type(over.getType()) + ")";
    }

    private String bound(RexWindowBound bound, List<String> refs) {
        if (bound.isCurrentRow()) {
            return "CURRENT ROW";
        }
        RexNode offset = bound.getOffset();
        String amount = offset == null ? "UNBOUNDED" : render(offset, refs);
        return amount + (bound.isPreceding() ? " PRECEDING" : " FOLLOWING");
    }

    @Override
    String aggregateCall(AggregateCall call, List<String> arguments, List<RelDataType> types, String filter) {
        if (!call.getCollation().getFieldCollations().isEmpty()) {
            throw new NotOffered("an aggregate with an order");
        }
        if (call.getAggregation().getKind() == SqlKind.LITERAL_AGG) {
            return render(call.rexList.getFirst(), List.of());
        }
        if (call.getAggregation().getKind() == SqlKind.SINGLE_VALUE) {
            return "(CASE WHEN COUNT(*) <= 1 THEN any_value(" + arguments.getFirst()
                    + ") ELSE error('a scalar sub-query gave several rows') END)";
        }
        String sql = DuckDbFunctions.aggregateCall(
                this, call.getAggregation(), arguments, call.isDistinct(), call.ignoreNulls());
        String filtered = filter.isEmpty() ? sql : sql + " FILTER (WHERE " + filter + ")";
        String safe = call.getAggregation().getKind() == SqlKind.SUM0 ? "COALESCE(" + filtered + ", 0)" : filtered;
        return "CAST(" + safe + " AS " + type(call.getType()) + ")";
    }

    @Override
    boolean readsExactTypes() {
        return true;
    }

    @Override
    String promised(String column, RelDataType type) {
        return "CAST(" + column + " AS " + type(type) + ")";
    }

    @Override
    String fence() {
        // The engine takes a step of its own; a source in files needs one that the optimiser does not look through.
        return "OFFSET 0";
    }
}
