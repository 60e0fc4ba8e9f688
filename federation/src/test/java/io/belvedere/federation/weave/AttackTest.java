package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.analyst;
import static io.belvedere.federation.FederationFixture.catalogWith;
import static io.belvedere.federation.FederationFixture.resolve;
import static io.belvedere.federation.FederationFixture.view;
import static io.belvedere.federation.FederationFixture.weaveAsAnalyst;
import static io.belvedere.federation.FederationFixture.weaveAsSteward;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.policy.ViewAccess;
import java.util.List;
import java.util.Map;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller who must not see a card, an e-mail address or a customer outside the EU, and tries to. */
class AttackTest {
    /** Every clause of a query with {@code X} where a column stands. */
    private static final List<String> CLAUSES = List.of(
            "SELECT X FROM crm.customer_360 c",
            "SELECT c.X FROM crm.customer_360 c",
            "SELECT UPPER(X) || '' FROM crm.customer_360",
            "SELECT 1 FROM crm.customer_360 WHERE X = 'a'",
            "SELECT 1 FROM crm.customer_360 WHERE X IS NULL",
            "SELECT COUNT(*) FROM crm.customer_360 GROUP BY X",
            "SELECT COUNT(*) FROM crm.customer_360 GROUP BY ROLLUP(X, region)",
            "SELECT COUNT(DISTINCT X), MIN(X), MAX(X) FROM crm.customer_360",
            "SELECT DISTINCT X FROM crm.customer_360",
            "SELECT COUNT(*) FILTER (WHERE X = 'a') FROM crm.customer_360",
            "SELECT region FROM crm.customer_360 GROUP BY region HAVING MAX(X) > 'a'",
            "SELECT customer_id FROM crm.customer_360 ORDER BY X",
            "SELECT customer_id FROM crm.customer_360 ORDER BY CASE WHEN X = 'a' THEN 1 END",
            "SELECT COALESCE(X, 'a'), NULLIF(X, 'b'), CASE X WHEN 'a' THEN 1 END FROM crm.customer_360",
            "SELECT ROW_NUMBER() OVER (PARTITION BY X ORDER BY customer_id) FROM crm.customer_360",
            "SELECT LAG(X) OVER (ORDER BY X) FROM crm.customer_360",
            "SELECT customer_id FROM crm.customer_360 QUALIFY RANK() OVER (ORDER BY X) = 1",
            "SELECT c.customer_id FROM crm.customer_360 c JOIN (VALUES ('a')) v(g) ON c.X = v.g",
            "SELECT c.customer_id FROM crm.customer_360 c JOIN crm.customer_360 d USING (X)",
            "SELECT c.customer_id FROM crm.customer_360 c WHERE EXISTS (SELECT 1 FROM sales.orders o WHERE c.X = 'a')",
            "SELECT o.total FROM sales.orders o WHERE 'a' IN (SELECT X FROM crm.customer_360)",
            "SELECT (SELECT MAX(X) FROM crm.customer_360 c WHERE c.customer_id = o.customer_id) FROM sales.orders o",
            "SELECT t.X FROM sales.orders o, LATERAL (SELECT X FROM crm.customer_360 c WHERE c.customer_id = o.customer_id) t",
            "WITH w AS (SELECT X FROM crm.customer_360) SELECT X FROM w",
            "SELECT a.X FROM (SELECT b.X FROM (SELECT X FROM crm.customer_360) b) a",
            "SELECT X FROM crm.customer_360 UNION SELECT X FROM crm.customer_360",
            "SELECT o.total FROM sales.orders o LEFT JOIN crm.customer_360 c ON c.X = 'a' AND 1 = 0",
            "SELECT 1 WHERE_ FROM sales.orders o WHERE 'a' = ANY (SELECT X FROM crm.customer_360)",
            "SELECT 1 WHERE_ FROM sales.orders o WHERE NOT EXISTS (SELECT X FROM crm.customer_360 WHERE X = 'a')");

    @Test
    void findsNoHiddenColumnInAnyClauseAndSaysTheSameAsOfAColumnThatDoesNotExist() {
        for (String clause : CLAUSES) {
            BelvedereException hidden = refusal(with(clause, "card_number"));
            BelvedereException absent = refusal(with(clause, "card_numbex"));

            assertThat(hidden.code().name()).as(clause).isEqualTo("QUERY_INVALID");
            assertThat(hidden.detail()).as(clause).isEqualTo(absent.detail().replace("card_numbex", "card_number"));
        }
    }

    @Test
    void showsAMaskedColumnToEveryClauseOnlyThroughItsMask() {
        for (String clause : CLAUSES) {
            GovernedQuery query = weaveAsAnalyst(with(clause, "email"));

            assertThat(rawUses(query.tree())).as(clause).isZero();
            assertThat(tree(query)).as(clause).contains("email=[CASE(IS NULL($2), null:VARCHAR, CASE(>(POSITION(");
        }
    }

    @Test
    void showsTheSameClausesInTheClearToWhoMaySeeThem() {
        for (String clause : CLAUSES) {
            assertThat(tree(weaveAsSteward(with(clause, "card_number"))))
                    .as(clause)
                    .contains("SecureFilter(view=[crm.customer_360@1.0.0], condition=[true]")
                    .doesNotContain("***");
        }
    }

    @Test
    void filtersEveryReferenceAtEveryDepth() {
        GovernedQuery query = weaveAsAnalyst("""
                SELECT a.customer_id FROM crm.customer_360 a
                WHERE EXISTS (SELECT 1 FROM crm.customer_360 b WHERE b.region = a.region
                  AND b.customer_id IN (SELECT c.customer_id FROM crm.customer_360 c
                    WHERE c.customer_id = ANY (SELECT d.customer_id FROM crm.customer_360 d WHERE d.region = a.region)))
                """);

        assertThat(tree(query)
                        .split("SecureFilter\\(view=\\[crm.customer_360@1.0.0], condition=\\[=\\(\\$5, 'EU'\\)]", -1))
                .hasSize(5);
    }

    @Test
    void leavesHiddenColumnsOutOfEveryStar() {
        for (String sql : List.of(
                "SELECT * FROM crm.customer_360",
                "SELECT c.* FROM crm.customer_360 c",
                "SELECT * FROM crm.customer_360 NATURAL JOIN sales.orders",
                "WITH w AS (SELECT * FROM crm.customer_360) SELECT * FROM w",
                "SELECT * FROM (SELECT * FROM crm.customer_360 UNION ALL SELECT * FROM crm.customer_360) u")) {
            assertThat(weaveAsAnalyst(sql).columns().stream().map(OutputColumn::name))
                    .as(sql)
                    .contains("email")
                    .doesNotContain("card_number");
        }
        assertThat(weaveAsSteward("SELECT * FROM crm.customer_360").columns().stream()
                        .map(OutputColumn::name))
                .contains("card_number");
    }

    @Test
    void saysTheSameOfAHiddenViewAndOfNone() {
        String both = "SELECT 1 AS one_ FROM crm.customer_360 a, %s b";
        ResolvedQuery absent = resolve(String.format(both, "sales.nosuch"));
        ResolvedQuery hidden = resolve(String.format(both, "sales.orders"));
        var decision = PolicyFixtures.everything(hidden.views())
                .access("sales.orders@2.0.0", new ViewAccess.None())
                .allow();

        String said = detail(() -> new Weaver().weave(absent, analyst(absent.views())));

        assertThat(said).isEqualTo("Not all of these views exist: 'crm.customer_360', 'sales.nosuch'.");
        assertThat(detail(() -> new Weaver().weave(hidden, decision)))
                .isEqualTo(said.replace("nosuch", "orders"))
                .isEqualTo(hidden.notFound().detail());
    }

    @Test
    void saysNothingOfColumnsBeforeAllViewsAreKnownToExist() {
        assertThat(refusal("SELECT nosuch FROM crm.customer_360, crm.nosuch")
                        .code()
                        .name())
                .isEqualTo("VIEW_NOT_FOUND");
    }

    @Test
    void takesAViewThatNeedsAHiddenColumnOfAnotherForNone() {
        Catalog catalog = catalogWith(
                view(
                        "t.cards@1.0.0",
                        "SELECT v.card_number FROM crm.customer_360 v",
                        "card_number varchar payment.card"),
                view(
                        "t.filtered@1.0.0",
                        "SELECT v.customer_id FROM crm.customer_360 v WHERE v.card_number IS NOT NULL",
                        "customer_id bigint!"),
                view(
                        "t.captured@1.0.0",
                        "SELECT c.id FROM crm.customers c WHERE EXISTS (SELECT 1 FROM crm.customer_360 WHERE card_number = 'x')",
                        "id bigint!"),
                view(
                        "t.matching@1.0.0",
                        "SELECT c.id FROM crm.customers c WHERE EXISTS (SELECT * FROM crm.customer_360 v WHERE v.customer_id = c.id)",
                        "id bigint!"));

        for (String name : List.of("t.cards", "t.filtered", "t.captured")) {
            ResolvedQuery query = resolve(catalog, "SELECT 1 AS one_ FROM " + name);
            var decision = PolicyFixtures.everything(query.views())
                    .mask("crm.customer_360@1.0.0", "card_number", new Mask.Hidden())
                    .allow();
            assertThat(detail(() -> new Weaver().weave(query, decision)))
                    .as(name)
                    .isEqualTo("There is no view '" + name + "'.");
        }
        ResolvedQuery fine = resolve(catalog, "SELECT * FROM t.matching");
        assertThat(new Weaver().weave(fine, analyst(fine.views())).columns()).hasSize(1);
    }

    @Test
    void givesAnOuterViewTheMaskedValuesAndTheRowsOfAnInnerOne() {
        Catalog catalog = catalogWith(view(
                "t.outermost@1.0.0",
                "SELECT v.customer_id, v.email FROM crm.customer_360 v",
                "customer_id bigint!",
                "email varchar pii.email"));
        ResolvedQuery query = resolve(catalog, "SELECT email FROM t.outermost");
        var decision = PolicyFixtures.everything(query.views())
                .mask("crm.customer_360@1.0.0", "email", new Mask.Redact())
                .rowsWhere("region", "EU")
                .allow();

        assertThat(tree(new Weaver().weave(query, decision)))
                .contains("email=[CASE(IS NULL($2), null:VARCHAR, '***':VARCHAR)]")
                .contains("SecureFilter(view=[crm.customer_360@1.0.0], condition=[=($5, 'EU')]")
                .contains("SecureFilter(view=[t.outermost@1.0.0], condition=[true]");
    }

    @Test
    void refusesObligationsThatItCannotKeep() {
        ResolvedQuery groups = resolve("SELECT 1 AS one_ FROM sales.orders");
        var tooSmall = PolicyFixtures.everything(groups.views())
                .groupSizeMin("sales.orders@2.0.0", 10)
                .allow();
        assertThat(code(() -> new Weaver().weave(groups, tooSmall))).isEqualTo("UNSUPPORTED");

        ResolvedQuery masks = resolve("SELECT 1 AS one_ FROM sales.orders");
        var wrong = PolicyFixtures.everything(masks.views())
                .mask("total", new Mask.Email())
                .allow();
        assertThat(code(() -> new Weaver().weave(masks, wrong))).isEqualTo("PLAN_REFUSED");

        ResolvedQuery unnamed = resolve("SELECT 1 AS one_ FROM sales.orders");
        var partial = PolicyFixtures.everything(unnamed.views())
                .access("sales.orders@2.0.0", new ViewAccess.Rows(new ViewAccess.RowRule.All(), Map.of(), 10, 0))
                .allow();
        assertThat(code(() -> new Weaver().weave(unnamed, partial))).isEqualTo("PLAN_REFUSED");
    }

    @Test
    void findsNoTableBehindAViewOfTheSameDomain() {
        for (String sql : List.of(
                "SELECT * FROM crm.customers",
                "SELECT * FROM crm.customer_360 v WHERE EXISTS (SELECT 1 FROM crm.customers)",
                "SELECT crm.customers.id FROM crm.customer_360, crm.customers")) {
            assertThat(refusal(sql).code().name()).as(sql).isEqualTo("VIEW_NOT_FOUND");
        }
        assertThat(refusal("SELECT customers.id FROM crm.customer_360").detail())
                .isEqualTo("Line 1, column 8: There is no 'customers' in FROM.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT total + DATE '2020-99-99' FROM sales.orders",
                "SELECT 'CANARY' + DATE '2020-01-01'",
                "SELECT email, 'CANARY' || region FROM crm.customer_360 GROUP BY email",
                "SELECT DATE 'CANARY'",
                "SELECT ABS('CANARY', 'CANARY')",
                "SELECT INTERVAL 'CANARY' DAY",
                "SELECT ROW('CANARY', 1)",
                "SELECT 1 IN ('CANARY', DATE '2020-01-01')",
                "SELECT CASE WHEN 'CANARY' THEN 1 END",
                "SELECT nosuch, 'CANARY' FROM sales.orders"
            })
    void repeatsNoLiteralInAnError(String sql) {
        assertThat(refusal(sql).detail()).doesNotContain("CANARY").doesNotContain("2020");
    }

    @Test
    void refusesATreeWhoseBarrierOrMaskIsGone() {
        ResolvedQuery query = resolve("SELECT email FROM crm.customer_360");
        GovernedQuery woven = new Weaver().weave(query, analyst(query.views()));
        RelNode masks = woven.tree().getInput(0);
        RelNode barrier = masks.getInput(0);

        WeaveCheck.require(woven.tree(), query, woven.decision(), woven.cache());
        assertRefused(masks.copy(masks.getTraitSet(), barrier.getInputs()), query, woven);
        assertRefused(barrier, query, woven);
        assertRefused(barrier.getInput(0), query, woven);
        assertThatThrownBy(() -> WeaveCheck.require(
                        woven.tree(), query, FederationFixture.steward(query.views()), woven.cache()))
                .isInstanceOf(BelvedereException.class)
                .hasMessageContaining("not governed");
    }

    private static void assertRefused(RelNode tree, ResolvedQuery query, GovernedQuery woven) {
        assertThatThrownBy(() -> WeaveCheck.require(tree, query, woven.decision(), woven.cache()))
                .isInstanceOf(BelvedereException.class)
                .hasMessageContaining("not governed");
    }

    /** How many projections right above a barrier pass the e-mail address on as it is. */
    private static long rawUses(RelNode tree) {
        List<String> lines = RelOptUtil.toString(tree).lines().toList();
        long raw = 0;
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).contains("SecureFilter(view=[crm.customer_360")
                    && lines.get(i - 1).contains("email=[$")) {
                raw++;
            }
        }
        return raw;
    }

    private static String with(String clause, String column) {
        return clause.replaceAll("\\bX\\b", column);
    }

    private static String tree(GovernedQuery query) {
        return RelOptUtil.toString(query.tree());
    }

    private static String detail(Runnable work) {
        return refusal(work).detail();
    }

    private static String code(Runnable work) {
        return refusal(work).code().name();
    }

    private static BelvedereException refusal(String sql) {
        return refusal(() -> weaveAsAnalyst(sql));
    }

    private static BelvedereException refusal(Runnable work) {
        try {
            work.run();
        } catch (BelvedereException refusal) {
            return refusal;
        }
        throw new AssertionError("was not refused");
    }
}
