package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexBuilder;
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
        return rel instanceof Aggregate
                || isOfKeys(rel)
                || (rel instanceof Filter filter && isGrouped(filter.getInput()));
    }

    /** Groups without aggregates, of rows that are known to be one a group or none, are written as their keys alone. */
    private static boolean isOfKeys(RelNode rel) {
        return rel instanceof Project project && project.getProjects().stream().allMatch(RexInputRef.class::isInstance);
    }

    @Override
    public RexNode visitSubQuery(RexSubQuery query) {
        RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
        return visited.clone(new OuterColumns(around, this::key).replacedIn(visited.rel));
    }

    private RexNode key(OuterColumns.Named named) {
        RexBuilder rex = input.getCluster().getRexBuilder();
        OptionalInt place = RelOptUtil.areRowTypesEqual(named.row(), input.getRowType(), true)
                ? OptionalInt.of(named.column())
                : place(input, named);
        return place.isPresent()
                ? rex.makeFieldAccess(rex.makeCorrel(input.getRowType(), around), place.getAsInt())
                : rex.makeFieldAccess(rex.makeCorrel(named.row(), around), named.column());
    }

    /** Empty when the rows are not groups. */
    private static OptionalInt place(RelNode rel, OuterColumns.Named named) {
        return switch (rel) {
            case Filter filter -> place(filter.getInput(), named);
            case Aggregate aggregate -> {
                int key = before(aggregate.getInput(), named).stream()
                        .map(column -> aggregate.getGroupSet().indexOf(column))
                        .findFirst()
                        .orElse(-1);
                if (key < 0) {
                    throw UNSUPPORTED.error(
                            "A sub-query beside groups names a column of the rows around that is not a key of the groups; name a key, or write it as a join.");
                }
                yield OptionalInt.of(key);
            }
            case Project keys -> before(keys, named);
            default -> OptionalInt.empty();
        };
    }

    /** The column's place among what is grouped. */
    private static OptionalInt before(RelNode grouped, OuterColumns.Named named) {
        if (RelOptUtil.areRowTypesEqual(named.row(), grouped.getRowType(), true)) {
            return OptionalInt.of(named.column());
        }
        if (grouped instanceof Project project
                && project.getInput().getRowType().getFieldCount()
                        == named.row().getFieldCount()) {
            return IntStream.range(0, project.getProjects().size())
                    .filter(i ->
                            project.getProjects().get(i) instanceof RexInputRef ref && ref.getIndex() == named.column())
                    .findFirst();
        }
        return OptionalInt.empty();
    }
}
