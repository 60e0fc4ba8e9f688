package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Types;
import io.belvedere.model.TableName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;

/**
 * A table of a source: the leaf of every governed tree. A scan gives it by {@code scan.getTable().unwrap(SourceRelTable.class)}.
 *
 * <p>Its columns are those of the definition, in its order, by their names there; the names at the source are in
 * {@link #table()}. It knows no statistics.
 */
public final class SourceRelTable extends AbstractTable {
    private final SourceDefinition source;
    private final SourceTable table;

    SourceRelTable(SourceDefinition source, SourceTable table) {
        this.source = source;
        this.table = table;
    }

    /** The source the table stands in, with its shards. */
    public SourceDefinition source() {
        return source;
    }

    /** The table's definition. */
    public SourceTable table() {
        return table;
    }

    public TableName name() {
        return table.name();
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        RelDataTypeFactory.Builder row = factory.builder();
        for (SourceColumn column : table.columns()) {
            row.add(column.name().value(), Types.toCalcite(factory, column.type(), column.presence()));
        }
        return row.build();
    }

    @Override
    public String toString() {
        return name().toString();
    }
}
