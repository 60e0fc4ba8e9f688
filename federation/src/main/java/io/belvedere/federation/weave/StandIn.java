package io.belvedere.federation.weave;

import java.util.List;
import org.apache.calcite.linq4j.tree.Expression;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.prepare.RelOptTableImpl;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;

/** A table by another name than its own: a dimension for the table that a body names, or a table for the dimension. In the tree stands the table itself. */
final class StandIn extends AbstractTable implements TranslatableTable {
    private final SourceRelTable leaf;

    StandIn(SourceRelTable leaf) {
        this.leaf = leaf;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        return leaf.getRowType(factory);
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        RelOptTable own = RelOptTableImpl.create(
                table.getRelOptSchema(),
                table.getRowType(),
                List.of(leaf.name().source().value(), leaf.name().table()),
                leaf,
                StandIn::noExpression);
        return LogicalTableScan.create(context.getCluster(), own, context.getTableHints());
    }

    /** No tree is run by Calcite. */
    private static Expression noExpression(Class<?> type) {
        throw new IllegalStateException("a tree of views is no " + type);
    }
}
