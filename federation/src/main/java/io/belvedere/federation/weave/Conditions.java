package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.ViewAccess.RowRule;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Policy's condition as an expression over a view's contract columns, hidden and masked ones included. SQL's three-valued logic
 * holds: a row passes where the whole is true. Text is compared by code point; where a source compares otherwise, the plan says so.
 */
final class Conditions {
    private final RexBuilder rex;
    private final ViewDefinition view;
    private final RelDataType row;

    private Conditions(RexBuilder rex, ViewDefinition view, RelDataType row) {
        this.rex = rex;
        this.view = view;
        this.row = row;
    }

    /** TRUE for all rows; throws {@code PLAN_REFUSED} for a condition on what the view does not have. */
    static RexNode toRex(RexBuilder rex, ViewDefinition view, RowRule rule, RelDataType row) {
        return switch (rule) {
            case RowRule.All _ -> rex.makeLiteral(true);
            case RowRule.Matching(Condition condition) -> {
                require(condition, 1);
                yield new Conditions(rex, view, row).toRex(condition);
            }
        };
    }

    private RexNode toRex(Condition condition) {
        return switch (condition) {
            case Condition.And(List<Condition> all) ->
                joined(SqlStdOperatorTable.AND, all.stream().map(this::toRex).toList());
            case Condition.Or(List<Condition> any) ->
                joined(SqlStdOperatorTable.OR, any.stream().map(this::toRex).toList());
            case Condition.Not(Condition inner) -> rex.makeCall(SqlStdOperatorTable.NOT, toRex(inner));
            case Condition.Comparison(ColumnName field, Condition.Operator operator, Literal value) ->
                rex.makeCall(operatorOf(operator), column(field), Literals.toRex(rex, value, typeOf(field)));
            case Condition.In(ColumnName field, List<Literal> values) ->
                joined(
                        SqlStdOperatorTable.OR,
                        values.stream()
                                .map(value -> rex.makeCall(
                                        SqlStdOperatorTable.EQUALS,
                                        column(field),
                                        Literals.toRex(rex, value, typeOf(field))))
                                .toList());
            case Condition.IsNull(ColumnName field) -> rex.makeCall(SqlStdOperatorTable.IS_NULL, column(field));
        };
    }

    /** All of them, as policy wrote them: Calcite's own way leaves out what the types make true, and a source may hold other values. */
    private RexNode joined(SqlOperator operator, List<RexNode> conditions) {
        return conditions.size() == 1 ? conditions.getFirst() : rex.makeCall(operator, conditions);
    }

    private RexNode column(ColumnName name) {
        for (int i = 0; i < view.columns().size(); i++) {
            if (view.columns().get(i).name().equals(name)) {
                return rex.makeInputRef(row.getFieldList().get(i).getType(), i);
            }
        }
        throw PLAN_REFUSED.error("The policy filters view '" + view.id() + "' by a column that it does not have.");
    }

    private DataType typeOf(ColumnName name) {
        return view.findColumn(name)
                .map(ColumnContract::type)
                .orElseThrow(() -> PLAN_REFUSED.error(
                        "The policy filters view '" + view.id() + "' by a column that it does not have."));
    }

    private static SqlOperator operatorOf(Condition.Operator operator) {
        return switch (operator) {
            case EQ -> SqlStdOperatorTable.EQUALS;
            case NE -> SqlStdOperatorTable.NOT_EQUALS;
            case LT -> SqlStdOperatorTable.LESS_THAN;
            case LE -> SqlStdOperatorTable.LESS_THAN_OR_EQUAL;
            case GT -> SqlStdOperatorTable.GREATER_THAN;
            case GE -> SqlStdOperatorTable.GREATER_THAN_OR_EQUAL;
        };
    }

    private static void require(Condition condition, int depth) {
        if (depth > Condition.DEPTH_MAX) {
            throw PLAN_REFUSED.error("The policy's condition nests too deeply.");
        }
        switch (condition) {
            case Condition.And(List<Condition> all) -> all.forEach(inner -> require(inner, depth + 1));
            case Condition.Or(List<Condition> any) -> any.forEach(inner -> require(inner, depth + 1));
            case Condition.Not(Condition inner) -> require(inner, depth + 1);
            case Condition.Comparison _, Condition.In _, Condition.IsNull _ -> {}
        }
    }
}
