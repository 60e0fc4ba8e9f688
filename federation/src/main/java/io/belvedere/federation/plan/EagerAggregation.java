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
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;

/**
 * Aggregates one input of a join of several sources before the join, by the columns that joins and grouping need: sums travel
 * instead of rows. It goes down through as many joins as stand between the aggregate and the one source that its values come from,
 * never through a barrier.
 */
final class EagerAggregation {
    /** The share of rows that may be left for the source's work to be worth it. */
    private static final double WORTH = 0.5;

    private final Catalog catalog;
    private final Estimator estimator;

    EagerAggregation(Catalog catalog, Estimator estimator) {
        this.catalog = catalog;
        this.estimator = estimator;
    }

    RelNode push(RelNode rel) {
        RelNode pushed = Trees.mapInputs(rel, this::push);
        return pushed instanceof Aggregate aggregate ? split(aggregate).orElse(pushed) : pushed;
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
