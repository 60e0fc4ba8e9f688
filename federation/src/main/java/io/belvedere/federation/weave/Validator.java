package io.belvedere.federation.weave;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.apache.calcite.sql.validate.AggregatingScope;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.calcite.sql.validate.SqlValidatorImpl;
import org.apache.calcite.util.Static;
import org.jspecify.annotations.Nullable;

/** Calcite's validator, which takes a window in HAVING for one of the groups' own although it stands in a sub-query. */
final class Validator extends SqlValidatorImpl {
    Validator(
            SqlOperatorTable operators, SqlValidatorCatalogReader catalog, RelDataTypeFactory types, Config settings) {
        super(operators, catalog, types, settings);
    }

    /** As Calcite's own, but for windows of sub-queries; beside those, HAVING knows no names of the select list. */
    @Override
    protected void validateHavingClause(SqlSelect select) {
        SqlNode having = select.getHaving();
        if (having == null || !SqlUtil.containsCall(having, Validator::isWindow) || hasWindow(having)) {
            super.validateHavingClause(select);
            return;
        }
        AggregatingScope scope = (AggregatingScope) getSelectScope(select);
        inferUnknownTypes(getTypeFactory().createSqlType(SqlTypeName.BOOLEAN), scope, having);
        scope.checkAggregateExpr(having, true);
        having.validate(this, scope);
        RelDataType type = deriveType(scope, having);
        if (!SqlTypeUtil.inBooleanFamily(type)) {
            throw newValidationError(having, Static.RESOURCE.havingMustBeBoolean());
        }
    }

    private static boolean isWindow(SqlCall call) {
        return call.getKind() == SqlKind.OVER;
    }

    /** Whether one stands outside of sub-queries. */
    private static boolean hasWindow(@Nullable SqlNode node) {
        return switch (node) {
            case SqlCall query when SqlKind.QUERY.contains(query.getKind()) -> false;
            case SqlCall call ->
                isWindow(call) || call.getOperandList().stream().anyMatch(Validator::hasWindow);
            case Iterable<?> list -> {
                boolean found = false;
                for (Object item : list) {
                    found |= item instanceof SqlNode each && hasWindow(each);
                }
                yield found;
            }
            case null, default -> false;
        };
    }
}
