package io.belvedere.federation.dialect;

import io.belvedere.federation.dialect.Types.Kind;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;
import org.apache.calcite.sql.SqlKind;

/** Window functions that every product with windows computes alike: ranks, neighbours, and the aggregates that sources compute. */
final class SharedWindows {
    private SharedWindows() {}

    static String write(Dialect dialect, RexOver over, List<String> refs) {
        if (over.isDistinct() || over.ignoreNulls()) {
            throw new NotOffered("a window function with DISTINCT or IGNORE NULLS");
        }
        List<String> arguments = dialect.renderAll(over.getOperands(), refs);
        String window = " OVER (" + window(dialect, over, refs) + ")";
        return switch (over.getAggOperator().getKind()) {
            case ROW_NUMBER, RANK, DENSE_RANK ->
                dialect.computed(over.getAggOperator().getKind() + "()" + window, over.getType());
            case COUNT ->
                dialect.computed(
                        dialect.count() + "(" + (arguments.isEmpty() ? "*" : one(arguments)) + ")" + window,
                        over.getType());
            case SUM -> dialect.computed("SUM(" + exact(dialect, over, arguments) + ")" + window, over.getType());
            case SUM0 ->
                dialect.computed(
                        "COALESCE(SUM(" + exact(dialect, over, arguments) + ")" + window + ", 0)", over.getType());
            case MIN, MAX -> over.getAggOperator().getKind() + "(" + ordered(dialect, over, arguments) + ")" + window;
            case FIRST_VALUE, LAST_VALUE ->
                over.getAggOperator().getKind() + "("
                        + dialect.anyTyped(one(arguments), over.getOperands().getFirst()) + ")" + window;
            case LAG, LEAD ->
                over.getAggOperator().getKind() + "(" + neighbour(dialect, over, arguments) + ")" + window;
            // Window functions are an open set; the engine computes the rest.
            default ->
                throw new NotOffered(
                        "the window function " + over.getAggOperator().getName());
        };
    }

    private static String one(List<String> arguments) {
        if (arguments.size() != 1) {
            throw new NotOffered("a window function with several arguments");
        }
        return arguments.getFirst();
    }

    private static String exact(Dialect dialect, RexOver over, List<String> arguments) {
        RelDataType type = over.getOperands().getFirst().getType();
        if (!Types.isExact(type)) {
            throw new NotOffered("a sum of binary fractions");
        }
        return dialect.summand(one(arguments), type);
    }

    private static String ordered(Dialect dialect, RexOver over, List<String> arguments) {
        Kind kind = Types.kind(over.getOperands().getFirst().getType());
        if (kind == Kind.BOOLEAN) {
            throw new NotOffered("the least or greatest of truth values");
        }
        if (kind != Kind.TEXT) {
            return one(arguments);
        }
        dialect.require(Feature.TEXT_ORDER);
        return dialect.binaryText(one(arguments));
    }

    /** A distance only where it is a constant; a default is not offered by every product. */
    private static String neighbour(Dialect dialect, RexOver over, List<String> arguments) {
        boolean plain = arguments.size() == 1
                || (arguments.size() == 2
                        && LiteralValues.isAtLeast(over.getOperands().get(1), 0));
        if (!plain) {
            throw new NotOffered(over.getAggOperator().getName() + " with a computed distance or a default");
        }
        List<String> typed = new ArrayList<>(arguments);
        typed.set(0, dialect.anyTyped(arguments.getFirst(), over.getOperands().getFirst()));
        return String.join(", ", typed);
    }

    private static String window(Dialect dialect, RexOver over, List<String> refs) {
        RexWindow window = over.getWindow();
        List<String> clauses = new ArrayList<>();
        if (!window.partitionKeys.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (RexNode key : window.partitionKeys) {
                keys.add(dialect.groupKey(dialect.render(key, refs), Types.kind(key.getType())));
            }
            clauses.add("PARTITION BY " + String.join(", ", keys));
        }
        if (!window.orderKeys.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (RexFieldCollation key : window.orderKeys) {
                keys.add(dialect.orderItem(
                        dialect.render(notConstant(key.left), refs),
                        Types.kind(key.left.getType()),
                        key.right.contains(SqlKind.DESCENDING)
                                ? Dialect.Direction.DESCENDING
                                : Dialect.Direction.ASCENDING,
                        key.right.contains(SqlKind.NULLS_FIRST) ? Dialect.Nulls.FIRST : Dialect.Nulls.LAST));
            }
            clauses.add("ORDER BY " + String.join(", ", keys));
        }
        boolean ordered = !window.orderKeys.isEmpty() || !dialect.ordersWindows();
        if (!ordered && !isWhole(over)) {
            throw new NotOffered("a window without an order");
        }
        if (ordered && DuckDbFunctions.takesFrame(over.getAggOperator().getKind())) {
            clauses.add(frame(dialect, window, refs));
        }
        return String.join(" ", clauses);
    }

    /** Whether it is computed over all rows of its part: the frame that is meant where none is named. */
    private static boolean isWhole(RexOver over) {
        RexWindow window = over.getWindow();
        boolean aggregate = switch (over.getAggOperator().getKind()) {
            case COUNT, SUM, SUM0, MIN, MAX -> true;
            default -> false;
        };
        return aggregate
                && window.getLowerBound().isUnbounded()
                && window.getUpperBound().isUnbounded();
    }

    private static RexNode notConstant(RexNode key) {
        if (key instanceof RexLiteral) {
            throw new NotOffered("a window ordered by a constant");
        }
        return key;
    }

    /** Rows counted from the current one, or everything up to a peer; distances of values differ by product. */
    private static String frame(Dialect dialect, RexWindow window, List<String> refs) {
        if (window.getExclude() != RexWindowExclusion.EXCLUDE_NO_OTHER) {
            throw new NotOffered("a window that leaves rows out");
        }
        return (window.isRows() ? "ROWS" : "RANGE") + " BETWEEN "
                + bound(dialect, window, window.getLowerBound(), refs) + " AND "
                + bound(dialect, window, window.getUpperBound(), refs);
    }

    private static String bound(Dialect dialect, RexWindow window, RexWindowBound bound, List<String> refs) {
        if (bound.isCurrentRow()) {
            return "CURRENT ROW";
        }
        String direction = bound.isPreceding() ? " PRECEDING" : " FOLLOWING";
        RexNode offset = bound.getOffset();
        if (offset == null) {
            return "UNBOUNDED" + direction;
        }
        if (!window.isRows() || !LiteralValues.isAtLeast(offset, 0)) {
            throw new NotOffered("a window over a distance of values");
        }
        return dialect.render(offset, refs) + direction;
    }
}
