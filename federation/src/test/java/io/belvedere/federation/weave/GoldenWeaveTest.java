package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.resolve;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.plan.RelOptUtil;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The woven tree of each case, compared with a file; {@code -Dgolden.rewrite=true} writes the files anew. */
class GoldenWeaveTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/weave");

    @ParameterizedTest
    @MethodSource("cases")
    void weavesTheTreeThatIsOnFile(Case golden) throws IOException {
        ResolvedQuery query = resolve(golden.sql());
        GovernedQuery woven = new Weaver().weave(query, golden.decision().apply(query.views()));
        String actual = golden.sql() + "\n\n" + woven.columns() + "\n\n"
                + RelOptUtil.toString(woven.tree()).replace(PolicyFixtures.STAMP, "STAMP");
        Path file = FOLDER.resolve(golden.name() + ".txt");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, actual);
        }

        assertThat(actual).isEqualTo(Files.readString(file));
    }

    static List<Case> cases() {
        return List.of(
                new Case("all_columns_as_analyst", "SELECT * FROM crm.customer_360", FederationFixture::analyst),
                new Case("all_columns_as_steward", "SELECT * FROM crm.customer_360", FederationFixture::steward),
                new Case(
                        "nested_views",
                        "SELECT country, revenue FROM sales.revenue_by_country ORDER BY 2 DESC LIMIT 3",
                        FederationFixture::analyst),
                new Case(
                        "sub_queries",
                        "SELECT o.order_id, (SELECT c.email FROM crm.customer_360 c WHERE c.customer_id = o.customer_id) AS email"
                                + " FROM sales.orders o WHERE o.customer_id IN (SELECT customer_id FROM crm.customer_360)",
                        FederationFixture::analyst),
                new Case(
                        "lateral_join",
                        "SELECT c.customer_id, t.total FROM crm.customer_360 c,"
                                + " LATERAL (SELECT o.total FROM sales.orders o WHERE o.customer_id = c.customer_id) t",
                        FederationFixture::analyst),
                new Case(
                        "common_table",
                        "WITH eu AS (SELECT region, email FROM crm.customer_360) SELECT a.email FROM eu a JOIN eu b ON a.email = b.email",
                        FederationFixture::analyst),
                new Case(
                        "window_and_qualify",
                        "SELECT email, RANK() OVER (PARTITION BY region ORDER BY email) AS r FROM crm.customer_360 QUALIFY r = 1",
                        FederationFixture::analyst),
                new Case(
                        "groups_and_types",
                        "SELECT CAST(ordered_at AS DATE) AS d, SUM(total) AS s, AVG(total) AS a, SUM(order_id) AS n, COUNT(*), NULL AS x"
                                + " FROM sales.orders GROUP BY ROLLUP(1) HAVING SUM(total) / 3 > 1.5",
                        FederationFixture::steward),
                new Case(
                        "sort_by_what_is_not_selected",
                        "SELECT email FROM crm.customer_360 ORDER BY created_at DESC",
                        FederationFixture::analyst),
                new Case("every_mask", "SELECT * FROM fulfilment.late_orders", GoldenWeaveTest::everyMask),
                new Case("condition", "SELECT order_id FROM fulfilment.late_orders", GoldenWeaveTest::condition),
                new Case(
                        "late_orders",
                        "SELECT customer_name, email, order_id FROM fulfilment.late_orders WHERE total > 10",
                        FederationFixture::analyst));
    }

    /** A query, who asks it, and the name of the file with its tree. */
    record Case(String name, String sql, Function<Collection<ViewDefinition>, Allow> decision) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Allow everyMask(Collection<ViewDefinition> views) {
        return PolicyFixtures.everything(views)
                .mask("customer_id", new Mask.Bucket(100))
                .mask("customer_name", new Mask.KeepFirst(1))
                .mask("email", new Mask.Email())
                .mask("region", new Mask.Redact())
                .mask("order_id", new Mask.Constant(new Literal.Numeric(BigDecimal.ZERO)))
                .mask("ordered_at", new Mask.DateTrunc(Mask.DateTrunc.Unit.QUARTER))
                .mask("promised_at", new Mask.Null())
                .mask("total", new Mask.Bucket(10))
                .mask("product", new Mask.KeepLast(3))
                .mask("quantity", new Mask.Hidden())
                .allow();
    }

    private static Allow condition(Collection<ViewDefinition> views) {
        Condition eu =
                new Condition.Comparison(new ColumnName("region"), Condition.Operator.EQ, new Literal.Text("E'U"));
        Condition few = new Condition.In(
                new ColumnName("customer_id"),
                List.of(new Literal.Numeric(BigDecimal.ONE), new Literal.Numeric(BigDecimal.TWO)));
        Condition none = new Condition.IsNull(new ColumnName("email"));
        Condition cheap = new Condition.Comparison(
                new ColumnName("total"), Condition.Operator.LT, new Literal.Numeric(new BigDecimal("9.999")));
        return PolicyFixtures.everything(views)
                .mask("email", new Mask.Hidden())
                .rows(
                        "fulfilment.late_orders@1.0.0",
                        new Condition.And(List.of(new Condition.Or(List.of(eu, few)), new Condition.Not(none), cheap)))
                .allow();
    }
}
