package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Types;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.schema.TranslatableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeUtil;

/** A dimension of a query, read at its source: its columns in the types that the dimension promises. */
final class ReadThrough extends AbstractTable implements TranslatableTable {
    private final DimensionDefinition dimension;
    private final Compiler.Validated body;
    private final Compiler compiler;
    private final Supplier<BelvedereException> notFound;

    ReadThrough(
            DimensionDefinition dimension,
            Compiler.Validated body,
            Compiler compiler,
            Supplier<BelvedereException> notFound) {
        this.dimension = dimension;
        this.body = body;
        this.compiler = compiler;
        this.notFound = notFound;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
        RelDataTypeFactory.Builder row = factory.builder();
        for (SourceColumn column : dimension.columns()) {
            row.add(column.name().value(), Types.toCalcite(factory, column.type(), column.presence()));
        }
        return row.build();
    }

    @Override
    public RelNode toRel(RelOptTable.ToRelContext context, RelOptTable table) {
        RelNode inside = body();
        List<String> given = inside.getRowType().getFieldNames();
        List<RexNode> columns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (SourceColumn column : dimension.columns()) {
            int index = given.indexOf(column.name().value());
            if (index < 0) {
                throw notFound.get();
            }
            RexNode value = compiler.rex().makeInputRef(inside, index);
            RelDataType promised = Types.toCalcite(compiler.types(), column.type(), column.presence());
            columns.add(
                    SqlTypeUtil.equalSansNullability(compiler.types(), value.getType(), promised)
                            ? value
                            : compiler.rex()
                                    .makeCast(
                                            compiler.types()
                                                    .createTypeWithNullability(
                                                            promised,
                                                            value.getType().isNullable()),
                                            value));
            names.add(column.name().value());
        }
        return LogicalProject.create(inside, List.of(), columns, names, Set.of());
    }

    private RelNode body() {
        try {
            return body.convert(Compiler.Position.INSIDE).project();
        } catch (RuntimeException | AssertionError thrown) {
            throw ValidationErrors.findOurs(thrown).orElseGet(notFound);
        }
    }
}
