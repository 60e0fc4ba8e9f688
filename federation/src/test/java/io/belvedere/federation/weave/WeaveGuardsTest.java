package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.catalogWith;
import static io.belvedere.federation.FederationFixture.resolve;
import static io.belvedere.federation.FederationFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.ColumnName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.policy.ViewAccess;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.junit.jupiter.api.Test;

/** What policy must get into a query, one thing a test: what {@link WeaveMutant} breaks, these notice. */
class WeaveGuardsTest {
    private static final String CUSTOMERS = "crm.customer_360@1.0.0";
    private static final String ORDERS = "sales.orders@2.0.0";
    private static final String EU = "=($5, 'EU')";
    private static final Condition IN_EU = is("region", Condition.Operator.EQ, "EU");
    private static final Condition IN_FRANCE = is("country", Condition.Operator.EQ, "France");
    private static final String IN_SUB_QUERY =
            "SELECT o.total FROM sales.orders o WHERE o.customer_id IN (SELECT customer_id FROM crm.customer_360)";

    @Test
    void theRowsAreThoseOfPolicy() {
        assertThat(conditions(analyst("SELECT customer_id FROM crm.customer_360")))
                .containsExactly(EU);
    }

    @Test
    void theRowsOfASubQueryAreThoseOfPolicy() {
        assertThat(conditions(analyst(IN_SUB_QUERY))).contains(EU);
    }

    @Test
    void theRowsOfEveryBranchAreThoseOfPolicy() {
        assertThat(conditions(
                        analyst("SELECT email FROM crm.customer_360 UNION ALL SELECT phone FROM crm.customer_360")))
                .containsExactly(EU, EU);
    }

    @Test
    void theRowsOfAViewBelowAreThoseOfPolicy() {
        assertThat(conditions(analyst("SELECT country FROM sales.revenue_by_country")))
                .contains(EU);
    }

    @Test
    void aMaskedColumnIsMasked() {
        assertMasked(analyst("SELECT email FROM crm.customer_360"));
    }

    @Test
    void aMaskedColumnIsMaskedInACondition() {
        assertMasked(analyst("SELECT 1 AS one_ FROM crm.customer_360 WHERE email = 'ann@example.org'"));
    }

    @Test
    void aMaskedColumnOfAViewBelowIsMasked() {
        var catalog =
                catalogWith(view("t.outer_view@1.0.0", "SELECT v.email FROM crm.customer_360 v", "email varchar"));
        ResolvedQuery query = resolve(catalog, "SELECT email FROM t.outer_view");

        assertMasked(new Weaver()
                .weave(
                        query,
                        granting(query)
                                .mask(CUSTOMERS, "email", new Mask.Email())
                                .allow()));
    }

    @Test
    void aHiddenColumnIsInNoStar() {
        assertThat(analyst("SELECT * FROM crm.customer_360").columns().stream().map(OutputColumn::name))
                .contains("email")
                .doesNotContain("card_number");
    }

    @Test
    void aHiddenColumnHasNoName() {
        assertRefused("QUERY_INVALID", () -> analyst("SELECT card_number FROM crm.customer_360"));
    }

    @Test
    void aHiddenColumnIsNoneToCount() {
        assertRefused("QUERY_INVALID", () -> analyst("SELECT COUNT(card_number) AS n FROM crm.customer_360"));
    }

    @Test
    void aViewThatFiltersByAHiddenColumnIsNone() {
        assertViewIsNone("EXISTS (SELECT 1 FROM crm.customer_360 WHERE phone IS NOT NULL)");
    }

    @Test
    void aViewThatComparesAHiddenColumnIsNone() {
        assertViewIsNone("c.id IN (SELECT v.customer_id FROM crm.customer_360 v WHERE phone = v.region)");
    }

    @Test
    void aViewThatCountsByAHiddenColumnIsNone() {
        assertViewIsNone("c.id = (SELECT COUNT(phone) FROM crm.customer_360 v)");
    }

    @Test
    void aColumnThatTheDecisionLeavesOutIsRefused() {
        assertRefused("PLAN_REFUSED", () -> withColumns(columns -> columns.remove(new ColumnName("total"))));
    }

    @Test
    void columnsThatTheDecisionAllLeavesOutAreRefused() {
        assertRefused("PLAN_REFUSED", () -> withColumns(Map::clear));
    }

    @Test
    void aColumnTooManyIsRefused() {
        assertRefused(
                "PLAN_REFUSED", () -> withColumns(columns -> columns.put(new ColumnName("more"), new Mask.None())));
    }

    @Test
    void rowsOfAContractAreNotThere() {
        assertContractIsNone("SELECT total FROM sales.orders");
    }

    @Test
    void rowsOfAContractInASubQueryAreNotThere() {
        assertContractIsNone(
                "SELECT email FROM crm.customer_360 WHERE customer_id IN (SELECT customer_id FROM sales.orders)");
    }

    @Test
    void rowsOfAContractBelowAViewAreNotThere() {
        ResolvedQuery query = resolve("SELECT country FROM sales.revenue_by_country");
        Allow decision =
                granting(query).access(CUSTOMERS, contract(query, CUSTOMERS)).allow();

        assertRefused("VIEW_NOT_FOUND", () -> new Weaver().weave(query, decision));
    }

    @Test
    void bothConditionsCount() {
        assertThat(conditionsUnder(new Condition.And(List.of(IN_EU, IN_FRANCE))))
                .containsExactly("AND(=($5, 'EU'), =($6, 'France'))");
    }

    @Test
    void bothConditionsCountUnderNot() {
        assertThat(conditionsUnder(new Condition.Not(new Condition.And(List.of(IN_EU, IN_FRANCE)))))
                .containsExactly("NOT(AND(=($5, 'EU'), =($6, 'France')))");
    }

    @Test
    void bothConditionsCountBesideOthers() {
        assertThat(conditionsUnder(new Condition.Or(List.of(new Condition.And(List.of(IN_EU, IN_FRANCE)), IN_FRANCE))))
                .containsExactly("OR(AND(=($5, 'EU'), =($6, 'France')), =($6, 'France'))");
    }

    @Test
    void whatIsExcludedIsExcluded() {
        assertThat(conditionsUnder(new Condition.Not(IN_EU))).containsExactly("NOT(=($5, 'EU'))");
    }

    @Test
    void whatIsExcludedAmongOthersIsExcluded() {
        assertThat(conditionsUnder(new Condition.And(
                        List.of(IN_FRANCE, new Condition.Not(new Condition.IsNull(new ColumnName("segment")))))))
                .containsExactly("AND(=($6, 'France'), NOT(IS NULL($7)))");
    }

    @Test
    void lessIsLess() {
        assertThat(conditionsUnder(new Condition.Comparison(
                        new ColumnName("customer_id"), Condition.Operator.LT, new Literal.Numeric(BigDecimal.TEN))))
                .containsExactly("<($0, 10)");
    }

    @Test
    void aBarrierNamesItsDecision() {
        assertThat(stamps(analyst("SELECT customer_id FROM crm.customer_360"))).containsExactly(PolicyFixtures.STAMP);
    }

    @Test
    void aBarrierInASubQueryNamesItsDecision() {
        assertThat(stamps(analyst(IN_SUB_QUERY))).containsExactly(PolicyFixtures.STAMP, PolicyFixtures.STAMP);
    }

    @Test
    void aBarrierBelowAViewNamesItsDecision() {
        assertThat(stamps(analyst("SELECT country FROM sales.revenue_by_country")))
                .hasSize(3)
                .containsOnly(PolicyFixtures.STAMP);
    }

    @Test
    void thereAreNoMoreRowsThanPolicySays() {
        assertThat(rowsMax("SELECT total FROM sales.orders")).isEqualTo(7);
    }

    @Test
    void aJoinHasNoMoreRowsThanPolicySays() {
        assertThat(rowsMax(
                        "SELECT o.total FROM sales.orders o JOIN crm.customer_360 c ON c.customer_id = o.customer_id"))
                .isEqualTo(7);
    }

    @Test
    void aViewOnViewsHasNoMoreRowsThanPolicySays() {
        assertThat(rowsMax("SELECT country FROM sales.revenue_by_country")).isEqualTo(7);
    }

    @Test
    void aViewInGroupsShowsNoRow() {
        assertRefused("UNSUPPORTED", () -> grouped("SELECT segment FROM crm.customer_360"));
    }

    @Test
    void aViewInGroupsIsNotJoined() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT COUNT(*) AS n FROM crm.customer_360 c JOIN sales.orders o ON"
                        + " o.customer_id = c.customer_id"));
    }

    @Test
    void aGroupIsShownWhereItIsLargeEnough() {
        assertThat(groupSizes("SELECT segment, COUNT(*) AS n FROM crm.customer_360 GROUP BY segment"))
                .containsExactly(10);
    }

    @Test
    void aTotalIsOfGroupsThatAreLargeEnough() {
        assertThat(groupSizes("SELECT segment, COUNT(*) AS n FROM crm.customer_360 GROUP BY ROLLUP(segment)"))
                .containsExactly(10);
    }

    @Test
    void aGroupInASubQueryIsShownWhereItIsLargeEnough() {
        assertThat(groupSizes("SELECT total FROM sales.orders WHERE total > (SELECT COUNT(*) FROM crm.customer_360)"))
                .containsExactly(10);
    }

    @Test
    void aCountOfFewValuesIsNotShown() {
        assertThat(valuesCounted("SELECT segment, COUNT(phone) AS n FROM crm.customer_360 GROUP BY segment"))
                .isEqualTo(1);
    }

    @Test
    void aCountOfFewValuesIsInNoTotal() {
        assertThat(
                        valuesCounted(
                                "SELECT segment, COUNT(phone) AS n, COUNT(email) AS m FROM crm.customer_360 GROUP BY CUBE(segment)"))
                .isEqualTo(2);
    }

    @Test
    void aCountOfFewValuesInASubQueryIsNotShown() {
        assertThat(valuesCounted(
                        "SELECT total FROM sales.orders WHERE total > (SELECT COUNT(phone) FROM crm.customer_360)"))
                .isEqualTo(1);
    }

    @Test
    void theLeastOfAGroupIsSomebodys() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, MIN(customer_id) AS n FROM crm.customer_360 GROUP BY segment"));
    }

    @Test
    void theGreatestOfAGroupIsSomebodys() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, COUNT(*) AS n, MAX(email) AS m FROM crm.customer_360 GROUP BY segment"));
    }

    @Test
    void aCountOfSomeRowsOfAGroupIsRefused() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, COUNT(*) FILTER (WHERE customer_id = 7) AS n FROM crm.customer_360"
                        + " GROUP BY segment"));
    }

    @Test
    void rowsInGroupsAreNotFilteredByOthers() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, COUNT(*) AS c FROM crm.customer_360 WHERE customer_id IN"
                        + " (SELECT customer_id FROM sales.orders) GROUP BY segment"));
    }

    @Test
    void rowsInGroupsAreNotFilteredByWhetherThereAreOthers() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, COUNT(*) AS n FROM crm.customer_360 c WHERE EXISTS"
                        + " (SELECT 1 FROM sales.orders o WHERE o.customer_id = c.customer_id) GROUP BY segment"));
    }

    @Test
    void rowsInGroupsAreNotFilteredByAValueOfOthers() {
        assertRefused(
                "UNSUPPORTED",
                () -> grouped("SELECT segment, COUNT(*) AS n FROM crm.customer_360 WHERE customer_id ="
                        + " (SELECT MAX(customer_id) FROM sales.orders) GROUP BY segment"));
    }

    private static Condition is(String column, Condition.Operator operator, String value) {
        return new Condition.Comparison(new ColumnName(column), operator, new Literal.Text(value));
    }

    private static GovernedQuery analyst(String sql) {
        return FederationFixture.weaveAsAnalyst(sql);
    }

    private static PolicyFixtures.Granting granting(ResolvedQuery query) {
        return PolicyFixtures.everything(query.views());
    }

    private static GovernedQuery woven(String sql, UnaryOperator<PolicyFixtures.Granting> policy) {
        ResolvedQuery query = resolve(sql);
        return new Weaver().weave(query, policy.apply(granting(query)).allow());
    }

    private static void withColumns(Consumer<Map<ColumnName, Mask>> change) {
        ResolvedQuery query = resolve("SELECT total FROM sales.orders");
        Map<ColumnName, Mask> columns = new HashMap<>();
        query.views().getFirst().columns().forEach(column -> columns.put(column.name(), new Mask.None()));
        new Weaver().weave(query, granting(query).access(ORDERS, rows(columns)).allow());
        change.accept(columns);
        new Weaver().weave(query, granting(query).access(ORDERS, rows(columns)).allow());
    }

    private static ViewAccess rows(Map<ColumnName, Mask> columns) {
        return new ViewAccess.Rows(new ViewAccess.RowRule.All(), columns, 10, 0);
    }

    private static ViewAccess contract(ResolvedQuery query, String view) {
        Map<ColumnName, Mask> columns = new HashMap<>();
        query.views().stream()
                .filter(each -> each.id().toString().equals(view))
                .flatMap(each -> each.columns().stream())
                .forEach(column -> columns.put(column.name(), new Mask.None()));
        return new ViewAccess.Contract(columns);
    }

    private static void assertContractIsNone(String sql) {
        ResolvedQuery query = resolve(sql);
        Allow decision = granting(query).access(ORDERS, contract(query, ORDERS)).allow();

        assertRefused("VIEW_NOT_FOUND", () -> new Weaver().weave(query, decision));
    }

    /** The table around has a column of the name that is hidden below. */
    private static void assertViewIsNone(String condition) {
        var catalog = catalogWith(
                view("t.matching@1.0.0", "SELECT c.id FROM crm.customers c WHERE " + condition, "id bigint!"));
        ResolvedQuery query = resolve(catalog, "SELECT id FROM t.matching");
        Allow decision =
                granting(query).mask(CUSTOMERS, "phone", new Mask.Hidden()).allow();

        assertThat(new Weaver().weave(query, granting(query).allow()).columns()).hasSize(1);
        assertRefused("VIEW_NOT_FOUND", () -> new Weaver().weave(query, decision));
    }

    private static void assertMasked(GovernedQuery query) {
        List<String> masks = RelOptUtil.toString(query.tree())
                .lines()
                .filter(line -> line.contains("email=[CASE(") && line.contains("POSITION("))
                .toList();
        assertThat(masks).hasSize(1).allSatisfy(mask -> assertThat(mask).contains("SUBSTRING($2, 1, 1)"));
    }

    private static List<String> conditionsUnder(Condition condition) {
        return conditions(
                woven("SELECT customer_id FROM crm.customer_360", granting -> granting.rows(CUSTOMERS, condition)));
    }

    private static GovernedQuery grouped(String sql) {
        return woven(sql, granting -> granting.groupSizeMin(CUSTOMERS, 10));
    }

    private static List<Integer> groupSizes(String sql) {
        return found(grouped(sql), GroupBarrier.class).stream()
                .map(GroupBarrier::sizeMin)
                .toList();
    }

    private static int valuesCounted(String sql) {
        return found(grouped(sql), GroupBarrier.class).stream()
                .mapToInt(barrier -> barrier.values().size())
                .sum();
    }

    private static long rowsMax(String sql) {
        return woven(sql, granting -> granting.rowsMax(7)).limits().rowsMax();
    }

    private static List<String> conditions(GovernedQuery query) {
        return found(query, SecureFilter.class).stream()
                .map(barrier -> barrier.condition().toString())
                .toList();
    }

    private static List<String> stamps(GovernedQuery query) {
        return found(query, SecureFilter.class).stream()
                .map(SecureFilter::stamp)
                .toList();
    }

    /** The nodes of a kind in the whole tree, those of sub-queries too. */
    private static <T> List<T> found(GovernedQuery query, Class<T> kind) {
        List<T> found = new ArrayList<>();
        find(query.tree(), kind, found);
        return found;
    }

    private static <T> void find(RelNode rel, Class<T> kind, List<T> found) {
        if (kind.isInstance(rel)) {
            found.add(kind.cast(rel));
        }
        rel.accept(new RexShuttle() {
            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                find(query.rel, kind, found);
                return super.visitSubQuery(query);
            }
        });
        rel.getInputs().forEach(input -> find(input, kind, found));
    }

    private static void assertRefused(String code, Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code().name()).isEqualTo(code));
    }
}
