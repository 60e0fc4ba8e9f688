package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.junit.jupiter.api.Test;

/** Sound plans, each damaged in one way: the verifier alone must refuse them. The undamaged plan is the control. */
class PlanVerifierTest {
    private static final String CUSTOMERS = "SELECT customer_id, email FROM crm.customer_360";
    private static final String LATE = "SELECT order_id, email FROM fulfilment.late_orders";

    private final Catalog catalog = FederationFixture.catalog();
    private final Planner planner = new Planner(new FixtureStatistics());

    private Program program(GovernedQuery query) {
        return planner.program(query, catalog).program();
    }

    private void verify(GovernedQuery query, Program program) {
        new PlanVerifier(catalog).verify(query, program.steps(), program.trees());
    }

    private void assertRefused(GovernedQuery query, Program program) {
        assertThatThrownBy(() -> verify(query, program))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }

    private static Program withTrees(Program program, UnaryOperator<RelNode> damage) {
        Map<String, RelNode> trees = new HashMap<>();
        program.trees().forEach((name, tree) -> trees.put(name, everywhere(tree, damage)));
        return new Program(program.steps(), trees);
    }

    private static RelNode everywhere(RelNode rel, UnaryOperator<RelNode> damage) {
        return damage.apply(Trees.mapInputs(rel, input -> everywhere(input, damage)));
    }

    private static Program withSql(Program program, UnaryOperator<String> damage) {
        List<Step> steps = new ArrayList<>();
        for (Step step : program.steps()) {
            steps.add(
                    switch (step) {
                        case Step.Fetch fetch -> damaged(fetch, damage);
                        case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                            new Step.PassThrough(damaged(fetch, damage), merge);
                        case Step.Derive derive ->
                            new Step.Derive(
                                    derive.name(), damage.apply(derive.sql()), derive.inputs(), derive.columns());
                        case Step.Deliver deliver ->
                            new Step.Deliver(
                                    deliver.name(), damage.apply(deliver.sql()), deliver.inputs(), deliver.columns());
                    });
        }
        return new Program(steps, program.trees());
    }

    private static Step.Fetch damaged(Step.Fetch fetch, UnaryOperator<String> damage) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        for (SqlTemplate.Part part : fetch.sql().parts()) {
            parts.add(part instanceof SqlTemplate.Text(String sql) ? new SqlTemplate.Text(damage.apply(sql)) : part);
        }
        return fetch.withSql(new SqlTemplate(parts));
    }

    @Test
    void passesSoundPlans() {
        for (String sql : List.of(CUSTOMERS, LATE, "SELECT * FROM sales.revenue_by_country")) {
            GovernedQuery query = FederationFixture.weaveAsAnalyst(sql);
            assertThatCode(() -> verify(query, program(query))).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesAPlanWithoutItsBarrier() {
        for (String sql : List.of(CUSTOMERS, LATE)) {
            GovernedQuery query = FederationFixture.weaveAsAnalyst(sql);
            assertRefused(
                    query,
                    withTrees(program(query), rel -> rel instanceof SecureFilter barrier ? barrier.getInput() : rel));
        }
    }

    @Test
    void refusesABarrierWithAWeakerCondition() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(
                query,
                withTrees(
                        program(query),
                        rel -> rel instanceof SecureFilter barrier
                                ? barrier.over(
                                        barrier.getInput(),
                                        barrier.getCluster().getRexBuilder().makeLiteral(true))
                                : rel));
    }

    @Test
    void refusesABarrierOfAnotherDecision() {
        GovernedQuery analyst = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        GovernedQuery steward = FederationFixture.weaveAsSteward(CUSTOMERS);
        assertRefused(analyst, program(steward));
    }

    @Test
    void refusesAColumnWithoutItsMask() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(query, withTrees(program(query), PlanVerifierTest::unmasked));
    }

    private static RelNode unmasked(RelNode rel) {
        if (!(rel instanceof Project masks && masks.getInput() instanceof SecureFilter barrier)) {
            return rel;
        }
        List<RexNode> columns = new ArrayList<>();
        for (RexNode mask : masks.getProjects()) {
            int column = mask instanceof RexInputRef ref
                    ? ref.getIndex()
                    : barrier.getRowType().getFieldNames().indexOf("email");
            columns.add(RexInputRef.of(column, barrier.getRowType()));
        }
        return LogicalProject.create(
                barrier, List.of(), columns, masks.getRowType().getFieldNames(), java.util.Set.of());
    }

    @Test
    void refusesAnExpressionThatMayFailOverABarrierWithoutAFence() {
        GovernedQuery query =
                FederationFixture.weaveAsAnalyst("SELECT customer_id FROM crm.customer_360 WHERE customer_id * 2 > 10");
        Program sound = program(query);
        assertThatCode(() -> verify(query, sound)).doesNotThrowAnyException();
        assertRefused(query, withTrees(sound, rel -> rel instanceof Fence fence ? fence.getInput() : rel));
    }

    @Test
    void refusesACallersConditionMovedBelowTheBarrierInPlaceOfThePolicys() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(
                query, withTrees(program(query), rel -> rel instanceof SecureFilter barrier ? swapped(barrier) : rel));
    }

    private static RelNode swapped(SecureFilter barrier) {
        RexBuilder builder = barrier.getCluster().getRexBuilder();
        RexNode id = RexInputRef.of(0, barrier.getRowType());
        RexNode other = builder.makeCall(SqlStdOperatorTable.IS_NOT_NULL, id);
        return barrier.over(LogicalFilter.create(barrier.getInput(), barrier.condition()), other);
    }

    @Test
    void refusesAStatementWithoutThePolicysConstant() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(query, withSql(program(query), sql -> sql.replace("'EU'", "'US'")));
    }

    @Test
    void refusesAStatementThatReadsAnotherTable() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(query, withSql(program(query), sql -> sql.replace("`customers`", "`cards`")));
        assertRefused(query, withSql(program(query), sql -> sql + " UNION ALL SELECT 1, 2 FROM `cards` AS `t9`"));
    }

    @Test
    void refusesAStatementThatHidesItsPolicyInAComment() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(CUSTOMERS);
        assertRefused(query, withSql(program(query), sql -> sql.replace("WHERE", "-- WHERE")));
        assertRefused(query, withSql(program(query), sql -> sql.replace("WHERE", "/* WHERE") + " */"));
    }

    @Test
    void refusesKeysFromBelowABarrierForAnotherView() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(
                "SELECT l.order_id, o.total FROM fulfilment.late_orders l JOIN sales.orders o ON o.order_id = l.order_id");
        Program sound = program(query);
        assertThatCode(() -> verify(query, sound)).doesNotThrowAnyException();
        List<Step> steps = new ArrayList<>();
        for (Step step : sound.steps()) {
            boolean governed = step instanceof Step.Fetch fetch
                    && sound.steps().indexOf(step) == lastFetch(sound.steps())
                    && !fetch.keys().isEmpty();
            steps.add(governed ? keysFromFirstFetch((Step.Fetch) step) : step);
        }
        assertRefused(query, new Program(steps, sound.trees()));
    }

    private static int lastFetch(List<Step> steps) {
        int last = -1;
        for (int i = 0; i < steps.size(); i++) {
            last = steps.get(i) instanceof Step.Fetch ? i : last;
        }
        return last;
    }

    private static Step.Fetch keysFromFirstFetch(Step.Fetch fetch) {
        List<KeyShipment> keys = fetch.keys().stream()
                .map(key -> new KeyShipment("f0", key.columns(), key.keysMax()))
                .toList();
        return new Step.Fetch(
                fetch.name(), fetch.source(), fetch.sql(), fetch.shards(), keys, fetch.use(), fetch.columns());
    }

    private static final String ABOVE_AVERAGE =
            "SELECT order_id FROM sales.orders WHERE order_id > (SELECT AVG(customer_id) FROM crm.customer_360)";

    @Test
    void refusesASubQuerysValueThatWasReadPastItsBarrier() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(ABOVE_AVERAGE);
        Program sound = program(query);
        assertThatCode(() -> verify(query, sound)).doesNotThrowAnyException();
        Map<String, RelNode> trees = new HashMap<>(sound.trees());
        // The value is used inside the barrier of the orders, which is none of its own.
        trees.put(
                "f0",
                everywhere(
                        Trees.require(trees, "f0"),
                        rel -> rel instanceof SecureFilter barrier ? barrier.getInput() : rel));
        assertRefused(query, new Program(sound.steps(), trees));
    }

    @Test
    void refusesAValueOfAnotherStepThanItsTrees() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(ABOVE_AVERAGE);
        assertRefused(
                query,
                withValues(
                        program(query), value -> new ValueShipment("f0", value.type(), value.bound(), value.scale())));
    }

    @Test
    void refusesAValueThatIsWrittenIntoTheStatementBeforeItIsKnown() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(ABOVE_AVERAGE);
        Program sound = program(query);
        Step.PassThrough last = (Step.PassThrough) sound.steps().getLast();
        List<Step> steps = new ArrayList<>(sound.steps());
        steps.set(steps.size() - 1, new Step.PassThrough(last.fetch().with(List.of("7")), last.merge()));
        assertRefused(query, new Program(steps, sound.trees()));
    }

    @Test
    void refusesAPolicysConstantThatIsMadeAValue() {
        GovernedQuery query = FederationFixture.weaveAsAnalyst(
                "SELECT customer_id FROM crm.customer_360 WHERE customer_id > (SELECT AVG(order_id) FROM sales.orders)");
        Program sound = program(query);
        assertThatCode(() -> verify(query, sound)).doesNotThrowAnyException();
        assertRefused(query, withSql(sound, sql -> sql.replace("'EU'", " ")));
    }

    private static Program withValues(Program program, UnaryOperator<ValueShipment> damage) {
        Step.PassThrough last = (Step.PassThrough) program.steps().getLast();
        Step.Fetch fetch = last.fetch();
        Step.Fetch damaged = new Step.Fetch(
                fetch.name(),
                fetch.source(),
                fetch.sql(),
                fetch.shards(),
                fetch.places(),
                fetch.keys(),
                fetch.values().stream().map(damage).toList(),
                fetch.use(),
                fetch.volume(),
                fetch.columns());
        List<Step> steps = new ArrayList<>(program.steps());
        steps.set(steps.size() - 1, new Step.PassThrough(damaged, last.merge()));
        return new Program(steps, program.trees());
    }

    @Test
    void aViewsOwnSubQueryReadsItsTablesUnderTheViewsBarrierOnly() {
        var view = FederationFixture.view(
                "t.big@1.0.0",
                "SELECT o.id, o.total FROM orders.orders o WHERE o.total > (SELECT MAX(p.amount) FROM payments.payments p)",
                "id bigint!",
                "total decimal(12,2)!");
        Catalog own = FederationFixture.catalogWith(view);
        var resolved = FederationFixture.resolve(own, "SELECT id FROM t.big WHERE id < 100");
        GovernedQuery query = new Weaver().weave(resolved, FederationFixture.steward(resolved.views()));
        Program sound = planner.program(query, own).program();
        assertThatCode(() -> new PlanVerifier(own).verify(query, sound.steps(), sound.trees()))
                .doesNotThrowAnyException();
        assertThat(((Step.PassThrough) sound.steps().getLast()).fetch().describedSql())
                .contains("<value of v0>");

        var other = FederationFixture.resolve(
                own, "SELECT order_id FROM sales.orders WHERE order_id < (SELECT MAX(id) FROM t.big)");
        GovernedQuery around = new Weaver().weave(other, FederationFixture.steward(other.views()));
        Program of = planner.program(around, own).program();
        assertThatCode(() -> new PlanVerifier(own).verify(around, of.steps(), of.trees()))
                .doesNotThrowAnyException();
        Program open = withTrees(
                of,
                rel -> rel instanceof SecureFilter barrier
                                && barrier.view().toString().startsWith("t.big")
                        ? barrier.getInput()
                        : rel);
        assertThatThrownBy(() -> new PlanVerifier(own).verify(around, open.steps(), open.trees()))
                .isInstanceOf(BelvedereException.class);
    }

    private static final String ACROSS = "SELECT o.order_id, c.segment FROM sales.orders o"
            + " JOIN crm.customer_360 c ON c.customer_id = o.customer_id WHERE o.order_id = 100";

    private static Program withFew(Program program, UnaryOperator<FewRows> damage) {
        Step.Deliver deliver = (Step.Deliver) program.steps().getLast();
        List<Step> steps = new ArrayList<>(program.steps());
        steps.set(
                steps.size() - 1,
                new Step.Deliver(
                        deliver.name(),
                        deliver.sql(),
                        deliver.inputs(),
                        Optional.of(damage.apply(deliver.few().orElseThrow())),
                        deliver.columns()));
        return new Program(steps, program.trees());
    }

    /** Damages the one join. */
    private static FewRows joined(FewRows few, UnaryOperator<FewRows.Matched> damage) {
        return switch (few) {
            case FewRows.Of of -> of;
            case FewRows.Chosen(FewRows input, List<Integer> columns) ->
                new FewRows.Chosen(joined(input, damage), columns);
            case FewRows.Matched matched -> damage.apply(matched);
            case FewRows.First(FewRows input, List<Step.SortKey> order, long offset, long rowsMax) ->
                new FewRows.First(joined(input, damage), order, offset, rowsMax);
        };
    }

    @Test
    void refusesFewRowsThatWouldBeJoinedInAnotherWay() {
        GovernedQuery query = FederationFixture.weaveAsSteward(ACROSS);
        Program sound = program(query);
        assertThatCode(() -> verify(query, withFew(sound, few -> few))).doesNotThrowAnyException();

        assertRefused(query, withFew(sound, few -> new FewRows.Chosen(few, List.of(1, 0))));
        assertRefused(query, withFew(sound, few -> new FewRows.First(few, List.of(), 0, 1)));
        for (FewRows.Kind kind : List.of(FewRows.Kind.LEFT, FewRows.Kind.SEMI, FewRows.Kind.ANTI)) {
            assertRefused(
                    query,
                    withFew(
                            sound,
                            few -> joined(
                                    few,
                                    each -> new FewRows.Matched(
                                            kind, each.left(), each.right(), each.leftKeys(), each.rightKeys()))));
        }
        assertRefused(
                query,
                withFew(
                        sound,
                        few -> joined(
                                few,
                                each -> new FewRows.Matched(
                                        each.kind(), each.right(), each.left(), each.rightKeys(), each.leftKeys()))));
        assertRefused(
                query,
                withFew(
                        sound,
                        few -> joined(
                                few,
                                each -> new FewRows.Matched(
                                        each.kind(), each.left(), each.right(), List.of(), List.of()))));
    }

    @Test
    void refusesFewRowsWhereTheEngineFilters() {
        GovernedQuery query = FederationFixture.weaveAsSteward(ACROSS);
        Program sound = program(query);
        Map<String, RelNode> trees = new HashMap<>(sound.trees());
        RelNode result = trees.get("result");
        RexBuilder rex = result.getCluster().getRexBuilder();
        trees.put(
                "result",
                LogicalFilter.create(
                        result, rex.makeCall(SqlStdOperatorTable.IS_NOT_NULL, rex.makeInputRef(result, 0))));
        assertRefused(query, new Program(sound.steps(), trees));
    }
}
