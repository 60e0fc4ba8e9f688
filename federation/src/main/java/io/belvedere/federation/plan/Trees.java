package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;

/** Small steps on trees that several passes take. */
final class Trees {
    private Trees() {}

    static RelNode mapInputs(RelNode rel, UnaryOperator<RelNode> change) {
        List<RelNode> inputs = new ArrayList<>();
        boolean changed = false;
        for (RelNode input : rel.getInputs()) {
            RelNode mapped = change.apply(input);
            changed |= !mapped.equals(input);
            inputs.add(mapped);
        }
        return changed ? rel.copy(rel.getTraitSet(), inputs) : rel;
    }

    /** The table of a scan; its qualified name ends in source and table. */
    static TableName table(TableScan scan) {
        List<String> names = scan.getTable().getQualifiedName();
        return new TableName(new SourceName(names.get(names.size() - 2)), names.getLast());
    }

    static ColumnName column(TableScan scan, int index) {
        return new ColumnName(scan.getRowType().getFieldList().get(index).getName());
    }

    static RelNode filter(RelNode input, List<RexNode> conjuncts) {
        RexNode condition = RexUtil.composeConjunction(input.getCluster().getRexBuilder(), conjuncts);
        return condition.isAlwaysTrue() ? input : LogicalFilter.create(input, condition);
    }

    static List<RexNode> conjuncts(RexNode condition) {
        return RelOptUtil.conjunctions(condition);
    }

    /** The given columns of the input, in the given order; the input itself when these are all of them. */
    static RelNode columns(RelNode input, List<Integer> columns) {
        List<RelDataTypeField> fields = input.getRowType().getFieldList();
        List<RexNode> refs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        boolean identity = columns.size() == fields.size();
        for (int i = 0; i < columns.size(); i++) {
            refs.add(RexInputRef.of(columns.get(i), fields));
            names.add(fields.get(columns.get(i)).getName());
            identity &= columns.get(i) == i;
        }
        return identity ? input : LogicalProject.create(input, List.of(), refs, names, java.util.Set.of());
    }

    /** The same columns under the given names; rules keep positions, not names, and the verifier goes by names. */
    static RelNode named(RelNode input, List<String> names) {
        List<RelDataTypeField> fields = input.getRowType().getFieldList();
        if (input.getRowType().getFieldNames().equals(names)) {
            return input;
        }
        List<RexNode> refs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            refs.add(RexInputRef.of(i, fields));
        }
        return LogicalProject.create(input, List.of(), refs, names, java.util.Set.of());
    }

    /** Expressions with SEARCH written out, so that only comparisons remain. */
    static RelNode withoutSearch(RelNode rel) {
        RelNode mapped = mapInputs(rel, Trees::withoutSearch);
        RexShuttle expand = RexUtil.searchShuttle(rel.getCluster().getRexBuilder(), null, -1);
        if (mapped instanceof SecureFilter barrier) {
            return barrier.over(barrier.getInput(), barrier.condition().accept(expand));
        }
        return mapped.accept(expand);
    }

    /** The tree behind a step. */
    static RelNode require(Map<String, RelNode> trees, String step) {
        RelNode tree = trees.get(step);
        if (tree == null) {
            throw new IllegalStateException("a step without its tree");
        }
        return tree;
    }

    static boolean contains(RelNode rel, Class<? extends RelNode> type) {
        return type.isInstance(rel) || rel.getInputs().stream().anyMatch(input -> contains(input, type));
    }

    /** Whether an expression still names a column of a query around it. */
    static boolean isCorrelated(RelNode rel) {
        return !RelOptUtil.getVariablesUsed(rel).isEmpty();
    }
}
