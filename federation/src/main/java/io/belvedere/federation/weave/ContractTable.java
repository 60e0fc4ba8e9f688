package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Types;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/** A view as its contract describes it, with all of its columns: for binding names and following classes, never for rows. */
final class ContractTable extends AbstractTable {
    private final ViewDefinition view;

    ContractTable(ViewDefinition view) {
        this.view = view;
    }

    ViewDefinition view() {
        return view;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        RelDataTypeFactory.Builder row = factory.builder();
        for (ColumnContract column : view.columns()) {
            row.add(column.name().value(), Types.toCalcite(factory, column.type(), column.presence()));
        }
        return row.build();
    }
}
