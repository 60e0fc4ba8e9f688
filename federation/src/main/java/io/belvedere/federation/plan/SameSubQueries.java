package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/**
 * Sub-queries that stand in several places of one operator, each as one. {@code COALESCE}, {@code NULLIF}, {@code CASE … WHEN} and {@code IS DISTINCT FROM} are
 * written out with their operands copied, so that one sub-query of the caller becomes eight; each would be joined, and would read the rows around, for itself.
 *
 * <p>Two are the same when they differ only in the name of the row around and in the numbers of their views. For one tree, by one thread.
 */
final class SameSubQueries {
    /** The numbers of views in texts that are compared: the same for the same view. */
    private final Map<String, Integer> views = new HashMap<>();

    private final Map<RelNode, RelNode> leaves = new HashMap<>();

    /** The tree in which the same sub-queries of one operator are equal; those of GROUP BY must name keys already ({@link GroupedColumns}). */
    static RelNode once(RelNode rel) {
        return new SameSubQueries().visit(rel);
    }

    private RelNode visit(RelNode rel) {
        RelNode inner = Trees.mapInputs(rel, this::visit).accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(visit(visited.rel));
            }
        });
        return count(inner) < 2 ? inner : merged(inner);
    }

    private static int count(RelNode rel) {
        List<RexSubQuery> found = new ArrayList<>();
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                found.add(query);
                return super.visitSubQuery(query);
            }
        });
        return found.size();
    }

    private RelNode merged(RelNode rel) {
        Map<String, RexSubQuery> first = new HashMap<>();
        return rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                RexSubQuery named = oneRowAround(visited, rel);
                return first.computeIfAbsent(text(named), _ -> named);
            }
        });
    }

    /** The sub-query with one name for the row of the operator, whichever of its names was used. */
    private static RexSubQuery oneRowAround(RexSubQuery query, RelNode operator) {
        if (operator.getVariablesSet().size() < 2 || operator.getInputs().size() != 1) {
            return query;
        }
        RexBuilder rex = operator.getCluster().getRexBuilder();
        CorrelationId one = operator.getVariablesSet().iterator().next();
        RexNode row = rex.makeCorrel(operator.getInput(0).getRowType(), one);
        RelNode rows = query.rel;
        for (CorrelationId other : operator.getVariablesSet()) {
            rows = other.equals(one)
                    ? rows
                    : new OuterColumns(other, named -> rex.makeFieldAccess(row, named.column())).replacedIn(rows);
        }
        return query.clone(rows);
    }

    private String text(RexSubQuery query) {
        return query.clone(alike(query.rel)).toString();
    }

    private RelNode alike(RelNode rel) {
        RelNode inner = rel instanceof BarrierLeaf leaf ? leaf(leaf) : Trees.mapInputs(rel, this::alike);
        return inner.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(alike(visited.rel));
            }
        });
    }

    private RelNode leaf(BarrierLeaf leaf) {
        return leaves.computeIfAbsent(
                leaf,
                _ -> new BarrierLeaf(
                        leaf.governed(),
                        views.computeIfAbsent(RelOptUtil.toString(leaf.governed()), _ -> views.size())));
    }
}
