package io.belvedere.federation.plan;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.HashSet;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;

/**
 * Binds the row around where Calcite forgets to: of sub-queries in HAVING it binds the row around for some only (not for one that is compared with another,
 * nor for the further places of one that COALESCE or NULLIF writes several times), or at the columns above it. For one tree, by one thread.
 */
final class RowsAround {
    private final Set<CorrelationId> known;

    private RowsAround(Set<CorrelationId> known) {
        this.known = known;
    }

    static RelNode bound(RelNode rel) {
        return new RowsAround(Set.of()).visit(rel);
    }

    private RelNode visit(RelNode rel) {
        RelNode here = withForgotten(handedDown(rel));
        RowsAround inside = new RowsAround(Sets.union(known, here.getVariablesSet()));
        // Of the rows beside it, a correlation binds the row around too.
        RowsAround below = here instanceof Correlate ? inside : this;
        return Trees.mapInputs(here, below::visit).accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(inside.visit(visited.rel));
            }
        });
    }

    private static RelNode handedDown(RelNode rel) {
        return rel instanceof Project project
                        && !project.getVariablesSet().isEmpty()
                        && project.getInput() instanceof Filter filter
                        && project.getProjects().stream().noneMatch(value -> RexUtil.SubQueryFinder.find(value) != null)
                ? LogicalProject.create(
                        binding(filter, project.getVariablesSet()),
                        project.getHints(),
                        project.getProjects(),
                        project.getRowType().getFieldNames(),
                        ImmutableSet.of())
                : rel;
    }

    /** A filter of groups with all variables bound that its sub-queries name and nobody around it binds. */
    private RelNode withForgotten(RelNode rel) {
        if (!(rel instanceof Filter filter) || !isOfGroups(filter)) {
            return rel;
        }
        Set<CorrelationId> named = namedIn(filter.getCondition());
        named.removeAll(known);
        named.removeAll(filter.getVariablesSet());
        return named.isEmpty() ? rel : binding(filter, named);
    }

    private static boolean isOfGroups(Filter filter) {
        return filter.getInput() instanceof Aggregate;
    }

    private static Set<CorrelationId> namedIn(RexNode condition) {
        Set<CorrelationId> named = new HashSet<>();
        condition.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                named.addAll(RelOptUtil.getVariablesUsed(query.rel));
                return super.visitSubQuery(query);
            }
        });
        return named;
    }

    private static RelNode binding(Filter filter, Set<CorrelationId> further) {
        return LogicalFilter.create(
                filter.getInput(),
                filter.getCondition(),
                ImmutableSet.copyOf(Sets.union(filter.getVariablesSet(), further)));
    }
}
