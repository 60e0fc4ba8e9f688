package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql2rel.RelDecorrelator;

/**
 * Sub-queries to joins, conditions down to their tables: each region between barriers on its own.
 *
 * <p>While a region is optimised, the views below it are leaves ({@link BarrierLeaf}); then conditions that may cross are handed
 * through the barrier, with a copy of the policy's own condition, and the body below is optimised as the next region. Rules of
 * Calcite therefore never see two levels at once.
 */
final class Normaliser {
    private static final List<RelOptRule> SUB_QUERIES = List.of(
            CoreRules.FILTER_SUB_QUERY_TO_CORRELATE,
            CoreRules.PROJECT_SUB_QUERY_TO_CORRELATE,
            CoreRules.JOIN_SUB_QUERY_TO_CORRELATE);
    private static final List<RelOptRule> PUSH_DOWN = List.of(
            CoreRules.FILTER_MERGE,
            CoreRules.FILTER_PROJECT_TRANSPOSE,
            CoreRules.FILTER_INTO_JOIN,
            CoreRules.JOIN_CONDITION_PUSH,
            CoreRules.FILTER_AGGREGATE_TRANSPOSE,
            CoreRules.FILTER_SET_OP_TRANSPOSE,
            CoreRules.PROJECT_MERGE,
            CoreRules.PROJECT_REMOVE,
            CoreRules.AGGREGATE_PROJECT_MERGE,
            CoreRules.AGGREGATE_REDUCE_FUNCTIONS,
            CoreRules.UNION_MERGE);

    /** Whether the barriers' own conditions are copied into their bodies. */
    enum PolicyCopies {
        ADD,
        LEAVE
    }

    private final Catalog catalog;
    private final PlanningClock clock;
    private final PolicyCopies copies;
    private int leaves;

    Normaliser(Catalog catalog, PlanningClock clock, PolicyCopies copies) {
        this.catalog = catalog;
        this.clock = clock;
        this.copies = copies;
    }

    RelNode normalise(RelNode tree) {
        RelNode region = new SemiJoins(catalog).convert(Simplification.of(hide(tree)));
        RelNode flat = decorrelate(hep(region, SUB_QUERIES));
        RelNode pushed = hep(Disjunctions.factored(Simplification.of(flat)), PUSH_DOWN);
        RelNode implied = Disjunctions.implied(pushed);
        return expand(implied.deepEquals(pushed) ? pushed : hep(implied, PUSH_DOWN));
    }

    private RelNode hep(RelNode region, List<RelOptRule> rules) {
        HepProgram program = HepProgram.builder()
                .addMatchOrder(HepMatchOrder.TOP_DOWN)
                .addMatchLimit(2_000)
                .addRuleCollection(rules)
                .build();
        HepPlanner planner = new HepPlanner(program, clock.context());
        planner.setRoot(region);
        return planner.findBestExp();
    }

    private RelNode decorrelate(RelNode region) {
        if (!Trees.contains(region, Correlate.class)) {
            return region;
        }
        RelNode flat = RelDecorrelator.decorrelateQuery(
                region, RelFactories.LOGICAL_BUILDER.create(region.getCluster(), null));
        if (Trees.contains(flat, Correlate.class)) {
            throw UNSUPPORTED.error(
                    "A sub-query depends on the rows around it in a way that cannot be turned into a join; write it as a join.");
        }
        // The decorrelator may drop or widen nothing that the caller sees.
        return RelOptUtil.createCastRel(flat, region.getRowType(), true);
    }

    private RelNode expand(RelNode region) {
        clock.check();
        return switch (region) {
            case BarrierLeaf leaf -> view(leaf, List.of());
            case Filter filter
            when filter.getInput() instanceof BarrierLeaf leaf -> {
                List<RexNode> above = new ArrayList<>();
                List<RexNode> below = new ArrayList<>();
                for (RexNode conjunct : Trees.conjuncts(filter.getCondition())) {
                    (crosses(leaf, conjunct) ? below : above).add(conjunct);
                }
                yield Trees.filter(view(leaf, below), above);
            }
            default -> Trees.mapInputs(region, this::expand);
        };
    }

    private static boolean crosses(BarrierLeaf leaf, RexNode conjunct) {
        return LeakProof.crosses(conjunct)
                && RelOptUtil.InputFinder.bits(conjunct).asList().stream()
                        .allMatch(column -> LeakProof.isBare(leaf.governed(), column));
    }

    /** The view with conditions on its outputs moved into its body; each is on columns that no mask touches. */
    private RelNode view(BarrierLeaf leaf, List<RexNode> conditions) {
        RelNode governed = leaf.governed();
        SecureFilter barrier = BarrierLeaf.barrier(governed);
        List<RexNode> inBody = new ArrayList<>();
        for (RexNode condition : conditions) {
            inBody.add(governed instanceof Project masks ? throughMasks(condition, masks) : condition);
        }
        if (copies == PolicyCopies.ADD) {
            inBody.addAll(Trees.conjuncts(barrier.condition()));
        }
        RelNode body = Trees.named(
                normalise(Trees.filter(barrier.getInput(), inBody)),
                barrier.getInput().getRowType().getFieldNames());
        RelNode guarded = barrier.over(body, barrier.condition());
        return governed instanceof Project masks ? masks.copy(masks.getTraitSet(), List.of(guarded)) : guarded;
    }

    private static RexNode throughMasks(RexNode condition, Project masks) {
        return RelOptUtil.pushPastProject(condition, masks);
    }

    /** Replaces each view reference, also inside sub-queries, by a leaf. A recursion of our own: Calcite's shuttles skip sub-queries. */
    private RelNode hide(RelNode rel) {
        if (BarrierLeaf.isGoverned(rel)) {
            return new BarrierLeaf(rel, leaves++);
        }
        return Trees.mapInputs(rel, this::hide).accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                RexSubQuery visited = (RexSubQuery) super.visitSubQuery(query);
                return visited.clone(hide(visited.rel));
            }
        });
    }
}
