package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.policy.Allow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plan's text is looked at: a table that is not in it is not asked. */
class UnusedJoinsTest {
    private static final String TOTALS =
            " LEFT JOIN (SELECT customer_id, COUNT(*) AS n FROM orders.orders GROUP BY customer_id) t ON t.customer_id = c.id";

    @Test
    void asksOneSourceWhereNobodyReadsTheOther() {
        String plan = plan("c.id, t.n", TOTALS, "SELECT a FROM x.probe WHERE a = 5");

        assertThat(plan).contains("pass-through at crm").doesNotContain("orders");
    }

    @Test
    void countsTheSameRowsWithoutIt() {
        assertThat(plan("c.id, t.n", TOTALS, "SELECT COUNT(*) AS rows_there FROM x.probe"))
                .contains("pass-through at crm")
                .doesNotContain("orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a, b FROM x.probe",
                "SELECT a FROM x.probe WHERE b > 3",
                "SELECT a FROM x.probe ORDER BY b",
                "SELECT SUM(b) AS s FROM x.probe"
            })
    void keepsAJoinThatSomethingReads(String query) {
        assertThat(plan("c.id, t.n", TOTALS, query)).contains("orders");
    }

    @Test
    void leavesOutATableThatIsJoinedOnItsKey() {
        assertThat(plan("c.id, o.store_id", " LEFT JOIN orders.orders o ON o.id = c.id", "SELECT a FROM x.probe"))
                .doesNotContain("orders");
        assertThat(plan("c.id, k.id", " LEFT JOIN inventory.products k ON k.id = c.id", "SELECT a FROM x.probe"))
                .doesNotContain("products");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " LEFT JOIN orders.orders k ON k.customer_id = c.id",
                " LEFT JOIN orders.order_items k ON k.order_id = c.id",
                " LEFT JOIN orders.orders k ON k.id > c.id",
                " LEFT JOIN (SELECT customer_id, status FROM orders.orders GROUP BY customer_id, status) k"
                        + " ON k.customer_id = c.id",
                " JOIN orders.orders k ON k.id = c.id",
                " FULL JOIN orders.orders k ON k.id = c.id",
                " RIGHT JOIN orders.orders k ON k.id = c.id"
            })
    void keepsAJoinThatMayAddOrDropRows(String join) {
        assertThat(plan("c.id, 1", join, "SELECT a FROM x.probe")).contains("orders");
    }

    @Test
    void leavesOutTheLeftOfARightJoin() {
        assertThat(plan("k.id, c.id", " RIGHT JOIN inventory.products k ON c.id = k.id", "SELECT a FROM x.probe"))
                .contains("products")
                .doesNotContain("customers");
    }

    @Test
    void keepsAViewWithItsBarrier() {
        assertThat(plan(
                        "c.id, v.customer_id",
                        " LEFT JOIN sales.orders v ON v.order_id = c.id",
                        "SELECT a FROM x.probe"))
                .contains("orders");
    }

    private static String plan(String columns, String join, String query) {
        Catalog catalog = FederationFixture.catalogWith(FederationFixture.view(
                "x.probe@1.0.0",
                "SELECT " + columns.replaceFirst(", ", " AS a, ") + " AS b FROM crm.customers c" + join,
                "a bigint",
                "b bigint"));
        var resolved = FederationFixture.resolve(catalog, query);
        var governed = new Weaver().weave(resolved, FederationFixture.steward(catalog.views()));
        return ExplainText.render(
                Explained.of(new Planner(new FixtureStatistics()).plan(governed, catalog), Allow.Detail.FULL));
    }
}
