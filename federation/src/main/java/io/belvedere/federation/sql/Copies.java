package io.belvedere.federation.sql;

import java.util.Locale;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.fun.SqlCase;

/**
 * How often validation writes an operand when it says an operation in simpler ones: {@code COALESCE(a, b)} is
 * {@code CASE WHEN a IS NOT NULL THEN a ELSE b END}. Nested in each other, such copies multiply.
 */
final class Copies {
    private Copies() {}

    static long of(SqlNode parent, int operand) {
        if (!(parent instanceof SqlCall call)) {
            return 1;
        }
        if (call instanceof SqlCase choice) {
            return operand == 0 && choice.getValueOperand() != null
                    ? Math.max(1, choice.getWhenOperands().size())
                    : 1;
        }
        return switch (call.getKind()) {
            case BETWEEN -> 4;
            case IN, NOT_IN, SOME, ALL ->
                operand == 0 && call.operand(1) instanceof SqlNodeList list ? Math.max(1, list.size()) : 1;
            default -> byName(call);
        };
    }

    private static long byName(SqlCall call) {
        return switch (call.getOperator().getName().toUpperCase(Locale.ROOT)) {
            case "COALESCE", "NVL", "IFNULL", "NULLIF" -> 2;
            case "CONCAT", "ENDS_WITH", "DATEDIFF", "DATE_DIFF", "{FN CONCAT}", "{FN IFNULL}" -> 2;
            default -> 1;
        };
    }
}
