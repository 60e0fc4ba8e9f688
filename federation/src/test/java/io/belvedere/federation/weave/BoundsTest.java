package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.catalogWith;
import static io.belvedere.federation.FederationFixture.resolve;
import static io.belvedere.federation.FederationFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.SourceName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.PolicyFixtures;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoundsTest {
    private static final SourceName CRM = new SourceName("crm");
    private static final SourceName ORDERS = new SourceName("orders");

    private final Catalog catalog = catalogWith(
            view(
                    "t.a@1.0.0",
                    "SELECT id FROM orders.orders",
                    new ViewLimits(Duration.ofSeconds(5), 1_000, 70),
                    new OnSourceFailure.Partial(Set.of(CRM, ORDERS)),
                    "id bigint!"),
            view(
                    "t.b@1.0.0",
                    "SELECT id FROM t.a",
                    new ViewLimits(Duration.ofSeconds(9), 500, 80),
                    new OnSourceFailure.Partial(Set.of(ORDERS)),
                    "id bigint!"));

    @Test
    void takesTheTightestLimitsOfAllViewsAndOfTheDecision() {
        assertThat(weave("SELECT id FROM t.b", 10_000).limits())
                .isEqualTo(new ViewLimits(Duration.ofSeconds(5), 500, 70));
        assertThat(weave("SELECT id FROM t.b", 7).limits()).isEqualTo(new ViewLimits(Duration.ofSeconds(5), 7, 70));
        assertThat(weave("SELECT 1", 7).limits()).isEqualTo(ViewLimits.DEFAULT);
    }

    @Test
    void allowsAPartialResultOnlyWhereEveryViewDoes() {
        assertThat(weave("SELECT id FROM t.a", 7).onSourceFailure())
                .isEqualTo(new OnSourceFailure.Partial(Set.of(CRM, ORDERS)));
        assertThat(weave("SELECT id FROM t.b", 7).onSourceFailure())
                .isEqualTo(new OnSourceFailure.Partial(Set.of(ORDERS)));
        assertThat(weave("SELECT a.id FROM t.a a, sales.orders o", 7).onSourceFailure())
                .isEqualTo(new OnSourceFailure.Fail());
        assertThat(weave("SELECT 1", 7).onSourceFailure()).isEqualTo(new OnSourceFailure.Fail());
    }

    @Test
    void countsTheTablesThatViewsReadBehindTheirNames() {
        String reads = " UNION ALL SELECT 1 FROM w".repeat(27);
        String sql = "WITH w AS (SELECT a.order_id FROM fulfilment.late_orders a, fulfilment.late_orders b,"
                + " fulfilment.late_orders c) SELECT 1 FROM w" + reads;

        assertThatThrownBy(() -> weave(sql, 7)).hasMessageContaining("more than 500 tables");
        assertThat(weave(sql.replace("fulfilment.late_orders", "sales.orders"), 7)
                        .columns())
                .hasSize(1);
    }

    private GovernedQuery weave(String sql, long rowsMax) {
        ResolvedQuery query = resolve(catalog, sql);
        return new Weaver()
                .weave(
                        query,
                        PolicyFixtures.everything(query.views())
                                .rowsMax(rowsMax)
                                .allow());
    }
}
