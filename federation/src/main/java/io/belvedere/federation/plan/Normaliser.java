package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.plan.hep.HepMatchOrder;
import org.apache.calcite.plan.hep.HepPlanner;
import org.apache.calcite.plan.hep.HepProgram;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.RelFactories;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.rules.AggregateProjectMergeRule;
import org.apache.calcite.rel.rules.AggregateReduceFunctionsRule;
import org.apache.calcite.rel.rules.CoreRules;
import org.apache.calcite.rel.rules.FilterAggregateTransposeRule;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql2rel.RelDecorrelator;
import org.apache.calcite.util.ImmutableBitSet;

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
    /** AVG as SUM and COUNT, which have parts. Not the variances: over DISTINCT values, a sum of squares is over distinct squares. */
    private static final RelOptRule AVERAGES = AggregateReduceFunctionsRule.Config.DEFAULT
            .withOperandFor(LogicalAggregate.class)
            .withFunctionsToReduce(EnumSet.of(SqlKind.AVG))
            .toRule();
    /** Conditions on keys go below their groups; but a group of all rows is there without a row too, so a constant condition stays above it. */
    private static final RelOptRule BELOW_GROUPS = FilterAggregateTransposeRule.Config.DEFAULT
            .withOperandSupplier(filter -> filter.operand(Filter.class)
                    .oneInput(groups -> groups.operand(Aggregate.class)
                            .predicate(aggregate -> !aggregate.getGroupSets().contains(ImmutableBitSet.of()))
                            .anyInputs()))
            .as(FilterAggregateTransposeRule.Config.class)
            .toRule();

    /** The merged call must have the type that its argument gives it; a column that was declared to be NULL at times may never be. */
    private static final RelOptRule AGGREGATE_OF_COLUMNS = AggregateProjectMergeRule.Config.DEFAULT
            .withOperandSupplier(aggregate -> aggregate
                    .operand(Aggregate.class)
                    .oneInput(project -> project.operand(Project.class)
                            .predicate(Normaliser::keepsTypes)
                            .anyInputs()))
            .as(AggregateProjectMergeRule.Config.class)
            .toRule();

    private static final List<RelOptRule> PUSH_DOWN = List.of(
            NarrowTypes.in(CoreRules.FILTER_MERGE),
            NarrowTypes.in(CoreRules.FILTER_PROJECT_TRANSPOSE),
            NarrowTypes.in(CoreRules.FILTER_INTO_JOIN),
            NarrowTypes.in(CoreRules.JOIN_CONDITION_PUSH),
            BELOW_GROUPS,
            NarrowTypes.in(CoreRules.FILTER_SET_OP_TRANSPOSE),
            CoreRules.PROJECT_MERGE,
            CoreRules.PROJECT_REMOVE,
            AGGREGATE_OF_COLUMNS,
            AVERAGES,
            CoreRules.UNION_MERGE);

    /** Whether the barriers' own conditions are copied into their bodies. */
    enum PolicyCopies {
        ADD,
        LEAVE
    }

    private final Catalog catalog;
    private final PlanningClock clock;
    private final PolicyCopies copies;
    private final SubQueries values;
    private int leaves;
    /** Whether the region that is being hidden compares a value with rows that depend on the row around. */
    private boolean comparesRowsAround;

    /** @param values takes the sub-queries that stand for one value */
    Normaliser(Catalog catalog, PlanningClock clock, PolicyCopies copies, SubQueries values) {
        this.catalog = catalog;
        this.clock = clock;
        this.copies = copies;
        this.values = values;
    }

    RelNode normalise(RelNode tree) {
        comparesRowsAround = false;
        RelNode hidden = RowsAround.bound(hide(tree));
        boolean simple = !comparesRowsAround;
        RelNode once = SameSubQueries.once(GroupedColumns.placed(Simplification.of(hidden)));
        RelNode lifted = values.lift(once, this::normalise);
        RelNode region = SubQueryColumns.in(new SemiJoins(catalog).convert(lifted));
        RelNode flat = decorrelate(hep(region, SUB_QUERIES), simple);
        RelNode pushed = hep(Disjunctions.factored(Simplification.of(flat)), PUSH_DOWN);
        RelNode implied = Disjunctions.implied(pushed);
        return expand(implied.deepEquals(pushed) ? pushed : hep(implied, PUSH_DOWN));
    }

    private static boolean keepsTypes(Project project) {
        List<RelDataTypeField> columns = project.getInput().getRowType().getFieldList();
        for (int i = 0; i < project.getProjects().size(); i++) {
            if (project.getProjects().get(i) instanceof RexInputRef ref
                    && !columns.get(ref.getIndex())
                            .getType()
                            .equals(project.getRowType().getFieldList().get(i).getType())) {
                return false;
            }
        }
        return true;
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

    private static RelNode decorrelate(RelNode region, boolean simple) {
        if (!Trees.contains(region, Correlate.class)) {
            return region;
        }
        RelNode plain = ConstantKeys.without(region);
        RelNode flat = simple && Correlations.areSimple(region) && !ConstantKeys.areIn(plain)
                ? byCalcite(plain).orElseGet(() -> Unnesting.of(plain))
                : Unnesting.of(plain);
        if (isCorrelated(flat)) {
            throw UNSUPPORTED.error(
                    "A sub-query depends on the rows around it in a way that cannot be turned into a join; write it as a join.");
        }
        // The decorrelator may drop or widen nothing that the caller sees.
        return RelOptUtil.createCastRel(flat, region.getRowType(), true);
    }

    private static boolean isCorrelated(RelNode flat) {
        return Trees.contains(flat, Correlate.class) || Trees.isCorrelated(flat);
    }

    /** Calcite's decorrelator joins by fewer columns than {@link Unnesting}, but does not take every tree; empty where it does not. */
    private static Optional<RelNode> byCalcite(RelNode region) {
        try {
            RelNode flat = RelDecorrelator.decorrelateQuery(
                    region, RelFactories.LOGICAL_BUILDER.create(region.getCluster(), null));
            return Optional.of(flat).filter(each -> !isCorrelated(each));
        } catch (RuntimeException | AssertionError unforeseen) {
            System.getLogger(Normaliser.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "a correlation that Calcite's decorrelator does not take",
                            unforeseen);
            return Optional.empty();
        }
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

    /** NULL compared with every row of a sub-query: unknown when there is a row, else false. Calcite forgets the second for a correlated one. */
    private static RexNode withoutNull(RexSubQuery query) {
        boolean compares = query.getKind() == SqlKind.IN || query.getKind() == SqlKind.SOME;
        if (!compares || query.getOperands().stream().noneMatch(RexUtil::isNull)) {
            return query;
        }
        if (query.getOperands().size() > 1) {
            return query;
        }
        RexBuilder rex = query.rel.getCluster().getRexBuilder();
        return rex.makeCall(
                SqlStdOperatorTable.CASE,
                RexSubQuery.exists(query.rel),
                rex.makeNullLiteral(query.getType()),
                rex.makeLiteral(false));
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
                comparesRowsAround |= Correlations.comparesRowsAround(visited);
                return withoutNull(visited.clone(hide(visited.rel)));
            }
        });
    }
}
