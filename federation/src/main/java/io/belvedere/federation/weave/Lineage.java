package io.belvedere.federation.weave;

import io.belvedere.model.Classification;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.ColumnContract;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;

/**
 * The classes that each column of a body inherits: those of every column its value is computed from, through expressions and their
 * conditions (CASE, FILTER), aggregates with their order, windows with their partitions, set operations, and queries in the select
 * list. A column that only says which rows there are (WHERE, ON, HAVING, EXISTS, the keys of other groups) is not inherited from: else
 * every column of every view would have the classes of all its keys, and no class would mean anything.
 *
 * <p>A nested view counts by its contract, which is checked on its own.
 */
final class Lineage {
    private final Map<CorrelationId, List<Set<Classification>>> outer = new HashMap<>();

    /** The classes of each column of the node, in order. */
    List<Set<Classification>> of(RelNode node) {
        return switch (node) {
            case LogicalTableScan scan -> leaf(scan);
            case LogicalProject project -> project(project);
            case LogicalFilter filter -> of(filter.getInput());
            case LogicalSort sort -> of(sort.getInput());
            case LogicalJoin join -> concat(of(join.getLeft()), of(join.getRight()));
            case LogicalCorrelate correlate -> correlate(correlate);
            case LogicalAggregate aggregate -> aggregate(aggregate);
            case SetOp combined -> combined(combined);
            case LogicalValues values -> none(values.getRowType().getFieldCount());
            default -> everything(node);
        };
    }

    private static List<Set<Classification>> leaf(LogicalTableScan scan) {
        SourceRelTable table = scan.getTable().unwrap(SourceRelTable.class);
        if (table != null) {
            return table.table().columns().stream()
                    .map(SourceColumn::classifications)
                    .toList();
        }
        DimensionTable dimension = scan.getTable().unwrap(DimensionTable.class);
        if (dimension != null) {
            return dimension.dimension().columns().stream()
                    .map(SourceColumn::classifications)
                    .toList();
        }
        ContractTable view = scan.getTable().unwrap(ContractTable.class);
        if (view == null) {
            throw new IllegalStateException("a body stands on tables of sources, dimensions and views");
        }
        return view.view().columns().stream()
                .map(ColumnContract::classifications)
                .toList();
    }

    private List<Set<Classification>> project(LogicalProject project) {
        List<Set<Classification>> input = of(project.getInput());
        project.getVariablesSet().forEach(variable -> outer.put(variable, input));
        List<Set<Classification>> columns = new ArrayList<>();
        for (RexNode expression : project.getProjects()) {
            columns.add(of(expression, input));
        }
        return columns;
    }

    private List<Set<Classification>> correlate(LogicalCorrelate correlate) {
        List<Set<Classification>> left = of(correlate.getLeft());
        outer.put(correlate.getCorrelationId(), left);
        return concat(left, of(correlate.getRight()));
    }

    private List<Set<Classification>> aggregate(LogicalAggregate aggregate) {
        List<Set<Classification>> input = of(aggregate.getInput());
        List<Set<Classification>> columns = new ArrayList<>();
        aggregate.getGroupSet().forEachInt(key -> columns.add(input.get(key)));
        for (AggregateCall call : aggregate.getAggCallList()) {
            Set<Classification> classes = new HashSet<>();
            call.getArgList().forEach(argument -> classes.addAll(input.get(argument)));
            // FILTER says which values count, WITHIN GROUP which of them comes first: both show in the value.
            if (call.filterArg >= 0) {
                classes.addAll(input.get(call.filterArg));
            }
            call.getCollation().getKeys().forEach(key -> classes.addAll(input.get(key)));
            columns.add(classes);
        }
        return columns;
    }

    private List<Set<Classification>> combined(SetOp combined) {
        List<Set<Classification>> columns = none(combined.getRowType().getFieldCount());
        for (RelNode input : combined.getInputs()) {
            List<Set<Classification>> classes = of(input);
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).addAll(classes.get(i));
            }
        }
        return columns;
    }

    /** What is unknown may give any column of its inputs anywhere. */
    private List<Set<Classification>> everything(RelNode node) {
        List<Set<Classification>> columns = none(node.getRowType().getFieldCount());
        for (RelNode input : node.getInputs()) {
            for (Set<Classification> classes : of(input)) {
                columns.forEach(column -> column.addAll(classes));
            }
        }
        return columns;
    }

    private Set<Classification> of(RexNode expression, List<Set<Classification>> input) {
        Set<Classification> classes = new HashSet<>();
        expression.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitInputRef(RexInputRef reference) {
                classes.addAll(input.get(reference.getIndex()));
                return super.visitInputRef(reference);
            }

            @Override
            public Void visitFieldAccess(RexFieldAccess access) {
                if (access.getReferenceExpr() instanceof RexCorrelVariable variable) {
                    classes.addAll(outer.getOrDefault(variable.id, List.of())
                            .get(access.getField().getIndex()));
                }
                return super.visitFieldAccess(access);
            }

            @Override
            public Void visitSubQuery(RexSubQuery query) {
                if (query.getKind() != SqlKind.EXISTS) {
                    of(query.rel).forEach(classes::addAll);
                }
                return super.visitSubQuery(query);
            }
        });
        return classes;
    }

    private static List<Set<Classification>> none(int columns) {
        List<Set<Classification>> none = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            none.add(new HashSet<>());
        }
        return none;
    }

    private static List<Set<Classification>> concat(
            Collection<Set<Classification>> left, Collection<Set<Classification>> right) {
        List<Set<Classification>> both = new ArrayList<>(left);
        both.addAll(right);
        return both;
    }
}
