package io.belvedere.federation.plan;

import java.util.function.Function;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/** Replaces the columns of a row around, in a tree with all its sub-queries. */
final class OuterColumns extends RexShuttle {
    private final CorrelationId around;
    private final Function<Named, RexNode> value;

    /** A column of the row around, as it is named: by its place in a row type, which need not be that of the rows that are there. */
    record Named(int column, RelDataType row) {}

    OuterColumns(CorrelationId around, Function<Named, RexNode> value) {
        this.around = around;
        this.value = value;
    }

    RelNode replacedIn(RelNode rel) {
        return Trees.mapInputs(rel, this::replacedIn).accept(this);
    }

    @Override
    public RexNode visitFieldAccess(RexFieldAccess access) {
        return access.getReferenceExpr() instanceof RexCorrelVariable variable && variable.id.equals(around)
                ? value.apply(new Named(access.getField().getIndex(), variable.getType()))
                : access;
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
        return visited.clone(replacedIn(visited.rel));
    }
}
