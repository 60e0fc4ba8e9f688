package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyFixtures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Counts of earlier runs correct the next plan of the same decision, and of no other. */
class FeedbackTest {
    private static final String LARGE_ORDERS = "SELECT o.order_id, v.customer_name FROM sales.orders o"
            + " JOIN crm.customer_360 v ON v.customer_id = o.customer_id WHERE o.total > 900";

    private final Planner planner = new Planner(new FixtureStatistics());

    private ExecutablePlan plan(GovernedQuery query) {
        return planner.plan(query, FederationFixture.catalog());
    }

    private static GovernedQuery analyst(String sql) {
        ResolvedQuery query = FederationFixture.resolve(sql);
        Allow allow = PolicyFixtures.everything(query.views())
                .rowsWhere("region", "EU")
                .allow(Allow.Detail.FULL, "a".repeat(64));
        return new Weaver().weave(query, allow);
    }

    private static GovernedQuery steward(String sql) {
        return FederationFixture.weaveAsSteward(sql);
    }

    /** The fetch without keys, which runs first. */
    private static Step.Fetch first(ExecutablePlan plan) {
        return plan.steps().stream()
                .filter(step -> step instanceof Step.Fetch fetch && fetch.keys().isEmpty())
                .map(Step.Fetch.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Step.Fetch of(ExecutablePlan plan, String source) {
        return plan.steps().stream()
                .filter(step -> step instanceof Step.Fetch fetch
                        && fetch.source().value().equals(source))
                .map(Step.Fetch.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static long expected(ExecutablePlan plan, String step) {
        return plan.report().expected().get(step).estimate().rows();
    }

    private static String explained(ExecutablePlan plan) {
        return ExplainText.render(Explained.of(plan, Allow.Detail.FULL));
    }

    @Test
    void theSideThatTurnsOutToBeSmallRunsFirstTheNextTime() {
        ExecutablePlan before = plan(steward(LARGE_ORDERS));
        assertThat(of(before, "orders").keys()).isEmpty();
        assertThat(of(before, "crm").keys()).isEmpty();

        before.observed(of(before, "orders").name(), 40);
        ExecutablePlan after = plan(steward(LARGE_ORDERS));

        assertThat(of(after, "crm").keys()).isNotEmpty();
        assertThat(expected(after, of(after, "orders").name())).isEqualTo(40);
        assertThat(before.isContradicted()).isTrue();
    }

    @Test
    void whatIsSeenLastWeighsHalf() {
        for (long rows : List.of(1_000L, 2_000L, 2_000L)) {
            ExecutablePlan plan = plan(steward(LARGE_ORDERS));
            plan.observed(of(plan, "orders").name(), rows);
        }

        assertThat(expected(plan(steward(LARGE_ORDERS)), "f0")).isEqualTo(1_750);
    }

    @Test
    void noPlanOfAnotherDecisionSaysAnythingOfIt() {
        String untouched = explained(plan(analyst(LARGE_ORDERS)));

        ExecutablePlan ofSteward = plan(steward(LARGE_ORDERS));
        ofSteward.observed(of(ofSteward, "orders").name(), 3);
        ofSteward.observed(of(ofSteward, "crm").name(), 1);

        assertThat(explained(plan(analyst(LARGE_ORDERS)))).isEqualTo(untouched);
    }

    @Test
    void anotherConstantIsAnotherShapeAndOtherColumnsAreNot() {
        ExecutablePlan plan = plan(steward(LARGE_ORDERS));
        plan.observed(of(plan, "orders").name(), 40);

        ExecutablePlan other = plan(steward(LARGE_ORDERS.replace("900", "800")));
        assertThat(expected(other, of(other, "orders").name())).isGreaterThan(40);
        ExecutablePlan wider = plan(steward(LARGE_ORDERS.replace("o.order_id", "o.order_id, o.ordered_at")));
        assertThat(expected(wider, of(wider, "orders").name())).isEqualTo(40);
    }

    @Test
    void nothingIsLearnedFromRowsThatKeysNarrowed() {
        ExecutablePlan plan = plan(analyst("SELECT order_id FROM fulfilment.late_orders"));
        String untouched = explained(plan);
        plan.steps().stream()
                .filter(step ->
                        step instanceof Step.Fetch fetch && !fetch.keys().isEmpty())
                .forEach(step -> plan.observed(step.name(), 1));

        assertThat(explained(plan(analyst("SELECT order_id FROM fulfilment.late_orders"))))
                .isEqualTo(untouched);
        plan.observed(first(plan).name(), 1);
        assertThat(explained(plan(analyst("SELECT order_id FROM fulfilment.late_orders"))))
                .isNotEqualTo(untouched);
    }

    @Test
    void aPlanOfOneStatementHasNothingToLearn() {
        ExecutablePlan plan = plan(steward("SELECT order_id FROM sales.orders WHERE total > 900"));
        plan.observed("f0", 1);

        assertThat(plan.isContradicted()).isFalse();
        ExecutablePlan joined = plan(steward(LARGE_ORDERS));
        assertThat(expected(joined, of(joined, "orders").name())).isGreaterThan(1);
    }
}
