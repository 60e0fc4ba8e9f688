package io.belvedere.federation.weave;

import io.belvedere.model.ViewId;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.hint.RelHint;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/** What mutants call in place of a part of the weaver. Each has the name of the method that it stands for; nothing else calls them. */
@SuppressWarnings({"unused", "PMD"})
final class BrokenWeaving {
    private BrokenWeaving() {}

    /** Every row passes. */
    static RexNode toRex(RexBuilder rex, ViewDefinition view, ViewAccess.RowRule rule, RelDataType row) {
        return rex.makeLiteral(true);
    }

    /** Masks stand over a body without a barrier. */
    static LogicalProject create(
            RelNode input,
            List<RelHint> hints,
            List<? extends RexNode> masks,
            List<String> names,
            Set<CorrelationId> variables) {
        return LogicalProject.create(
                input instanceof SecureFilter barrier ? barrier.getInput() : input, hints, masks, names, variables);
    }

    /** The value stands for itself. */
    static RexNode apply(Masks masks, Mask mask, RexNode value, ViewId view, ColumnContract column) {
        return value;
    }

    /** What is hidden is a column like the others. */
    static Object get(Map<?, ?> masks, Object column) {
        return masks.get(column) instanceof Mask mask && !(mask instanceof Mask.Hidden) ? mask : new Mask.None();
    }

    static Object get(List<?> list, int index) {
        return list.get(index);
    }

    /** One of the conditions is enough. */
    static RexNode joined(Conditions conditions, SqlOperator operator, List<RexNode> all) {
        RexBuilder rex = new RexBuilder(new Compiler().types());
        return all.size() == 1 ? all.getFirst() : rex.makeCall(SqlStdOperatorTable.OR, all);
    }

    /** NOT is left out. */
    static RexNode makeCall(RexBuilder rex, SqlOperator operator, RexNode... operands) {
        return operator.equals(SqlStdOperatorTable.NOT) ? operands[0] : rex.makeCall(operator, operands);
    }

    /** What is more is enough too. */
    static SqlOperator operatorOf(Condition.Operator operator) {
        return SqlStdOperatorTable.GREATER_THAN_OR_EQUAL;
    }

    /** All decisions have one name. */
    static String fingerprint(Allow decision) {
        return "0".repeat(64);
    }

    /** Rows of a view in groups are rows like others. */
    static RelNode guarded(RelNode tree, Allow decision) {
        return tree;
    }

    /** A group may be of one row. */
    static int sizeMin(Groups groups, ViewId view) {
        return 1;
    }

    /** Nobody counts the values that are summed. */
    static List<Integer> aggregatedColumns(LogicalAggregate aggregate, RelNode rows) {
        return List.of();
    }

    /** A result may have any number of rows. */
    static long rowsMax(ViewAccess.Rows rows) {
        return Long.MAX_VALUE;
    }

    /** Whoever may read the contract may read the rows. */
    static final class Contracts {
        private Contracts() {}

        static Object get(Map<?, ?> accesses, Object view) {
            return rows(accesses.get(view));
        }

        static ViewAccess.Rows requireRows(Allow decision, ViewId view) {
            return (ViewAccess.Rows) rows(decision.views().get(view));
        }

        private static Object rows(Object access) {
            return access instanceof ViewAccess.Contract(var columns)
                    ? new ViewAccess.Rows(new ViewAccess.RowRule.All(), Map.copyOf(columns), 10, 0)
                    : access;
        }
    }

    /** A column without a mask is shown as it is. */
    static final class Unnamed {
        private Unnamed() {}

        static Object get(Map<?, ?> masks, Object column) {
            Object mask = masks.get(column);
            return mask == null ? new Mask.None() : mask;
        }

        static Object get(List<?> list, int index) {
            return list.get(index);
        }
    }
}
