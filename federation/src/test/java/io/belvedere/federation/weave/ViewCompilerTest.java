package io.belvedere.federation.weave;

import static io.belvedere.federation.FederationFixture.catalog;
import static io.belvedere.federation.FederationFixture.catalogWith;
import static io.belvedere.federation.FederationFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.Declassification;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.Diagnostic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewCompilerTest {
    private final ViewCompiler compiler = new ViewCompiler();

    @Test
    void findsNothingWrongWithTheCoffeeChain() {
        assertThat(compiler.check(catalog())).isEmpty();
        assertThat(compiler.usable(catalog()).views()).hasSize(5);
    }

    @Test
    void namesTheLineOfTheFileWhereTheQueryIsWrong() {
        Catalog catalog =
                catalogWith(view("t.v@1.0.0", "SELECT id\nFROM orders.orders WHERE nosuch = 1", "id bigint!"));

        assertThat(compiler.check(catalog))
                .containsExactly(new Diagnostic(
                        "views/t.v.yaml", 11, 30, "VIEW_QUERY_INVALID", "There is no column 'nosuch' here."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders.nosuch|Source 'orders' lists no table 'nosuch'.",
                "t.\"good@7\"|View 't.good' has no version '7'; the latest is 1.0.0.",
                "t.\"other@7\"|There is no table, no dimension and no view 't.\"other@7\"'; write source.table or domain.view, and"
                        + " mend the file that defines it if that is broken.",
                "nosuch.orders|There is no table, no dimension and no view 'nosuch.orders'; write source.table or domain.view, and"
                        + " mend the file that defines it if that is broken."
            })
    void saysWhatIsMissingOfAName(String name, String message) {
        Catalog catalog = catalogWith(
                view("t.good@1.0.0", "SELECT id FROM payments.payments", "id bigint!"),
                view("t.v@1.0.0", "SELECT id FROM " + name, "id bigint!"));

        assertThat(compiler.check(catalog)).extracting(Diagnostic::message).containsExactly(message);
    }

    @Test
    void refusesWhatIsNoTableAndWhatIsTwo() {
        assertThat(codes(view("t.v@1.0.0", "SELECT 1 AS a FROM orders.nosuch", "a integer!")))
                .containsExactly("VIEW_TABLE_UNKNOWN");
        assertThat(codes(
                        view("orders.orders@1.0.0", "SELECT id FROM payments.payments", "id bigint!"),
                        view("t.v@1.0.0", "SELECT id FROM orders.orders", "id bigint!")))
                .contains("VIEW_QUERY_INVALID");
    }

    @Test
    void refusesFunctionsThatAreNotOffered() {
        assertThat(codes(view("t.v@1.0.0", "SELECT RAND() AS a", "a double!")))
                .containsExactly("VIEW_QUERY_UNSUPPORTED");
    }

    @Test
    void refusesANaturalJoinInABody() {
        assertThat(codes(view(
                        "t.v@1.0.0",
                        "SELECT o.id FROM orders.orders o NATURAL JOIN payments.payments p",
                        "id bigint!")))
                .containsExactly("VIEW_QUERY_UNSUPPORTED");
    }

    @Test
    void holdsColumnsAgainstTheContractByName() {
        assertThat(codes(view(
                        "t.v@1.0.0", "SELECT id, total FROM orders.orders", "id bigint!", "amount decimal(12,2)!")))
                .containsExactlyInAnyOrder("COLUMN_UNDECLARED", "COLUMN_MISSING");
        assertThat(codes(
                        view("t.v@1.0.0", "SELECT total, id FROM orders.orders", "id bigint!", "total decimal(12,2)!")))
                .isEmpty();
        assertThat(codes(view("t.v@1.0.0", "SELECT id, total AS id FROM orders.orders", "id bigint!")))
                .contains("COLUMN_TWICE");
    }

    @Test
    void refusesATypeThatCouldLoseAValueAndTakesAWiderOne() {
        assertThat(codes(view("t.v@1.0.0", "SELECT total FROM orders.orders", "total decimal(10,2)!")))
                .containsExactly("COLUMN_TYPE_MISMATCH");
        assertThat(codes(view("t.v@1.0.0", "SELECT id FROM orders.orders", "id integer!")))
                .containsExactly("COLUMN_TYPE_MISMATCH");
        assertThat(codes(view("t.v@1.0.0", "SELECT total FROM orders.orders", "total decimal(20,4)!")))
                .isEmpty();
        assertThat(codes(view("t.v@1.0.0", "SELECT line_no FROM orders.order_items", "line_no bigint!")))
                .isEmpty();
    }

    @Test
    void refusesAPromiseThatTheQueryMayBreakWithNull() {
        assertThat(codes(view(
                        "t.v@1.0.0", "SELECT promised_at FROM orders.orders", "promised_at timestamp with time zone!")))
                .containsExactly("COLUMN_NULLABLE");
        assertThat(codes(view(
                        "t.v@1.0.0",
                        "SELECT COALESCE(segment, 'none') AS segment FROM crm.customers",
                        "segment varchar!")))
                .isEmpty();
    }

    @Test
    void namesTheColumnAndTheClassThatAContractDrops() {
        assertThat(compiler.check(catalogWith(view("t.v@1.0.0", "SELECT email FROM crm.customers", "email varchar"))))
                .containsExactly(new Diagnostic(
                        "views/t.v.yaml",
                        10,
                        5,
                        "CLASSIFICATION_DROPPED",
                        "Column 'email' is computed from data of class pii.email, which the contract does not list for it:"
                                + " list it, or declassify the column with a reason and an approval."));
    }

    @Test
    void followsClassesThroughEveryWayToComputeAColumn() {
        for (String body : new String[] {
            "SELECT UPPER(email) AS a FROM crm.customers",
            "SELECT CASE WHEN email LIKE 'x%' THEN 'x' ELSE 'y' END AS a FROM crm.customers",
            "SELECT MAX(email) AS a FROM crm.customers GROUP BY region",
            "SELECT segment || email AS a FROM crm.customers",
            "SELECT (SELECT MAX(c.email) FROM crm.customers c) AS a FROM crm.countries",
            "SELECT (SELECT c.email FROM crm.countries k WHERE k.code = c.country_code) AS a FROM crm.customers c",
            "SELECT t.x AS a FROM crm.customers c, LATERAL (SELECT c.email AS x FROM crm.countries k) t",
            "SELECT LAG(email) OVER (ORDER BY id) AS a FROM crm.customers",
            "SELECT segment AS a FROM crm.customers UNION ALL SELECT email FROM crm.customers",
            "WITH w AS (SELECT email AS e FROM crm.customers) SELECT e AS a FROM w",
            "SELECT t.a FROM (SELECT DISTINCT email AS a FROM crm.customers ORDER BY email LIMIT 3) t",
            "SELECT email AS a FROM crm.customer_360",
            "SELECT CAST(COUNT(*) FILTER (WHERE email LIKE 'x%') AS VARCHAR) AS a FROM crm.customers",
            "SELECT FIRST_VALUE(segment) OVER (PARTITION BY email) AS a FROM crm.customers",
        }) {
            assertThat(codes(view("t.v@1.0.0", body, "a varchar"))).as(body).contains("CLASSIFICATION_DROPPED");
            assertThat(codes(view("t.v@1.0.0", body, "a varchar pii.email")))
                    .as(body)
                    .isEmpty();
        }
    }

    @Test
    void takesAClassThatIsDroppedOpenlyAndNoOtherAndNoneThatIsNotThere() {
        ViewDefinition dropped = view(
                "t.v@1.0.0",
                "SELECT SUBSTRING(email FROM 2) AS a, email AS b FROM crm.customers",
                "a varchar",
                "b varchar");
        assertThat(codes(dropped)).containsExactly("CLASSIFICATION_DROPPED", "CLASSIFICATION_DROPPED");
        assertThat(compiler.check(catalogWith(declassifying(dropped, "a", "pii.email"))))
                .extracting(Diagnostic::code, Diagnostic::line, Diagnostic::column)
                .containsExactly(tuple("CLASSIFICATION_DROPPED", 22, 7));
        assertThat(compiler.check(catalogWith(declassifying(
                        view("t.v@1.0.0", "SELECT id AS a FROM crm.customers", "a bigint!"), "a", "pii.email"))))
                .extracting(Diagnostic::code, Diagnostic::line, Diagnostic::column)
                .containsExactly(tuple("DECLASSIFICATION_UNUSED", 31, 9));
    }

    /** The view with one class that a column does without, said at 31:9; its columns stand at 21:7, 22:7 and so on. */
    private static ViewDefinition declassifying(ViewDefinition view, String column, String classification) {
        Map<ColumnName, Origin.Place> places = new HashMap<>();
        for (int i = 0; i < view.columns().size(); i++) {
            places.put(view.columns().get(i).name(), new Origin.Place(21 + i, 7));
        }
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
                view.pushdown(),
                view.caching(),
                List.of(new Declassification(
                        new ColumnName(column),
                        new Classification(classification),
                        "No person is named by it.",
                        "privacy-office",
                        31,
                        9)),
                view.freshness(),
                view.hash(),
                view.origin().withColumns(places));
    }

    @Test
    void asksForNoClassOfAColumnThatOnlyFilters() {
        assertThat(codes(view(
                        "t.v@1.0.0",
                        "SELECT id FROM crm.customers c WHERE email IS NOT NULL"
                                + " AND EXISTS (SELECT 1 FROM crm.countries k WHERE k.region = c.region)",
                        "id bigint!")))
                .isEmpty();
    }

    @Test
    void refusesViewsThatStandOnThemselves() {
        ViewDefinition a = view("t.a@1.0.0", "SELECT x FROM t.b", "x bigint!");
        ViewDefinition b = view("t.b@1.0.0", "SELECT x FROM t.a", "x bigint!");

        assertThat(codes(a, b)).containsExactlyInAnyOrder("VIEW_CYCLE", "VIEW_DEPENDS_ON_BROKEN");
        assertThat(compiler.usable(catalogWith(a, b)).views()).hasSize(5);
    }

    @Test
    void refusesTheSixthViewOnTopOfEachOther() {
        ViewDefinition[] tower = new ViewDefinition[6];
        tower[0] = view("t.v0@1.0.0", "SELECT id FROM orders.orders", "id bigint!");
        for (int i = 1; i < tower.length; i++) {
            tower[i] = view("t.v" + i + "@1.0.0", "SELECT id FROM t.v" + (i - 1), "id bigint!");
        }

        assertThat(codes(tower)).containsExactly("VIEW_TOO_DEEP");
        assertThat(compiler.usable(catalogWith(tower)).findView(ViewId.parse("t.v4@1.0.0")))
                .isPresent();
        assertThat(compiler.usable(catalogWith(tower)).findView(ViewId.parse("t.v5@1.0.0")))
                .isEmpty();
    }

    @Test
    void quarantinesAViewThatStandsOnABrokenOne() {
        ViewDefinition broken = view("t.a@1.0.0", "SELECT nosuch FROM orders.orders", "nosuch bigint!");
        ViewDefinition above = view("t.b@1.0.0", "SELECT nosuch FROM t.a", "nosuch bigint!");

        assertThat(codes(broken, above)).containsExactly("VIEW_QUERY_INVALID", "VIEW_DEPENDS_ON_BROKEN");
        assertThat(compiler.usable(catalogWith(broken, above)).views()).hasSize(5);
    }

    private List<String> codes(ViewDefinition... views) {
        return compiler.check(catalogWith(views)).stream().map(Diagnostic::code).toList();
    }
}
