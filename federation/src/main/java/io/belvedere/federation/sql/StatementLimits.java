package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.jspecify.annotations.Nullable;

/**
 * How large a statement may be. Counted with a stack of its own, because the tree may be deeper than a thread's stack.
 *
 * <p>A chain of one associative operator ({@code a AND b AND c}) is one level: it is balanced before anything descends into it.
 */
final class StatementLimits {
    static final int NODES_MAX = 20_000;
    /** Parts once what validation writes out ({@code COALESCE} names its arguments twice) is written out. */
    static final int EXPANDED_MAX = 100_000;

    static final int DEPTH_MAX = 200;
    static final int JOINS_MAX = 20;
    static final int SET_BRANCHES_MAX = 32;
    static final int IN_LIST_MAX = 1_000;
    /** Tables read by one statement once its WITH queries are written out where they are used. */
    static final int READS_MAX = 100;
    /** Columns in ROLLUP, CUBE and GROUPING SETS of one query: each may double the groups. */
    static final int GROUPING_COLUMNS_MAX = 8;

    private int nodes;
    private long expanded;
    private int joins;
    private int setOperations;

    private StatementLimits() {}

    /** Throws {@link SqlProblem} with {@code LIMIT_EXCEEDED} when the tree is past a limit. */
    static void check(SqlNode statement) {
        StatementLimits limits = new StatementLimits();
        Deque<Visit> open = new ArrayDeque<>();
        open.push(new Visit(statement, 1, 1));
        while (!open.isEmpty()) {
            Visit visit = open.pop();
            limits.count(visit);
            List<@Nullable SqlNode> children = childrenOf(visit.node());
            for (int i = 0; i < children.size(); i++) {
                SqlNode child = children.get(i);
                if (child != null) {
                    long times = Math.min(EXPANDED_MAX + 1L, visit.times() * Copies.of(visit.node(), i));
                    open.push(new Visit(child, depthOf(child, visit), times));
                }
            }
        }
    }

    /** Whether the operator of the two calls is the same and may be grouped in any way. */
    static boolean chains(SqlNode parent, SqlNode child) {
        return parent instanceof SqlCall outer
                && child instanceof SqlCall inner
                && outer.getOperator().equals(inner.getOperator())
                && Functions.isAssociative(outer.getOperator());
    }

    private void count(Visit visit) {
        SqlNode node = visit.node();
        require(++nodes <= NODES_MAX, "The query has more than " + NODES_MAX + " parts.");
        expanded += visit.times();
        require(
                expanded <= EXPANDED_MAX,
                "The query nests too many of COALESCE, NULLIF, CASE, BETWEEN and IN in each other.");
        require(visit.depth() <= DEPTH_MAX, "The query nests deeper than " + DEPTH_MAX + " levels.");
        if (node instanceof SqlJoin) {
            require(++joins <= JOINS_MAX, "The query has more than " + JOINS_MAX + " joins.");
        }
        if (SqlKind.SET_QUERY.contains(node.getKind())) {
            require(
                    ++setOperations < SET_BRANCHES_MAX,
                    "The query combines more than " + SET_BRANCHES_MAX + " queries by UNION, INTERSECT and EXCEPT.");
        }
        if (node instanceof SqlSelect select && select.getGroup() != null) {
            require(
                    groupingColumns(select.getGroup()) <= GROUPING_COLUMNS_MAX,
                    "ROLLUP, CUBE and GROUPING SETS take at most " + GROUPING_COLUMNS_MAX + " columns together.");
        }
        if ((node.getKind() == SqlKind.IN || node.getKind() == SqlKind.NOT_IN)
                && ((SqlCall) node).operand(1) instanceof SqlNodeList list) {
            require(list.size() <= IN_LIST_MAX, "An IN list has more than " + IN_LIST_MAX + " values.");
        }
    }

    private static int groupingColumns(SqlNodeList items) {
        int columns = 0;
        for (SqlNode item : items) {
            if (item.getKind() == SqlKind.ROLLUP
                    || item.getKind() == SqlKind.CUBE
                    || item.getKind() == SqlKind.GROUPING_SETS) {
                columns += leaves(item);
            }
        }
        return columns;
    }

    private static int leaves(SqlNode root) {
        int leaves = 0;
        Deque<SqlNode> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            List<@Nullable SqlNode> children = childrenOf(open.pop());
            leaves += children.isEmpty() ? 1 : 0;
            for (SqlNode child : children) {
                if (child != null) {
                    open.push(child);
                }
            }
        }
        return leaves;
    }

    private static int depthOf(SqlNode child, Visit parent) {
        return child instanceof SqlCall && !chains(parent.node(), child) ? parent.depth() + 1 : parent.depth();
    }

    private static List<@Nullable SqlNode> childrenOf(SqlNode node) {
        return switch (node) {
            case SqlCall call -> call.getOperandList();
            case SqlNodeList list -> list.getList();
            default -> List.of();
        };
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw SqlProblem.of(LIMIT_EXCEEDED, otherwise);
        }
    }

    /**
     * A node on the way.
     *
     * @param times how often it stands in the tree once everything is written out
     */
    private record Visit(SqlNode node, int depth, long times) {}
}
