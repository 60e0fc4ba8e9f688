package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.PolicyFixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans over a view that is shown in groups, sound and damaged: the verifier alone must refuse each that could show less. */
class GroupedPlansTest {
    private static final String CUSTOMERS =
            "SELECT segment, COUNT(*) AS n, COUNT(phone) AS p, SUM(customer_id) AS s FROM crm.customer_360 GROUP BY segment";
    /** On two shards: each counts its own rows. */
    private static final String ORDERS =
            "SELECT customer_id, COUNT(*) AS n, SUM(total) AS s FROM sales.orders GROUP BY customer_id";
    /** Over two databases. */
    private static final String LATE = "SELECT product, COUNT(*) AS n FROM fulfilment.late_orders GROUP BY product";

    private final Catalog catalog = FederationFixture.catalog();
    private final Planner planner = new Planner(new FixtureStatistics());

    private static GovernedQuery woven(String sql, int sizeMin) {
        ResolvedQuery query = FederationFixture.resolve(sql);
        PolicyFixtures.Granting granting = PolicyFixtures.everything(query.views());
        query.views().forEach(view -> granting.groupSizeMin(view.id().toString(), sizeMin));
        return new Weaver().weave(query, granting.allow());
    }

    private Program program(GovernedQuery query) {
        return planner.program(query, catalog).program();
    }

    private void assertRefused(GovernedQuery query, Program program) {
        assertThatThrownBy(() -> new PlanVerifier(catalog).verify(query, program.steps(), program.trees()))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }

    private static Program with(Program program, UnaryOperator<RelNode> damage) {
        Map<String, RelNode> trees = new HashMap<>();
        program.trees().forEach((name, tree) -> trees.put(name, everywhere(tree, damage)));
        assertThat(trees).isNotEqualTo(program.trees());
        return new Program(program.steps(), trees);
    }

    private static RelNode everywhere(RelNode rel, UnaryOperator<RelNode> damage) {
        return damage.apply(Trees.mapInputs(rel, input -> everywhere(input, damage)));
    }

    private static UnaryOperator<RelNode> barrier(UnaryOperator<GroupBarrier> damage) {
        return rel -> rel instanceof GroupBarrier groups ? damage.apply(groups) : rel;
    }

    private static GroupBarrier barrier(GroupBarrier groups, int sizeMin, int rows, List<Integer> values) {
        return new GroupBarrier(groups.getInput(), groups.view(), groups.stamp(), sizeMin, rows, values);
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, ORDERS, LATE})
    void passesASoundPlan(String sql) {
        GovernedQuery query = woven(sql, 10);
        Program sound = program(query);
        assertThatCode(() -> new PlanVerifier(catalog).verify(query, sound.steps(), sound.trees()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, ORDERS, LATE})
    void refusesAPlanWithoutItsBarrier(String sql) {
        GovernedQuery query = woven(sql, 10);
        assertRefused(query, with(program(query), rel -> rel instanceof GroupBarrier groups ? groups.getInput() : rel));
        // A plan of a caller who may see rows has none.
        assertRefused(query, program(woven(sql, 0)));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, ORDERS, LATE})
    void refusesABarrierForSmallerGroups(String sql) {
        GovernedQuery query = woven(sql, 10);
        assertRefused(
                query, with(program(query), barrier(groups -> barrier(groups, 9, groups.rows(), groups.values()))));
    }

    @ParameterizedTest
    @ValueSource(strings = CUSTOMERS)
    void refusesABarrierThatDoesNotCountTheValuesOfAColumn(String sql) {
        GovernedQuery query = woven(sql, 10);
        assertRefused(query, with(program(query), barrier(groups -> barrier(groups, 10, groups.rows(), List.of()))));
        assertRefused(
                query,
                with(program(query), barrier(groups -> barrier(groups, 10, groups.rows(), List.of(groups.rows())))));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, ORDERS})
    void refusesABarrierThatCountsSomethingElse(String sql) {
        GovernedQuery query = woven(sql, 10);
        // A sum of the rows' own values, and a key of the groups.
        int sum = sql.equals(CUSTOMERS) ? 3 : 2;
        for (int column : new int[] {sum, 0}) {
            assertRefused(query, with(program(query), barrier(groups -> barrier(groups, 10, column, groups.values()))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, ORDERS, LATE})
    void refusesRowsThatAreMultipliedOrChosenBeforeTheyAreCounted(String sql) {
        GovernedQuery query = woven(sql, 10);
        List<UnaryOperator<RelNode>> damages = List.of(
                input -> LogicalUnion.create(List.of(input, input), true),
                input -> LogicalSort.create(
                        input,
                        RelCollations.EMPTY,
                        null,
                        input.getCluster().getRexBuilder().makeExactLiteral(java.math.BigDecimal.ONE)),
                input -> Trees.columns(
                        LogicalJoin.create(
                                input,
                                input,
                                List.of(),
                                input.getCluster().getRexBuilder().makeLiteral(true),
                                Set.of(),
                                JoinRelType.INNER),
                        java.util.stream.IntStream.range(0, input.getRowType().getFieldCount())
                                .boxed()
                                .toList()));
        for (UnaryOperator<RelNode> damage : damages) {
            assertRefused(
                    query,
                    with(
                            program(query),
                            rel -> rel instanceof Aggregate aggregate
                                            && !Trees.contains(aggregate.getInput(), Aggregate.class)
                                    ? aggregate.copy(
                                            aggregate.getTraitSet(), List.of(damage.apply(aggregate.getInput())))
                                    : rel));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = CUSTOMERS)
    void refusesAnExtremeInTheGroups(String sql) {
        GovernedQuery query = woven(sql, 10);
        assertRefused(
                query, with(program(query), rel -> rel instanceof Aggregate aggregate ? withExtremes(aggregate) : rel));
    }

    private static RelNode withExtremes(Aggregate aggregate) {
        List<AggregateCall> calls = aggregate.getAggCallList().stream()
                .map(call -> call.getArgList().isEmpty()
                                || call.getAggregation().getName().contains("COUNT")
                        ? call
                        : AggregateCalls.ofGroups(
                                AggregateCall.create(
                                        SqlStdOperatorTable.MAX,
                                        false,
                                        false,
                                        false,
                                        List.of(),
                                        call.getArgList(),
                                        -1,
                                        null,
                                        RelCollations.EMPTY,
                                        call.getType(),
                                        call.getName()),
                                aggregate.getInput()))
                .toList();
        return LogicalAggregate.create(aggregate.getInput(), List.of(), aggregate.getGroupSet(), null, calls);
    }
}
