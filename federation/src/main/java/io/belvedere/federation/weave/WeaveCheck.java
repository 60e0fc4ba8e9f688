package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.TableName;
import io.belvedere.model.ViewId;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess.RowRule;
import io.belvedere.policy.ViewAccess.Rows;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalCorrelate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalIntersect;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalMinus;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalTableScan;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.logical.LogicalValues;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/**
 * Looks at a woven tree, sub-queries included, and refuses it unless every table of a source is read under the barrier of a view
 * whose body names it, every barrier carries the decision's stamp, and right above every barrier stand the masks.
 *
 * <p>It knows each kind of node that weaving makes; any other is refused.
 */
final class WeaveCheck {
    private final ResolvedQuery query;
    private final Allow decision;
    private final CacheSite cache;
    /** Barriers of views whose rows are grouped. */
    private final Set<SecureFilter> grouped = Collections.newSetFromMap(new IdentityHashMap<>());

    private WeaveCheck(ResolvedQuery query, Allow decision, CacheSite cache) {
        this.cache = cache;
        this.query = query;
        this.decision = decision;
    }

    /** Throws {@code PLAN_REFUSED} for a tree that is not governed throughout. */
    static void require(RelNode tree, ResolvedQuery query, Allow decision, CacheSite cache) {
        new WeaveCheck(query, decision, cache).check(tree, Optional.empty());
    }

    private void check(RelNode node, Optional<ViewBody> inside) {
        switch (node) {
            case LogicalTableScan scan -> scan(scan, inside);
            case SecureFilter _ -> throw refused("a barrier without masks above it");
            case GroupBarrier groups -> {
                groups(groups);
                check(groups.getInput(), inside);
            }
            case LogicalProject project
            when project.getInput() instanceof SecureFilter barrier -> barrier(project, barrier);
            case LogicalProject _,
                    LogicalFilter _,
                    LogicalJoin _,
                    LogicalCorrelate _,
                    LogicalAggregate _,
                    LogicalSort _,
                    LogicalUnion _,
                    LogicalIntersect _,
                    LogicalMinus _,
                    LogicalValues _ -> {
                node.accept(new SubQueries(inside));
                node.getInputs().forEach(input -> check(input, inside));
            }
            default -> throw refused("a kind of node that weaving does not make");
        }
    }

    /** Right below: groups, then rows of the one view, each by itself. */
    private void groups(GroupBarrier groups) {
        RelNode below = groups.getInput() instanceof LogicalAggregate aggregate ? aggregate.getInput() : groups;
        while ((below instanceof LogicalProject || below instanceof LogicalFilter)
                && !(below.getInput(0) instanceof SecureFilter)) {
            below = below.getInput(0);
        }
        boolean sound = below instanceof LogicalProject masks
                && masks.getInput() instanceof SecureFilter barrier
                && barrier.view().equals(groups.view())
                && groups.stamp().equals(decision.fingerprint())
                && groups.sizeMin() == decision.requireRows(groups.view()).groupSizeMin()
                && isCounted(groups)
                && grouped.add(barrier);
        if (!sound) {
            throw refused("groups that are not of the rows of one view");
        }
    }

    /** The rows, and the values of every column that is aggregated and may be NULL. */
    private static boolean isCounted(GroupBarrier groups) {
        LogicalAggregate aggregate = (LogicalAggregate) groups.getInput();
        Set<Integer> counted = new HashSet<>();
        groups.values()
                .forEach(column -> counted.addAll(count(aggregate, column).orElse(List.of())));
        return count(aggregate, groups.rows()).filter(List::isEmpty).isPresent()
                && aggregate.getAggCallList().stream()
                        .filter(call -> call.getAggregation().getKind() != SqlKind.GROUPING)
                        .flatMap(call -> call.getArgList().stream())
                        .allMatch(column -> counted.contains(column)
                                || !aggregate
                                        .getInput()
                                        .getRowType()
                                        .getFieldList()
                                        .get(column)
                                        .getType()
                                        .isNullable());
    }

    /** What a column counts; empty for one that does not. */
    private static Optional<List<Integer>> count(LogicalAggregate aggregate, int column) {
        int call = column - aggregate.getGroupCount();
        return Optional.of(call)
                .filter(index ->
                        index >= 0 && index < aggregate.getAggCallList().size())
                .map(aggregate.getAggCallList()::get)
                .filter(counted -> counted.getAggregation().getKind() == SqlKind.COUNT
                        && !counted.isDistinct()
                        && counted.filterArg < 0)
                .map(AggregateCall::getArgList);
    }

    private void scan(LogicalTableScan scan, Optional<ViewBody> inside) {
        SourceRelTable table = scan.getTable().unwrap(SourceRelTable.class);
        boolean named = table != null
                && inside.isPresent()
                && inside.get().tables().values().stream().anyMatch(target -> isOf(target, table.name()));
        if (!named) {
            throw refused("a table outside the barrier of a view that is built on it");
        }
    }

    /** Whether a body that names the target may read the table: it is the target, keeps its rows, or is what it is made of. */
    private boolean isOf(Target target, TableName table) {
        return switch (target) {
            case Target.Leaf leaf ->
                leaf.table().name().equals(table)
                        || leaf.kept()
                                .filter(dimension -> isKept(dimension, table))
                                .isPresent();
            case Target.Kept kept ->
                isKept(kept.dimension(), table)
                        || kept.body().leaves().stream()
                                .anyMatch(leaf -> leaf.table().name().equals(table));
            case Target.Nested _ -> false;
        };
    }

    private boolean isKept(DimensionDefinition dimension, TableName table) {
        return cache.find(dimension.name())
                .filter(kept -> kept.name().equals(table))
                .isPresent();
    }

    private void barrier(LogicalProject masks, SecureFilter barrier) {
        ViewBody body = query.bodies().get(barrier.view());
        if (body == null || !barrier.stamp().equals(decision.fingerprint())) {
            throw refused("a barrier of another decision");
        }
        Rows rows = decision.requireRows(barrier.view());
        if (rows.groupSizeMin() > 0 && !grouped.contains(barrier)) {
            throw refused("rows of " + barrier.view() + ", which is shown in groups only");
        }
        if (rows.rule() instanceof RowRule.Matching && barrier.admitsAll()) {
            throw refused("a barrier without its condition");
        }
        masks(masks, barrier.view(), body.view().columns(), rows);
        barrier.condition().accept(new SubQueries(Optional.empty()));
        masks.accept(new SubQueries(Optional.empty()));
        check(barrier.getInput(), Optional.of(body));
    }

    private static void masks(LogicalProject masks, ViewId view, List<ColumnContract> columns, Rows rows) {
        List<ColumnContract> visible = columns.stream()
                .filter(column -> !(rows.columns().get(column.name()) instanceof Mask.Hidden))
                .toList();
        List<String> names =
                visible.stream().map(column -> column.name().value()).toList();
        if (!names.equals(masks.getRowType().getFieldNames())) {
            throw refused("other columns than those that are visible of " + view);
        }
        for (int i = 0; i < visible.size(); i++) {
            boolean bare = masks.getProjects().get(i) instanceof RexInputRef reference
                    && reference.getIndex() == columns.indexOf(visible.get(i));
            if (bare != rows.columns().get(visible.get(i).name()) instanceof Mask.None) {
                throw refused("a mask that is missing, or one that nobody asked for, on " + view);
            }
        }
    }

    private static BelvedereException refused(String found) {
        return PLAN_REFUSED.error("The woven query is not governed throughout: it has " + found + ".");
    }

    /** Checks the queries in a node's expressions; they stand under the same barrier as the node. */
    private final class SubQueries extends RexShuttle {
        private final Optional<ViewBody> inside;

        SubQueries(Optional<ViewBody> inside) {
            this.inside = inside;
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery subQuery) {
            check(subQuery.rel, inside);
            return super.visitSubQuery(subQuery);
        }
    }
}
