package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.sql.Types;
import io.belvedere.model.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/**
 * What the caller gets: the tree gives exactly these columns, with different names, in types that a result can hold.
 *
 * @param tree a sort stands on top where the order of the rows is asked for and can be told from the columns
 */
record Output(RelNode tree, List<OutputColumn> columns) {
    static final int COLUMNS_MAX = 500;

    static Output of(RelRoot root, Compiler compiler) {
        RelNode top = root.project();
        List<String> names = namesOf(root);
        if (names.size() > COLUMNS_MAX) {
            throw LIMIT_EXCEEDED.error("The result has more than " + COLUMNS_MAX + " columns.");
        }
        List<OutputColumn> columns = new ArrayList<>();
        List<RelDataType> types = new ArrayList<>();
        for (RelDataTypeField field : top.getRowType().getFieldList()) {
            int position = columns.size();
            DataType type = Types.fromCalcite(field.getType())
                    .orElseThrow(() -> UNSUPPORTED.error("Column " + (position + 1)
                            + " of the result is of a type that a result cannot hold: write a CAST."));
            OutputColumn column = new OutputColumn(names.get(position), type, Types.presenceOf(field.getType()));
            columns.add(column);
            types.add(Types.toCalcite(compiler.types(), type, column.presence()));
        }
        return new Output(shaped(top, names, types, compiler.rex()), List.copyOf(columns));
    }

    /** A sort keeps its place on top: an order below a projection is no order. */
    private static RelNode shaped(RelNode top, List<String> names, List<RelDataType> types, RexBuilder rex) {
        return top instanceof Sort sort
                ? sort.copy(sort.getTraitSet(), List.of(project(sort.getInput(), names, types, rex)))
                : project(top, names, types, rex);
    }

    private static RelNode project(RelNode input, List<String> names, List<RelDataType> types, RexBuilder rex) {
        List<RexNode> expressions = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            RexNode value = rex.makeInputRef(input, i);
            expressions.add(value.getType().equals(types.get(i)) ? value : rex.makeCast(types.get(i), value));
        }
        boolean same = input.getRowType().getFieldNames().equals(names)
                && expressions.stream().allMatch(RexInputRef.class::isInstance);
        return same ? input : LogicalProject.create(input, List.of(), expressions, names, Set.of());
    }

    /** The names as the caller gave them; {@code column_2} where there is none, and a number behind one that stands twice. */
    private static List<String> namesOf(RelRoot root) {
        List<String> names = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (RelDataTypeField field : root.validatedRowType.getFieldList()) {
            String wanted = field.getName().startsWith("EXPR$") ? "column_" + (names.size() + 1) : field.getName();
            String name = wanted;
            for (int i = 2; !used.add(name); i++) {
                name = wanted + "_" + i;
            }
            names.add(name);
        }
        return List.copyOf(names);
    }
}
