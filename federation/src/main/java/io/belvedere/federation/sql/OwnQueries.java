package io.belvedere.federation.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.fun.SqlCase;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.util.SqlShuttle;
import org.apache.calcite.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * Gives each place of a tree a query of its own. Validation writes an operand of COALESCE and NULLIF twice, and the parser that of CASE; where it holds a
 * query in a query, Calcite binds the rows around the inner one at the last place only. So here such operations are written out, with copies. For one tree,
 * by one thread.
 */
final class OwnQueries {
    private final Set<SqlSelect> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The query where it is met first, a copy of it elsewhere. */
    SqlSelect own(SqlSelect select) {
        return seen.add(select) ? select : (SqlSelect) copy(select);
    }

    /** COALESCE and NULLIF as the CASE that they stand for, where they hold a query in a query; everything else as it is. */
    SqlNode writtenOut(SqlNode node) {
        return node instanceof SqlCall call
                        && queriesIn(call).stream()
                                .anyMatch(query -> !queriesIn(query).isEmpty())
                ? switch (call.getKind()) {
                    case COALESCE -> coalesce(call);
                    case NULLIF -> nullIf(call);
                    default -> call;
                }
                : node;
    }

    private static SqlNode coalesce(SqlCall call) {
        SqlParserPos place = call.getParserPosition();
        SqlNodeList tests = new SqlNodeList(place);
        SqlNodeList values = new SqlNodeList(place);
        for (SqlNode operand : Util.skipLast(call.getOperandList())) {
            // Not IS NOT NULL: validation would take the copy for one that is never NULL, and conversion would not.
            tests.add(
                    SqlStdOperatorTable.NOT.createCall(place, SqlStdOperatorTable.IS_NULL.createCall(place, operand)));
            values.add(copy(operand));
        }
        return new SqlCase(place, null, tests, values, Util.last(call.getOperandList()));
    }

    private static SqlNode nullIf(SqlCall call) {
        SqlParserPos place = call.getParserPosition();
        return SqlCase.createSwitched(
                place,
                call.operand(0),
                new SqlNodeList(List.of(call.<SqlNode>operand(1)), place),
                new SqlNodeList(List.of(SqlLiteral.createNull(place)), place),
                copy(call.operand(0)));
    }

    /** The nearest queries in an operation or query, without itself. */
    private static List<SqlCall> queriesIn(SqlCall around) {
        List<SqlCall> queries = new ArrayList<>();
        around.getOperator()
                .acceptCall(
                        new SqlBasicVisitor<@Nullable Void>() {
                            @Override
                            public @Nullable Void visit(SqlCall inner) {
                                if (inner.isA(SqlKind.QUERY)) {
                                    queries.add(inner);
                                    return null;
                                }
                                return super.visit(inner);
                            }
                        },
                        around);
        return queries;
    }

    /** The node again, with queries of its own. */
    static SqlNode copy(SqlNode node) {
        SqlNode copy = node.accept(new Copier());
        if (copy == null) {
            throw new IllegalStateException("a copy of something is something");
        }
        return copy;
    }

    private static final class Copier extends SqlShuttle {
        @Override
        public @Nullable SqlNode visit(SqlCall call) {
            CallCopyingArgHandler copied = new CallCopyingArgHandler(call, true);
            call.getOperator().acceptCall(this, call, false, copied);
            return copied.result();
        }

        @Override
        public SqlNode visit(SqlIdentifier identifier) {
            return identifier.clone(identifier.getParserPosition());
        }
    }
}
