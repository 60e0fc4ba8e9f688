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

/** What the hunt has found, made small; each in every mode. */
class HuntedDifferencesIT {
    private static HuntedHouse house;
    private static PlannedAnswers product;

    @TempDir
    static Path folder;

    @BeforeAll
    static void open() throws Exception {
        house = HuntedHouse.open(7, HuntedViews.GuardedRows.NARROWED);
        product = new PlannedAnswers(house, folder);
    }

    @AfterAll
    static void close() throws SQLException {
        product.close();
        house.close();
    }

    private static void same(String body, String order) throws SQLException {
        Found found = new Hunt(house, product).compare(body, order);

        assertThat(found.differences()).isEmpty();
        assertThat(found.refused()).as("%s", found).isZero();
    }

    @Test
    void keepsAllKeysOfAnOrderTogetherWhenOneOfThemIsComputed() throws SQLException {
        same(
                "SELECT 'a' AS a, MIN(happened_on) AS b, MAX(k) AS c FROM hunt.orders GROUP BY w",
                "ORDER BY b DESC NULLS LAST, a DESC NULLS LAST, c NULLS LAST LIMIT 3");
        same(
                "SELECT CAST(happened_at AS TIMESTAMP WITH TIME ZONE) AS a, u AS b FROM hunt.notes",
                "ORDER BY b DESC NULLS FIRST, a NULLS LAST LIMIT 5");
    }

    @Test
    void neverWritesAConstantWhereAnOrderIsTakenAsAPosition() throws SQLException {
        same("SELECT MAX(w) AS a, 6 AS b FROM hunt.items", "ORDER BY b NULLS LAST, a NULLS LAST LIMIT 3");
        same("SELECT w AS a, 1 AS b FROM hunt.places GROUP BY w", "ORDER BY b DESC NULLS LAST, a NULLS LAST");
    }

    @Test
    void givesConstantsOfASubQueryTheirPromisedType() throws SQLException {
        same(
                "SELECT EXTRACT(WEEK FROM seen_at) AS a, CAST(18 AS BIGINT) AS b FROM hunt.events",
                "ORDER BY b NULLS FIRST, a NULLS LAST");
    }

    @Test
    void givesNoRowForAConstantGroupWithoutRows() throws SQLException {
        same(
                "SELECT DISTINCT 0.5 AS a FROM hunt.items AS t WHERE EXISTS (SELECT DISTINCT TRUE FROM hunt.people AS p"
                        + " CROSS JOIN hunt.nobody AS n WHERE p.k = t.k)",
                "");
        same(
                "SELECT COUNT(*) AS a, SUM(t.d2) AS b FROM hunt.nobody AS t WHERE EXISTS (SELECT 1 FROM hunt.people AS p WHERE p.k = t.k)"
                        + " GROUP BY t.flag IS NULL AND FALSE",
                "");
    }

    @Test
    void keepsAConstantConditionAboveAGroupOfAllRows() throws SQLException {
        same("SELECT MAX(happened_at) AS a FROM hunt.notes GROUP BY CUBE(opens) HAVING 1 > 2", "");
        same("SELECT COUNT(*) AS a FROM hunt.notes GROUP BY ROLLUP(k) HAVING 1 > 2", "");
    }

    @Test
    void comparesTextOfTwoCollationsByCodePoint() throws SQLException {
        same("SELECT a.id, b.id FROM hunt.people AS a JOIN hunt.places AS b ON a.t = b.t", "");
        same("SELECT a.id, b.id FROM hunt.people AS a JOIN hunt.places AS b ON a.w = b.t AND a.u = b.w", "");
        same("SELECT a.id, b.id FROM hunt.notes AS a JOIN hunt.events AS b ON a.t = b.u", "");
        same("SELECT t, COUNT(*) AS n FROM hunt.notes GROUP BY t", "");
    }

    @Test
    void shipsTextThatALatinColumnDoesNotHave() throws SQLException {
        same("SELECT a.id, b.id FROM hunt.items AS a JOIN hunt.people AS b ON a.u = b.u", "");
        same("SELECT a.id, b.id FROM hunt.items AS a LEFT JOIN hunt.guarded AS b ON a.u = b.u", "");
    }

    @Test
    void castsConstantsAsTheEngineCastsColumns() throws SQLException {
        same(
                "SELECT CAST(CAST(2.5 AS DECIMAL(4, 2)) AS INTEGER) AS a, CAST(-2.5 AS INTEGER) AS b, CAST(TRUE AS VARCHAR) AS c,"
                        + " CAST(TIMESTAMP '2024-01-01 00:00:00' AS VARCHAR) AS d,"
                        + " CAST(TIMESTAMP '2024-01-01 00:00:00.25' AS VARCHAR) AS e FROM hunt.notes",
                "");
    }

    @Test
    void takesDistinctValuesBeforeTheirSquares() throws SQLException {
        same("SELECT CAST(VAR_POP(DISTINCT k) * 1000 AS DECIMAL(20, 3)) AS a FROM hunt.people", "");
        same("SELECT CAST(STDDEV_SAMP(DISTINCT d2) AS DECIMAL(20, 3)) AS a FROM hunt.orders WHERE d2 < 1000", "");
    }

    @Test
    void knowsThatNullIsNotAmongNoRows() throws SQLException {
        same(
                "SELECT t.id FROM hunt.people AS t WHERE CAST(NULL AS BIGINT) NOT IN"
                        + " (SELECT b.g FROM hunt.items AS b WHERE b.k = t.k)",
                "");
    }

    @Test
    void answersAWindowOverRowsThatDependOnTheRowAround() throws SQLException {
        same(
                "SELECT t.id FROM hunt.places AS t WHERE DATE '2024-01-01' NOT IN"
                        + " (SELECT LAST_VALUE(t.happened_on) OVER (ORDER BY b.id NULLS LAST) FROM hunt.people AS b)",
                "");
        same(
                "SELECT t.id, (SELECT MAX(r.n) FROM (SELECT ROW_NUMBER() OVER (PARTITION BY b.flag ORDER BY b.id) AS n FROM hunt.people AS b"
                        + " WHERE b.k = t.k) AS r) AS n FROM hunt.places AS t",
                "");
    }

    @Test
    void givesOneRowForAnAggregateThatNobodyReads() throws SQLException {
        same("SELECT t.b FROM (SELECT MAX(happened_at) AS a, 100.25 AS b FROM hunt.events WHERE x <> x) AS t", "");
        same("SELECT 1 AS a FROM hunt.events HAVING COUNT(*) > 2", "");
    }

    @Test
    void putsTextBeyondAsciiTogetherWithALatinColumn() throws SQLException {
        same(
                "SELECT COALESCE(u, '日本') AS a, '😀' || u AS b, CASE WHEN k > 0 THEN 'ß' ELSE u END AS c FROM hunt.people",
                "");
        same("SELECT id FROM hunt.people WHERE u = '日本' OR u = 'ß' OR u = 'ä'", "");
    }

    @Test
    void filtersASumAtTheSource() throws SQLException {
        same("SELECT SUM(k) FILTER (WHERE flag) AS a, COUNT(*) FILTER (WHERE k > 1) AS b FROM hunt.events", "");
    }

    @Test
    void answersAValueComparedWithAnAggregateOfRowsThatDependOnTheRowAround() throws SQLException {
        same(
                "SELECT t.id FROM hunt.orders AS t WHERE t.w <> ALL (SELECT MIN(n.w) FROM hunt.nobody AS n WHERE n.k = t.k)",
                "");
        same(
                "SELECT t.id FROM hunt.orders AS t WHERE t.id IN (SELECT COUNT(*) FROM hunt.people AS n WHERE n.k = t.k)",
                "");
        same(
                "SELECT t.id FROM hunt.orders AS t WHERE t.k NOT IN (SELECT MAX(n.k) FROM hunt.people AS n WHERE n.g = t.g"
                        + " GROUP BY ROLLUP(n.flag))",
                "");
    }

    @Test
    void answersAnOuterJoinOfRowsThatDependOnTheRowAround() throws SQLException {
        for (String join : List.of("LEFT", "RIGHT", "FULL")) {
            same(
                    "SELECT t.id, (SELECT COUNT(*) FROM (SELECT * FROM hunt.people AS p WHERE p.k = t.k) AS a " + join
                            + " JOIN hunt.events AS e ON a.g = e.g) AS n FROM hunt.places AS t",
                    "");
        }
        same(
                "SELECT t.id FROM hunt.places AS t WHERE EXISTS (SELECT 1 FROM hunt.people AS p LEFT JOIN hunt.events AS e"
                        + " ON e.g = p.g AND e.flag = t.flag WHERE p.k = t.k AND e.id IS NULL)",
                "");
    }

    @Test
    void answersFirstRowsAndSetsOfRowsThatDependOnTheRowAround() throws SQLException {
        same(
                "SELECT t.id, a.id AS b FROM hunt.places AS t CROSS JOIN LATERAL (SELECT p.id FROM hunt.people AS p LEFT JOIN hunt.events AS e"
                        + " ON e.k = p.k AND e.flag = t.flag WHERE p.k >= t.k ORDER BY p.id DESC LIMIT 2 OFFSET 1) AS a",
                "");
        same(
                "SELECT t.id FROM hunt.places AS t WHERE t.k IN ((SELECT MAX(p.k) FROM hunt.people AS p WHERE p.g = t.g)"
                        + " UNION (SELECT MIN(e.k) FROM hunt.events AS e WHERE e.g = t.g))",
                "");
    }

    @Test
    void givesARoundedDecimalTheDigitThatItMayNeed() throws SQLException {
        same("SELECT ROUND(d2, 1) AS a, ROUND(d2) AS b FROM hunt.mixed", "");
        same("SELECT id FROM hunt.mixed WHERE CAST(1 AS BIGINT) = ROUND(d2, 1)", "");
    }

    @Test
    void shipsTextOfAnyCharactersToColumnsOfAnyCharacterSet() throws SQLException {
        same("SELECT e.id, n.k FROM hunt.events AS e LEFT JOIN hunt.nobody AS n ON e.u = n.u", "");
        same("SELECT o.id, p.id FROM hunt.orders AS o LEFT JOIN hunt.people AS p ON o.t = p.u", "");
        same(
                "SELECT a.id, b.id FROM hunt.places AS a JOIN hunt.people AS b ON a.seen_at = b.seen_at AND a.u = b.u",
                "");
    }

    @Test
    void makesCapitalsOfOneCharacterEach() throws SQLException {
        same(
                "SELECT id, UPPER(t) AS a, UPPER(UPPER(t) || 'ẞß#1#0#') AS b, UPPER(CAST(NULL AS VARCHAR)) AS c FROM hunt.orders",
                "");
    }

    @Test
    void comparesSeveralColumnsWithNullsAmongThem() throws SQLException {
        same(
                "SELECT id FROM hunt.people WHERE NOT ((id, flag) IN (SELECT CAST(1 AS BIGINT), TRUE FROM hunt.events))",
                "");
        same("SELECT id FROM hunt.people WHERE (k, flag) NOT IN (SELECT k, flag FROM hunt.events)", "");
        same(
                "SELECT id, (k, flag) IN (SELECT e.k, e.flag FROM hunt.events AS e WHERE e.g = p.g) AS a FROM hunt.people AS p",
                "");
        same(
                "SELECT id FROM hunt.people WHERE (k, CAST(NULL AS BOOLEAN)) NOT IN (SELECT k, flag FROM hunt.events)",
                "");
    }

    @Test
    void readsTheKeyOfAGroupInASubQueryOfHaving() throws SQLException {
        same(
                "SELECT t.g, COUNT(*) AS n FROM hunt.events AS t GROUP BY t.g, t.flag HAVING EXISTS"
                        + " (SELECT 1 FROM hunt.people AS p WHERE p.g = t.g AND p.flag IS NOT DISTINCT FROM t.flag)",
                "");
        same(
                "SELECT t.k, (SELECT COUNT(*) FROM hunt.people AS p WHERE p.k >= t.k) AS n FROM hunt.events AS t GROUP BY ROLLUP(t.k)",
                "");
    }

    @Test
    void readsAColumnOfAQueryFurtherOut() throws SQLException {
        same(
                "SELECT t.id, (SELECT MAX((SELECT MIN(e.g) FROM hunt.events AS e WHERE e.flag = t.flag AND e.id >= p.id)) FROM hunt.people AS p"
                        + " WHERE p.k = t.k) AS n FROM hunt.places AS t",
                "");
        same(
                "SELECT t.id FROM hunt.orders AS t WHERE (t.opens > t.opens) NOT IN (SELECT n.flag FROM hunt.people AS n WHERE n.k = t.k AND EXISTS"
                        + " (SELECT 1 FROM hunt.events AS e WHERE e.id = 3))",
                "");
    }

    @Test
    void takesSubQueriesInWindowsInJoinsAndInWhatIsCompared() throws SQLException {
        same(
                "SELECT t.id, SUM(t.k) OVER (ORDER BY (SELECT MIN(e.w) FROM hunt.events AS e WHERE e.k = t.k) NULLS LAST, t.id) AS n FROM hunt.items AS t",
                "");
        same(
                "SELECT a.id, b.id FROM hunt.people AS a LEFT JOIN hunt.events AS b ON a.k = b.k"
                        + " AND EXISTS (SELECT 1 FROM hunt.items AS i WHERE i.g = a.g AND i.flag = b.flag)",
                "");
        same(
                "SELECT a.id, b.id FROM hunt.people AS a RIGHT JOIN hunt.events AS b ON a.k = b.k AND a.g NOT IN (SELECT i.g FROM hunt.items AS i WHERE i.k = b.k)",
                "");
        same(
                "SELECT t.id FROM hunt.items AS t WHERE (SELECT MAX(n.k) FROM hunt.people AS n WHERE n.g = t.g) IN (SELECT e.k FROM hunt.events AS e)",
                "");
    }

    @Test
    void givesTheRowOfAnAggregateOfNothingToARowAround() throws SQLException {
        same(
                "SELECT t.x FROM hunt.notes AS t CROSS JOIN LATERAL (SELECT MAX(e.k) AS m FROM hunt.events AS e WHERE e.seen_at = t.seen_at) AS a",
                "");
        same(
                "SELECT t.w FROM hunt.places AS t CROSS JOIN LATERAL (SELECT 1 AS a FROM hunt.notes AS n WHERE n.happened_at = t.happened_at"
                        + " GROUP BY CUBE(n.k)) AS a",
                "");
        same(
                "SELECT t.id FROM hunt.notes AS t WHERE EXISTS (SELECT p.flag FROM hunt.places AS p WHERE t.flag GROUP BY GROUPING SETS ((p.flag), ()))",
                "");
        same(
                "SELECT t.id FROM hunt.events AS t CROSS JOIN LATERAL (SELECT t.x AS a, t.seen_at AS b FROM hunt.mixed AS m WHERE m.x < t.x) AS l",
                "");
        same("SELECT ((6, TRUE) IN (SELECT k, FALSE FROM hunt.places)) AS a FROM hunt.events", "");
    }

    @Test
    void aConstantTextHasATypeInAWindow() throws SQLException {
        same(
                "SELECT id, LAG(CAST('\uD83D\uDE00' AS VARCHAR)) OVER (ORDER BY k, id) AS a, FIRST_VALUE(CAST('x' AS VARCHAR)) OVER (ORDER BY id) AS b FROM hunt.events",
                "");
    }

    @Test
    void givesTheRowOfAllBesideGroupsWhoseValuesAreNeverNull() throws SQLException {
        for (String groups : List.of("CUBE(e.happened_at)", "ROLLUP(e.k)", "GROUPING SETS ((e.g), (e.g), ())")) {
            same(
                    "SELECT t.id FROM hunt.places AS t WHERE EXISTS (SELECT 1 FROM hunt.notes AS n CROSS JOIN LATERAL"
                            + " (SELECT MAX(e.id) AS c FROM hunt.events AS e WHERE e.id < t.g GROUP BY " + groups
                            + ") AS l WHERE n.x = t.x AND l.c > 1)",
                    "");
        }
    }

    @Test
    void givesValuesOfAGroupByConstantsBesideATreeThatDependsOnTheRowAround() throws SQLException {
        same(
                "SELECT t.id, a.c FROM hunt.places AS t CROSS JOIN LATERAL (SELECT t.x AS x) AS b JOIN"
                        + " (SELECT MAX(CAST(v.c AS VARCHAR)) AS c FROM (VALUES (1, 2)) AS v(k, c) GROUP BY v.k) AS a ON a.c <> t.t",
                "");
        same(
                "(SELECT t.t AS a FROM hunt.places AS t CROSS JOIN LATERAL (SELECT MAX(v.k) AS k FROM (VALUES (1), (2)) AS v(k) WHERE v.k < t.k) AS l)"
                        + " EXCEPT ALL (SELECT COALESCE(MAX('10'), MAX('9')) AS a FROM (VALUES (1, 2)) AS v(k, c) GROUP BY v.k, v.c HAVING MAX(v.c) > 0)",
                "");
    }

    @Test
    void escapesASignOfAPattern() throws SQLException {
        for (String table : List.of("people", "events", "orders", "mixed")) {
            same(
                    "SELECT id, t LIKE '%!%%' ESCAPE '!' AS a, u NOT LIKE 'x!_y' ESCAPE '!' AS b FROM hunt." + table
                            + " WHERE t LIKE '_!_%' ESCAPE '!' OR u LIKE 'x\\%' ESCAPE '!' OR t LIKE '%!!' ESCAPE '!' OR k > 0",
                    "");
        }
    }

    @Test
    void takesWindowsInASubQueryOfHaving() throws SQLException {
        same(
                "SELECT t.g, COUNT(*) AS n FROM hunt.events AS t GROUP BY t.g HAVING COUNT(*) >= SOME"
                        + " (SELECT ROW_NUMBER() OVER (ORDER BY p.id) FROM hunt.people AS p WHERE p.g = t.g)",
                "");
        same(
                "SELECT t.k FROM hunt.notes AS t GROUP BY t.k HAVING EXISTS (SELECT FIRST_VALUE(o.flag) OVER (PARTITION BY o.k ORDER BY o.id) AS a"
                        + " FROM hunt.orders AS o WHERE o.k = t.k) AND MAX(t.id) > (SELECT MIN(r.n) FROM (SELECT RANK() OVER (ORDER BY k) AS n FROM hunt.items) AS r)",
                "");
        assertThat(product.open(new Mode(Mode.Knowledge.TRUE, Mode.PushDown.ON, Mode.Keys.ON), 1)
                        .ask(
                                "SELECT t.k FROM hunt.notes AS t GROUP BY t.k HAVING RANK() OVER (ORDER BY t.k) > 1",
                                List.of()))
                .isInstanceOf(Answer.Refused.class);
    }

    @Test
    void joinsTheRowAroundByItsOwnColumnBesideAConstantKey() throws SQLException {
        String events = " FROM hunt.events AS e WHERE e.k = t.k";
        same(
                "SELECT t.id, l.g FROM hunt.places AS t CROSS JOIN LATERAL (SELECT DISTINCT 5 AS a, e.g" + events
                        + ") AS l",
                "");
        same(
                "SELECT t.u, l.b FROM hunt.places AS t CROSS JOIN LATERAL (SELECT DISTINCT 'x%' AS a, e.happened_on AS b"
                        + events + ") AS l",
                "");
        same(
                "SELECT t.id, l.n FROM hunt.places AS t CROSS JOIN LATERAL (SELECT 5 AS a, e.g, COUNT(*) AS n" + events
                        + " GROUP BY 1, e.g) AS l",
                "");
        same(
                "SELECT t.id, (SELECT COUNT(*) FROM (SELECT DISTINCT 'x' AS a, e.g" + events
                        + ") AS q) AS n FROM hunt.places AS t",
                "");
        same("SELECT t.id FROM hunt.places AS t WHERE EXISTS (SELECT DISTINCT 1, e.g" + events + ")", "");
    }

    @Test
    void keepsAnOuterJoinTogetherBesideOtherTables() throws SQLException {
        same(
                "WITH w AS (SELECT g.flag AS c FROM hunt.guarded AS g FULL JOIN hunt.notes AS n ON FALSE) SELECT o.id FROM hunt.orders AS t JOIN w ON TRUE"
                        + " CROSS JOIN hunt.orders AS o",
                "");
    }

    @Test
    void bindsTheRowAroundToItsOwnColumnBesideRowsThatWereCutOff() throws SQLException {
        for (String column : List.of("k", "flag", "id")) {
            String partner = " JOIN hunt.orders AS o ON q.b = o.id WHERE o." + column + " = t." + column + ")";
            String exists = "SELECT COUNT(*) AS n FROM hunt.orders AS t WHERE EXISTS (SELECT 1 AS x FROM ";
            same(exists + "(SELECT m.flag AS a, m.id AS b FROM hunt.mixed AS m ORDER BY b LIMIT 8) AS q" + partner, "");
            same(
                    exists + "(SELECT m.flag AS a, RANK() OVER (ORDER BY m.id) AS b FROM hunt.mixed AS m) AS q"
                            + partner,
                    "");
            same(
                    exists
                            + "(SELECT m.flag AS a, m.id AS b FROM hunt.mixed AS m LEFT JOIN hunt.notes AS n ON m.k = n.id) AS q"
                            + partner,
                    "");
            same(
                    exists
                            + "(SELECT m.flag AS a, m.id AS b FROM hunt.mixed AS m UNION ALL SELECT p.flag, p.id FROM hunt.orders AS p) AS q"
                            + partner,
                    "");
        }
    }

    @Test
    void writesATruthValueAsItsSourceDoes() throws SQLException {
        same("SELECT CAST(TRUE AS VARCHAR) AS a FROM hunt.items", "");
        same("SELECT DISTINCT CAST(TRUE AS VARCHAR) AS a, CAST(FALSE AS VARCHAR) AS b FROM hunt.items", "");
        same("SELECT DISTINCT CAST(flag AS VARCHAR) AS a FROM hunt.items WHERE flag", "");
        same(
                "WITH w AS (SELECT DISTINCT CAST(t.k AS BIGINT) AS a FROM hunt.guarded AS t WHERE TRUE = ALL (SELECT TRUE AS b FROM hunt.items AS i"
                        + " WHERE t.happened_at > TIMESTAMP '2024-01-01 00:00:00')) SELECT DISTINCT CAST(TRUE AS VARCHAR) AS c FROM w",
                "");
    }
}
