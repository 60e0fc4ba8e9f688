package io.belvedere.federation.plan;

import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Aggregates one input of a join of several sources before the join, by the columns that joins and grouping need: sums travel
 * instead of rows. It goes down through as many joins as stand between the aggregate and the one source that its values come from,
 * never through a barrier.
 */
final class EagerAggregation {
    /** The share of rows that may be left for the source's work to be worth it. */
    private static final double WORTH = 0.75;

    private final Catalog catalog;
    private final Estimator estimator;

    EagerAggregation(Catalog catalog, Estimator estimator) {
        this.catalog = catalog;
        this.estimator = estimator;
    }

    RelNode push(RelNode rel) {
        RelNode pushed = Trees.mapInputs(rel, this::push);
        return switch (pushed) {
            case Aggregate aggregate -> split(aggregate).orElse(pushed);
            case Join join
            when !join.getJoinType().projectsRight() -> withKeysOnly(join).orElse(pushed);
            default -> pushed;
        };
    }

    /** A semi- or anti-join asks whether a key is there, not how often: each travels once. */
    private Optional<RelNode> withKeysOnly(Join join) {
        List<int[]> keys = JoinKeys.equalities(join);
        if (keys.size() != Trees.conjuncts(join.getCondition()).size()
                || servers(join.getRight()).size() != 1
                || servers(join.getRight()).equals(servers(join.getLeft()))) {
            return Optional.empty();
        }
        List<Integer> columns =
                keys.stream().map(key -> key[1]).distinct().sorted().toList();
        RelNode right = Trees.columns(join.getRight(), columns);
        RelNode distinct =
                LogicalAggregate.create(right, List.of(), ImmutableBitSet.range(columns.size()), null, List.of());
        if (UniqueColumns.isUnique(join.getRight(), ImmutableBitSet.of(columns))
                || estimator.rows(distinct) >= WORTH * estimator.rows(right)) {
            return Optional.empty();
        }
        int width = join.getLeft().getRowType().getFieldCount();
        RexNode condition = join.getCondition().accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                return ref.getIndex() < width
                        ? ref
                        : new RexInputRef(width + columns.indexOf(ref.getIndex() - width), ref.getType());
            }
        });
        return Optional.of(
                LogicalJoin.create(join.getLeft(), distinct, List.of(), condition, Set.of(), join.getJoinType()));
    }

    private Optional<RelNode> split(Aggregate aggregate) {
        List<RexNode> columns = new ArrayList<>();
        RelNode under = aggregate.getInput();
        for (int i = 0; i < under.getRowType().getFieldCount(); i++) {
            columns.add(RexInputRef.of(i, under.getRowType()));
        }
        while (under instanceof Project project && !BarrierLeaf.isGoverned(project) && !windowed(project)) {
            columns = new ArrayList<>(RelOptUtil.pushPastProject(columns, project));
            under = project.getInput();
        }
        if (under instanceof Join join && aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
            for (SplitAggregate.Side side : SplitAggregate.Side.values()) {
                Optional<RelNode> split =
                        SplitAggregate.of(aggregate, columns, join, side).flatMap(this::ifWorth);
                if (split.isPresent()) {
                    return split;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean windowed(Project project) {
        return project.getProjects().stream().anyMatch(RexOver::containsOver);
    }

    private Optional<RelNode> ifWorth(SplitAggregate split) {
        Set<Site.Server> ours = servers(split.aggregated());
        Aggregate partial = split.partial();
        if (ours.size() > 1) {
            // A partial result in the engine saves nothing; one further down may.
            return split(partial).map(split::over);
        }
        boolean fewer = estimator.rows(partial) < WORTH * estimator.rows(split.aggregated());
        return ours.equals(servers(split.other())) || ours.isEmpty() || !fewer
                ? Optional.empty()
                : Optional.of(split.over(partial));
    }

    private Set<Site.Server> servers(RelNode rel) {
        Set<Site.Server> servers = new HashSet<>();
        if (rel instanceof TableScan scan) {
            catalog.findSource(Trees.table(scan).source()).map(Site::server).ifPresent(servers::add);
        }
        rel.getInputs().forEach(input -> servers.addAll(servers(input)));
        return servers;
    }
}
