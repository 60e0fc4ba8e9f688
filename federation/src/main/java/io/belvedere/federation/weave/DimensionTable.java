package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Types;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceColumn;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/** A dimension as its definition describes it: for binding names and following classes, never for rows. */
final class DimensionTable extends AbstractTable {
    private final DimensionDefinition dimension;

    DimensionTable(DimensionDefinition dimension) {
        this.dimension = dimension;
    }

    DimensionDefinition dimension() {
        return dimension;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        RelDataTypeFactory.Builder row = factory.builder();
        for (SourceColumn column : dimension.columns()) {
            row.add(column.name().value(), Types.toCalcite(factory, column.type(), column.presence()));
        }
        return row.build();
    }
}
