package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.PolicyFixtures;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A query that can have no row is planned and proved, whatever is known of the sizes of its tables: they decide the order of its joins. */
class NoRowsTest {
    private static final Catalog CATALOG = FederationFixture.catalogWith(FederationFixture.view(
            "t.pair@1.0.0",
            "SELECT c.id, c.region, c.email, o.id AS order_id, o.total FROM crm.customers c"
                    + " JOIN orders.orders o ON o.customer_id = c.id AND o.status = c.region",
            "id bigint!",
            "region varchar! scope.region",
            "email varchar pii.email",
            "order_id bigint!",
            "total decimal(12,2)!"));

    private static final List<String> QUERIES = List.of(
            "SELECT id FROM t.pair WHERE FALSE",
            "SELECT order_id FROM t.pair WHERE FALSE",
            "SELECT id, order_id, region FROM t.pair WHERE id = NULL",
            "SELECT order_id FROM t.pair WHERE total <> total AND region = NULL",
            "SELECT COUNT(email) AS n FROM t.pair WHERE FALSE GROUP BY region, ROLLUP(order_id)",
            "SELECT id FROM t.pair WHERE id > 5 AND id < 5",
            "SELECT (SELECT id FROM t.pair WHERE FALSE ORDER BY id LIMIT 1) AS x FROM sales.orders");

    private static Stream<Arguments> cases() {
        List<Double> sizes = List.of(1.0, 30.0, 1_000.0, 1_000_000.0);
        return QUERIES.stream()
                .flatMap(sql -> sizes.stream()
                        .flatMap(customers -> sizes.stream().map(orders -> Arguments.of(sql, customers, orders))));
    }

    @ParameterizedTest(name = "{0} with {1} customers and {2} orders")
    @MethodSource("cases")
    void isPlanned(String sql, double customers, double orders) {
        Statistics statistics =
                table -> Optional.of(new Statistics.TableStatistics(rows(table, customers, orders), Map.of()));
        for (String column : List.of("region", "total")) {
            Literal value = column.equals("region") ? new Literal.Text("EU") : new Literal.Numeric(BigDecimal.TEN);
            ResolvedQuery query = FederationFixture.resolve(CATALOG, sql);
            var decision = PolicyFixtures.everything(query.views())
                    .rows(
                            "t.pair@1.0.0",
                            new Condition.Comparison(new ColumnName(column), Condition.Operator.EQ, value))
                    .allow();
            // The planner verifies what it gives out, and refuses what cannot be proved.
            assertThat(new Planner(statistics)
                            .plan(new Weaver().weave(query, decision), CATALOG)
                            .steps())
                    .isNotEmpty();
        }
    }

    @Test
    void asksNoSourceForWhatItIsJoinedWith() {
        ResolvedQuery query = FederationFixture.resolve(CATALOG, "SELECT id, total FROM t.pair WHERE 1 = 0");
        ExecutablePlan plan = new Planner(_ -> Optional.empty())
                .plan(new Weaver().weave(query, FederationFixture.analyst(query.views())), CATALOG);

        assertThat(plan.steps()).noneMatch(step -> step instanceof Step.Fetch || step instanceof Step.PassThrough);
    }

    private static double rows(TableName table, double customers, double orders) {
        return table.toString().equals("crm.customers") ? customers : orders;
    }
}
