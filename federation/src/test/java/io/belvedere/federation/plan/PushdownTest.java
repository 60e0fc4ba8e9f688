package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PUSHDOWN_REQUIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.Pushdown;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyFixtures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec.pushdown: {require: […]}}: what is refused when a view is published, and when a query runs. */
class PushdownTest {
    private static final String ORDERS = "SELECT o.id, o.status, o.total, c.region"
            + " FROM orders.orders o JOIN crm.customers c ON c.id = o.customer_id";
    private static final String[] COLUMNS = {
        "id bigint!", "status varchar!", "total decimal(12,2)!", "region varchar! scope.region"
    };

    private static ViewDefinition wants(String table, String query, String... columns) {
        ViewDefinition view = FederationFixture.view("t.probe@1.0.0", query, columns);
        return new ViewDefinition(
                view.id(),
                view.title(),
                view.owner(),
                view.description(),
                view.tags(),
                view.query(),
                view.columns(),
                view.limits(),
                view.onSourceFailure(),
                new Pushdown(List.of(new Pushdown.Required(table, 20, 24))),
                view.hash(),
                view.origin());
    }

    private static List<Diagnostic> published(ViewDefinition view) {
        return new ViewCompiler().check(FederationFixture.catalogWith(view));
    }

    private static void plan(ViewDefinition view, String query) {
        plan(view, query, Allow.Detail.FULL);
    }

    private static void plan(ViewDefinition view, String query, Allow.Detail detail) {
        Catalog catalog = FederationFixture.catalogWith(view);
        var resolved = FederationFixture.resolve(catalog, query);
        var governed = new Weaver()
                .weave(resolved, PolicyFixtures.everything(resolved.views()).allow(detail));
        new Planner(new FixtureStatistics()).plan(governed, catalog);
    }

    private static BelvedereException refused(ViewDefinition view, String query) {
        return catchThrowableOfType(BelvedereException.class, () -> plan(view, query));
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders.orders"})
    void aTableThatAQueryCanFilterIsPublished(String table) {
        assertThat(published(wants(table, ORDERS, COLUMNS))).isEmpty();
    }

    @Test
    void aTableThatTheViewDoesNotReadIsNamedAtItsPlace() {
        assertThat(published(wants("payments", ORDERS, COLUMNS)))
                .containsExactly(new Diagnostic(
                        "views/t.probe.yaml",
                        20,
                        24,
                        "VIEW_PUSHDOWN_UNKNOWN",
                        "The view's own query reads no table 'payments' of a source."));
    }

    @Test
    void aTableThatNoQueryCouldEverFilterIsNotPublished() {
        ViewDefinition total = wants("orders", "SELECT COUNT(*) AS n FROM orders.orders", "n bigint!");
        assertThat(published(total)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("VIEW_PUSHDOWN_IMPOSSIBLE");
            assertThat(problem.line()).isEqualTo(20);
            assertThat(problem.message()).contains("orders.orders");
        });
        ViewDefinition computed = wants("orders", "SELECT o.total * 2 AS t FROM orders.orders o", "t decimal(38,2)!");
        assertThat(published(computed)).extracting(Diagnostic::code).contains("VIEW_PUSHDOWN_IMPOSSIBLE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT COUNT(*) AS n FROM orders.orders WHERE status = 'open'",
                "SELECT COUNT(*) AS n FROM orders.orders o JOIN crm.customers c ON c.id = o.customer_id",
                "SELECT COUNT(*) AS n FROM (SELECT id FROM orders.orders FETCH FIRST 10 ROWS ONLY)"
            })
    void aConditionAKeyOrALimitOfTheBodyIsEnoughToPublish(String query) {
        assertThat(published(wants("orders", query, "n bigint!")))
                .extracting(Diagnostic::code)
                .doesNotContain("VIEW_PUSHDOWN_IMPOSSIBLE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT total FROM t.probe WHERE id = 5",
                "SELECT total FROM t.probe WHERE status = 'open' AND total > 10",
                "SELECT id FROM t.probe WHERE status IN ('open', 'late')",
                "SELECT COUNT(*) FROM t.probe WHERE status = 'open'"
            })
    void aQueryThatFiltersTheTableAtItsSourceRuns(String query) {
        assertThatCode(() -> plan(wants("orders", ORDERS, COLUMNS), query)).doesNotThrowAnyException();
    }

    @Test
    void keysOfAFilteredTableCountAsAFilter() {
        assertThatCode(() ->
                        plan(wants("orders", ORDERS, COLUMNS), "SELECT id, total FROM t.probe WHERE region = 'EU'"))
                .as("customers of one region are few, and their keys are shipped")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, status FROM t.probe",
                "SELECT COUNT(*) FROM t.probe",
                "SELECT id FROM t.probe WHERE total * 2 > 10 OR region = 'EU'",
                "SELECT id FROM t.probe WHERE status IS NOT NULL"
            })
    void aQueryThatWouldReadTheTableWholeIsRefusedWithTheReason(String query) {
        BelvedereException refusal = refused(wants("orders", ORDERS, COLUMNS), query);
        assertThat(refusal).as(query).isNotNull();
        assertThat(refusal.code()).isEqualTo(PUSHDOWN_REQUIRED);
        assertThat(refusal.detail()).contains("t.probe@1.0.0").doesNotContain("'EU'", "10");
    }

    @Test
    void whereTheDecisionShowsNoPlanTheRefusalNamesTheViewOnly() {
        BelvedereException refusal = catchThrowableOfType(
                BelvedereException.class,
                () -> plan(wants("orders", ORDERS, COLUMNS), "SELECT id, status FROM t.probe", Allow.Detail.SHAPE));
        assertThat(refusal.detail())
                .contains("View 't.probe@1.0.0' wants one of its tables filtered")
                .doesNotContain("orders", "f0", "f1");
    }

    @Test
    void aViewOnTopIsHeldToItToo() {
        ViewDefinition base = wants("orders", ORDERS, COLUMNS);
        ViewDefinition top = FederationFixture.view(
                "t.top@1.0.0", "SELECT id, total FROM t.probe", "id bigint!", "total decimal(12,2)!");
        Catalog catalog = FederationFixture.catalogWith(base, top);
        var resolved = FederationFixture.resolve(catalog, "SELECT total FROM t.top");
        var governed = new Weaver().weave(resolved, FederationFixture.steward(resolved.views()));
        assertThat(catchThrowableOfType(
                                BelvedereException.class,
                                () -> new Planner(new FixtureStatistics()).plan(governed, catalog))
                        .code())
                .isEqualTo(PUSHDOWN_REQUIRED);
    }
}
