package io.belvedere.federation.plan;

import java.util.List;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/** Columns of the row around, replaced by values that are at hand. */
final class BoundVariables extends RexShuttle {
    private final CorrelationId around;
    private final List<Integer> columns;
    private final List<RexNode> values;

    /** @param values one for each of the columns */
    BoundVariables(CorrelationId around, List<Integer> columns, List<RexNode> values) {
        this.around = around;
        this.columns = List.copyOf(columns);
        this.values = List.copyOf(values);
    }

    @Override
    public RexNode visitFieldAccess(RexFieldAccess access) {
        return access.getReferenceExpr() instanceof RexCorrelVariable variable && variable.id.equals(around)
                ? values.get(columns.indexOf(access.getField().getIndex()))
                : access;
    }
}
