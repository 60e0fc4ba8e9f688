package io.belvedere.federation.plan;

import com.google.common.collect.ImmutableList;
import io.belvedere.federation.dialect.SubQueryValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBound;

/**
 * Windows whose frame is a distance from the value that they are ordered by, with a sub-query's value in that order: what they are ordered by becomes a column
 * of their input. The engine computes the ends of such a frame from copies of the order, and does not copy a sub-query.
 */
final class RangeOrders extends RexShuttle {
    private final RexBuilder rex;
    private final List<RexNode> columns;

    private RangeOrders(Project project) {
        this.rex = project.getCluster().getRexBuilder();
        this.columns = new ArrayList<>(rex.identityProjects(project.getInput().getRowType()));
    }

    static RelNode asColumns(RelNode rel) {
        RelNode inner = Trees.mapInputs(rel, RangeOrders::asColumns);
        boolean ours = inner instanceof Project project
                && !BarrierLeaf.isGoverned(project)
                && Windows.of(project).stream().anyMatch(RangeOrders::isBounded);
        return ours ? new RangeOrders((Project) inner).rewritten((Project) inner) : inner;
    }

    private RelNode rewritten(Project project) {
        RelNode input = project.getInput();
        List<RexNode> values = visitList(project.getProjects());
        int width = input.getRowType().getFieldCount();
        if (columns.size() == width) {
            return project;
        }
        List<String> names = new ArrayList<>(input.getRowType().getFieldNames());
        IntStream.range(width, columns.size()).forEach(i -> names.add("order$" + i));
        RelNode below = LogicalProject.create(input, List.of(), columns, names, Set.of());
        return project.copy(project.getTraitSet(), below, values, project.getRowType());
    }

    private static boolean isBounded(RexWindow window) {
        return !window.isRows() && (isDistance(window.getLowerBound()) || isDistance(window.getUpperBound()));
    }

    private static boolean isDistance(RexWindowBound bound) {
        return bound.getOffset() != null;
    }

    @Override
    public RexNode visitOver(RexOver over) {
        RexOver visited = (RexOver) super.visitOver(over);
        RexWindow window = visited.getWindow();
        if (!isBounded(window) || window.orderKeys.stream().noneMatch(key -> holdsValue(key.left))) {
            return visited;
        }
        ImmutableList.Builder<RexFieldCollation> order = ImmutableList.builder();
        for (RexFieldCollation key : window.orderKeys) {
            order.add(new RexFieldCollation(holdsValue(key.left) ? column(key.left) : key.left, key.right));
        }
        return rex.makeOver(
                visited.getType(),
                visited.getAggOperator(),
                visited.getOperands(),
                window.partitionKeys,
                order.build(),
                window.getLowerBound(),
                window.getUpperBound(),
                window.getExclude(),
                window.isRows(),
                true,
                false,
                visited.isDistinct(),
                visited.ignoreNulls());
    }

    private static boolean holdsValue(RexNode node) {
        boolean[] found = {false};
        node.accept(new RexShuttle() {
            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                found[0] |= parameter instanceof SubQueryValue;
                return parameter;
            }
        });
        return found[0];
    }

    private RexNode column(RexNode value) {
        int known = columns.indexOf(value);
        int place = known < 0 ? columns.size() : known;
        if (known < 0) {
            columns.add(value);
        }
        return new RexInputRef(place, value.getType());
    }
}
