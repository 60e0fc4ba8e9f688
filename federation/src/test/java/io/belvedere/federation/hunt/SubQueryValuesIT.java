package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import io.belvedere.testkit.hunt.Mode;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of sub-queries on their way from one source to another: every type, every direction, every comparison; each in every mode. */
class SubQueryValuesIT {
    private static final Mode FAST = new Mode(Mode.Knowledge.TRUE, Mode.PushDown.ON, Mode.Keys.ON);
    private static final Mode PLAIN = new Mode(Mode.Knowledge.NONE, Mode.PushDown.OFF, Mode.Keys.OFF);
    private static final List<String> TABLES = List.of("people", "places", "events", "orders");
    private static HuntedHouse house;
    private static PlannedAnswers product;

    @TempDir
    static Path folder;

    @BeforeAll
    static void open() throws Exception {
        house = HuntedHouse.open(11, HuntedViews.GuardedRows.NARROWED);
        product = new PlannedAnswers(house, folder);
    }

    @AfterAll
    static void close() throws SQLException {
        product.close();
        house.close();
    }

    private static void same(String body) throws SQLException {
        Found found = new Hunt(house, product).compare(body, "");

        assertThat(found.differences()).as(body).isEmpty();
        assertThat(found.refused()).as(body + " " + found).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"id", "k", "d2", "d4", "x", "t", "u", "w", "happened_on", "happened_at", "seen_at", "opens"})
    void aValueOfAnyTypeIsComparedAsItWouldBeInOneDatabase(String column) throws SQLException {
        for (int i = 0; i < TABLES.size(); i++) {
            String here = "hunt." + TABLES.get(i);
            String there = "hunt." + TABLES.get((i + 1) % TABLES.size());
            String operator = List.of("=", "<>", "<", ">=").get(i);
            same("SELECT a.id AS a FROM " + here + " AS a WHERE a." + column + " " + operator + " (SELECT MAX(b."
                    + column + ") FROM " + there + " AS b WHERE b.k < 3)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "k", "d2", "d4", "x"})
    void anAverageBoundsAColumnOfExactNumbers(String column) throws SQLException {
        for (int i = 0; i < TABLES.size(); i++) {
            String here = "hunt." + TABLES.get(i);
            String there = "hunt." + TABLES.get((i + 1) % TABLES.size());
            String operator = List.of("<", "<=", ">", ">=").get(i);
            same("SELECT COUNT(*) AS a, SUM(a.id) AS b FROM " + here + " AS a WHERE a." + column + " " + operator
                    + " (SELECT AVG(b." + column + ") FROM " + there + " AS b) AND NOT (2 * (SELECT AVG(b.d4) FROM "
                    + there + " AS b) " + operator + " a." + column + ")");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // No row, and only NULL: the value is NULL, and every comparison with it is unknown.
                "SELECT id AS a FROM hunt.people WHERE k > (SELECT MAX(k) FROM hunt.nothing)",
                "SELECT id AS a FROM hunt.orders WHERE (d2 > (SELECT d2 FROM hunt.nobody)) IS NULL",
                "SELECT id AS a FROM hunt.orders WHERE NOT (t = (SELECT t FROM hunt.nobody WHERE k = 1))",
                "SELECT id AS a FROM hunt.events WHERE happened_on IS DISTINCT FROM (SELECT MIN(happened_on) FROM hunt.nobody)",
                "SELECT COUNT(*) AS a FROM hunt.orders WHERE d2 < (SELECT AVG(d2) FROM hunt.nothing)",
                // In what is selected, grouped, joined and sorted by.
                "SELECT id AS a, k - (SELECT MAX(k) FROM hunt.events) AS b FROM hunt.people",
                "SELECT id AS a, (SELECT MAX(t) FROM hunt.events) AS b, (SELECT COUNT(*) FROM hunt.items) AS c FROM hunt.people",
                "SELECT k AS a, COUNT(*) AS b FROM hunt.orders GROUP BY k HAVING COUNT(*) >= (SELECT COUNT(*) - 12 FROM hunt.places)",
                "SELECT SUM(k + (SELECT MAX(k) FROM hunt.events)) AS a FROM hunt.orders",
                "SELECT a.id AS a, b.id AS b FROM hunt.people AS a LEFT JOIN hunt.events AS b ON a.k = b.k AND b.d2 > (SELECT AVG(d2) FROM hunt.items)",
                "SELECT CASE WHEN k > (SELECT MIN(k) FROM hunt.people) THEN 'more' ELSE 'less' END AS a FROM hunt.orders",
                "SELECT id AS a FROM hunt.people WHERE k BETWEEN (SELECT MIN(k) FROM hunt.events) AND (SELECT MAX(k) - 1 FROM hunt.orders)",
                "SELECT id AS a FROM hunt.people WHERE d2 > (SELECT AVG(d2) FROM hunt.events) OR k = (SELECT MIN(k) FROM hunt.items)",
                "SELECT id AS a FROM hunt.people WHERE k IN (1, 2) AND d2 < 3 * (SELECT MAX(d2) FROM hunt.orders) - (SELECT MIN(d4) FROM hunt.events)",
                // One in another, twice the same, and one in a sub-query that depends on the rows around.
                "SELECT id AS a FROM hunt.people WHERE k > (SELECT MIN(k) FROM hunt.events WHERE d2 > (SELECT AVG(d2) FROM hunt.orders))",
                "SELECT id AS a FROM hunt.people WHERE k > (SELECT AVG(k) FROM hunt.events) AND g > (SELECT AVG(k) FROM hunt.events)",
                "SELECT p.id AS a FROM hunt.people AS p WHERE EXISTS (SELECT 1 FROM hunt.orders AS o WHERE o.k = p.k AND o.d2 > (SELECT AVG(d2) FROM hunt.items))",
                // The first of several rows, and one row by its key.
                "SELECT id AS a FROM hunt.people WHERE t <> (SELECT t FROM hunt.events WHERE t IS NOT NULL ORDER BY id LIMIT 1)",
                "SELECT id AS a FROM hunt.orders WHERE k >= (SELECT k FROM hunt.people WHERE id = 3)",
                // EXISTS alone, of none and some, and what it decides.
                "SELECT id AS a FROM hunt.people WHERE EXISTS (SELECT 1 FROM hunt.orders WHERE d2 > 0)",
                "SELECT id AS a FROM hunt.people WHERE NOT EXISTS (SELECT 1 FROM hunt.nothing)",
                "SELECT COUNT(*) AS a FROM hunt.orders WHERE EXISTS (SELECT 1 FROM hunt.nobody)",
                "SELECT id AS a, EXISTS (SELECT 1 FROM hunt.orders WHERE k = 2) AS b FROM hunt.people WHERE k = 1 OR EXISTS (SELECT 1 FROM hunt.nobody)",
                "SELECT COUNT(*) AS a FROM hunt.orders WHERE EXISTS (SELECT MAX(k) FROM hunt.nobody)",
                // A guarded view, as what is read first and as what is filtered.
                "SELECT id AS a FROM hunt.people WHERE d2 > (SELECT AVG(d2) FROM hunt.guarded)",
                "SELECT id AS a FROM hunt.guarded WHERE d2 > (SELECT AVG(d2) FROM hunt.items)",
                "SELECT COUNT(*) AS a FROM hunt.orders WHERE k > (SELECT COUNT(*) FROM hunt.guarded) LIMIT 0",
                "SELECT id AS a FROM hunt.orders WHERE k > (SELECT MIN(k) FROM hunt.people) OFFSET 3 LIMIT 0"
            })
    void aValueStandsWhereverAnExpressionDoes(String body) throws SQLException {
        same(body);
    }

    @Test
    void orderAndLimitHoldAfterAValue() throws SQLException {
        Found found = new Hunt(house, product)
                .compare(
                        "SELECT id AS a, d2 AS b FROM hunt.orders WHERE d2 > (SELECT MIN(d2) FROM hunt.people)",
                        "ORDER BY b DESC NULLS LAST, a NULLS LAST LIMIT 4");

        assertThat(found.differences()).isEmpty();
    }

    @Test
    void severalRowsForOneValueAreADataErrorWithoutAValueInIt() {
        for (String body : List.of(
                "SELECT id FROM hunt.people WHERE k = (SELECT k FROM hunt.orders)",
                "SELECT id, (SELECT t FROM hunt.events) AS t FROM hunt.people",
                "SELECT COUNT(*) FROM hunt.orders WHERE d2 > (SELECT d2 FROM hunt.people WHERE k > 0)")) {
            for (Mode mode : List.of(FAST, PLAIN)) {
                assertThat(product.open(mode, 1).ask(body, List.of())).as(body).isInstanceOf(Answer.DataError.class);
            }
        }
    }

    @Test
    void theFilterRunsAtTheSourceOfItsTable() {
        String plan = product.open(FAST, 1)
                .explain(
                        "SELECT COUNT(*) AS n FROM hunt.orders WHERE d2 > (SELECT AVG(d2) FROM hunt.people)",
                        List.of());

        assertThat(plan).contains("\"t0\".\"d2\" > <value of v0>").contains("COUNT(*)");
    }
}
