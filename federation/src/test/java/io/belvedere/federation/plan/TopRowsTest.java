package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which orders of a join of two sources are known by the first rows of one of them. */
class TopRowsTest {
    private static ExecutablePlan plan(String join, String order) {
        Catalog catalog = FederationFixture.catalogWith(
                FederationFixture.view(
                        "x.orders@1.0.0",
                        "SELECT id, customer_id, total, status FROM orders.orders",
                        "id bigint!",
                        "customer_id bigint!",
                        "total decimal(12,2)!",
                        "status varchar!"),
                FederationFixture.view(
                        "x.customers@1.0.0",
                        "SELECT id, region FROM crm.customers",
                        "id bigint!",
                        "region varchar! scope.region"));
        var query = FederationFixture.resolve(
                catalog,
                "SELECT o.id, o.total, c.region FROM x.orders o " + join
                        + " x.customers c ON c.id = o.customer_id ORDER BY " + order + " LIMIT 10");
        var governed = new Weaver().weave(query, FederationFixture.steward(query.views()));
        return new Planner(new FixtureStatistics()).plan(governed, catalog);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o.total",
                "o.total DESC, o.id",
                "o.total DESC, o.id, c.region",
                "o.id DESC, c.region DESC, o.total",
                "o.status, o.id, UPPER(c.region) NULLS FIRST"
            })
    void takesTheFirstOrdersBeforeTheyAreJoined(String order) {
        for (String join : new String[] {"JOIN", "LEFT JOIN"}) {
            assertThat(plan(join, order).attempts())
                    .isNotEmpty()
                    .allSatisfy(attempt ->
                            assertThat(attempt.steps().toString()).contains("LIMIT " + attempt.driverRowsMax()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "o.total DESC, c.region",
                "c.region, o.id",
                "o.status, c.region, o.id",
                "UPPER(c.region), o.id",
                "o.total + 1"
            })
    void joinsThemAllWhereOthersMayTieWithTheLastOfThem(String order) {
        for (String join : new String[] {"JOIN", "LEFT JOIN"}) {
            assertThat(plan(join, order).attempts()).isEmpty();
        }
    }
}
