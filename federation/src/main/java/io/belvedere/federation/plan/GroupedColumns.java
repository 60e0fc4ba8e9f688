package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Sub-queries in HAVING, and in SELECT beside groups, that name a column of the group around. Calcite gives them the column's place among the columns
 * before they were grouped, and then reads another one at that place; here they get the place of the key.
 */
final class GroupedColumns extends RexShuttle {
    private final RelNode input;
    private final CorrelationId around;

    private GroupedColumns(RelNode input, CorrelationId around) {
        this.input = input;
        this.around = around;
    }

    static RelNode placed(RelNode rel) {
        RelNode placed = Trees.mapInputs(rel, GroupedColumns::placed).accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(placed(visited.rel));
            }
        });
        boolean grouped = (placed instanceof Filter || placed instanceof Project) && isGrouped(placed.getInput(0));
        if (grouped) {
            for (CorrelationId around : placed.getVariablesSet()) {
                placed = placed.accept(new GroupedColumns(placed.getInput(0), around));
            }
        }
        return placed;
    }

    private static boolean isGrouped(RelNode rel) {
        return rel instanceof Aggregate || (rel instanceof Filter filter && isGrouped(filter.getInput()));
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
        return visited.clone(new OuterColumns(around, this::key).replacedIn(visited.rel));
    }

    private RexNode key(OuterColumns.Named named) {
        int place = RelOptUtil.areRowTypesEqual(named.row(), input.getRowType(), true)
                ? named.column()
                : place(input, named);
        return input.getCluster()
                .getRexBuilder()
                .makeFieldAccess(input.getCluster().getRexBuilder().makeCorrel(input.getRowType(), around), place);
    }

    private static int place(RelNode rel, OuterColumns.Named named) {
        return switch (rel) {
            case Filter filter -> place(filter.getInput(), named);
            case Aggregate aggregate -> {
                int key = aggregate.getGroupSet().indexOf(before(aggregate.getInput(), named));
                if (key < 0) {
                    throw unsupported();
                }
                yield key;
            }
            default -> throw unsupported();
        };
    }

    /** The column's place among what is grouped. */
    private static int before(RelNode grouped, OuterColumns.Named named) {
        if (RelOptUtil.areRowTypesEqual(named.row(), grouped.getRowType(), true)) {
            return named.column();
        }
        if (grouped instanceof Project project
                && project.getInput().getRowType().getFieldCount()
                        == named.row().getFieldCount()) {
            for (int i = 0; i < project.getProjects().size(); i++) {
                if (project.getProjects().get(i) instanceof RexInputRef ref && ref.getIndex() == named.column()) {
                    return i;
                }
            }
        }
        throw unsupported();
    }

    private static RuntimeException unsupported() {
        return UNSUPPORTED.error(
                "A sub-query beside groups names a column of the rows around that is not a key of the groups; name a key, or write it as a join.");
    }
}
