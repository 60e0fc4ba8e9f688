package io.belvedere.federation.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Mode;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the hunt has found of sub-queries, and of rows that depend on the row around, made small; each in every mode. */
class HuntedSubQueriesIT {
    @RegisterExtension
    static final HuntedProduct PRODUCT = new HuntedProduct();

    private static void same(String body, String order) throws SQLException {
        PRODUCT.same(body, order);
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
    void takesWindowsInASubQueryOfHaving() throws SQLException {
        same(
                "SELECT t.g, COUNT(*) AS n FROM hunt.events AS t GROUP BY t.g HAVING COUNT(*) >= SOME"
                        + " (SELECT ROW_NUMBER() OVER (ORDER BY p.id) FROM hunt.people AS p WHERE p.g = t.g)",
                "");
        same(
                "SELECT t.k FROM hunt.notes AS t GROUP BY t.k HAVING EXISTS (SELECT FIRST_VALUE(o.flag) OVER (PARTITION BY o.k ORDER BY o.id) AS a"
                        + " FROM hunt.orders AS o WHERE o.k = t.k) AND MAX(t.id) > (SELECT MIN(r.n) FROM (SELECT RANK() OVER (ORDER BY k) AS n FROM hunt.items) AS r)",
                "");
        assertThat(PRODUCT.product()
                        .open(new Mode(Mode.Knowledge.TRUE, Mode.PushDown.ON, Mode.Keys.ON), 1)
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
    void bindsTheRowAroundInEachPlaceOfAQueryThatIsWrittenOnceAndReadTwice() throws SQLException {
        same(
                "SELECT NULLIF((SELECT MAX(a.k) FROM hunt.orders AS a LEFT JOIN hunt.mixed AS b ON a.happened_on = b.happened_on"
                        + " WHERE NOT EXISTS (SELECT 1 FROM hunt.notes AS c WHERE c.x = b.x)), o.k) AS a, o.id AS b FROM hunt.items AS o",
                "");
        same(
                "SELECT COALESCE((SELECT MIN(a.k) FROM hunt.orders AS a WHERE a.id <= SOME (SELECT c.g FROM hunt.notes AS c"
                        + " WHERE c.k = a.k)), o.k, 0) AS a FROM hunt.places AS o",
                "");
        same(
                "SELECT 1 + COALESCE((SELECT MIN(a.k) FROM hunt.orders AS a WHERE a.g = o.g), 0) AS a FROM hunt.places AS o",
                "");
        same(
                "SELECT CASE (SELECT MAX(a.k) FROM hunt.orders AS a WHERE a.g = o.g) WHEN 1 THEN 'one' WHEN 2 THEN 'two' END AS a"
                        + " FROM hunt.people AS o",
                "");
    }

    @Test
    void readsTheKeyOfAGroupInASubQueryThatIsComparedWithAnother() throws SQLException {
        same(
                "SELECT b.flag AS a FROM hunt.events AS a RIGHT JOIN hunt.mixed AS b ON a.k = b.k GROUP BY CUBE(a.w, b.flag)"
                        + " HAVING ((1.5 IN (SELECT MAX(ROUND(c.d2)) FROM hunt.guarded AS c WHERE c.flag = b.flag))"
                        + " NOT IN (SELECT TRUE FROM hunt.items AS d WHERE d.flag = b.flag))",
                "");
    }

    @Test
    void bindsTheRowAroundInConditionsOneAboveTheOther() throws SQLException {
        for (String other : List.of("b.d2 = o.d4", "b.k = o.k", "b.flag = o.flag")) {
            same(
                    "SELECT o.id AS a, (SELECT MIN(b.t) FROM (SELECT a.d2 + a.d2 AS v FROM hunt.items AS a"
                            + " WHERE a.happened_on = o.happened_on) AS a CROSS JOIN hunt.events AS b WHERE " + other
                            + ") AS b FROM hunt.people AS o",
                    "");
        }
    }

    @Test
    void bindsTheRowAroundInAValueThatIsComparedWithASubQuery() throws SQLException {
        same(
                "SELECT o.k AS a FROM hunt.places AS o GROUP BY o.k, o.x HAVING (SELECT MIN(a.opens) FROM hunt.notes AS a WHERE a.x = o.x)"
                        + " NOT IN (SELECT b.opens FROM hunt.items AS b WHERE b.x = o.x)",
                "");
    }

    @Test
    void combinesRowsThatSubQueriesChoose() throws SQLException {
        for (String operator : List.of("INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL")) {
            same(
                    "SELECT DISTINCT a FROM ((SELECT o.k AS a FROM hunt.notes AS o WHERE o.k < SOME (SELECT b.k FROM hunt.people AS b"
                            + " WHERE b.flag = o.flag)) " + operator
                            + " (SELECT o.k FROM hunt.orders AS o WHERE NOT EXISTS"
                            + " (SELECT 1 FROM hunt.guarded AS b WHERE b.id > 90) AND o.k IN (SELECT c.k FROM hunt.items AS c))) AS t",
                    "");
        }
    }

    @Test
    void joinsInFullByASubQuery() throws SQLException {
        for (String condition : List.of(
                "EXISTS (SELECT 1 FROM hunt.items AS i WHERE i.g = a.g AND i.flag = b.flag)",
                "a.opens = (SELECT MAX(i.opens) FROM hunt.items AS i WHERE i.k = b.k)",
                "b.g NOT IN (SELECT i.g FROM hunt.items AS i WHERE i.k = a.k)")) {
            same(
                    "SELECT a.id AS a, b.id AS b FROM hunt.people AS a FULL JOIN hunt.notes AS b ON a.k = b.k AND "
                            + condition,
                    "");
        }
    }

    @Test
    void readsTheKeyOfGroupsThatAreWrittenAsTheirKeys() throws SQLException {
        same(
                "SELECT t.t FROM hunt.orders AS t WHERE FALSE GROUP BY t.d2, t.t HAVING 3 NOT IN"
                        + " (SELECT e.k FROM (SELECT t.d2 AS d FROM hunt.notes AS n WHERE n.t = t.t) AS a LEFT JOIN hunt.events AS e ON e.flag)",
                "");
        same(
                "SELECT q.g FROM (SELECT DISTINCT k, g FROM hunt.people) AS q GROUP BY q.g, q.k"
                        + " HAVING EXISTS (SELECT 1 FROM hunt.notes AS n WHERE n.g = q.g AND n.k >= q.k)",
                "");
    }

    @Test
    void bindsTheRowAroundInEveryPlaceOfAQueryThatHavingReadsOftener() throws SQLException {
        for (String groups : List.of("t.g", "ROLLUP(t.g)")) {
            same(
                    "SELECT SUM(t.k) AS c, t.g AS a FROM hunt.mixed AS t GROUP BY " + groups
                            + " HAVING TIME '12:00:00' IS DISTINCT FROM COALESCE(NULLIF((SELECT n.opens FROM hunt.notes AS n WHERE n.g = t.g"
                            + " ORDER BY n.opens NULLS LAST LIMIT 1), TIME '00:00:00'), TIME '00:00:01')",
                    "");
        }
    }

    @Test
    void asksWhetherThereIsARowBesideWhatMayBeNull() throws SQLException {
        same(
                "SELECT a.id AS a, b.id AS b FROM hunt.places AS a LEFT JOIN hunt.guarded AS b ON a.id = b.id AND ((NOT a.flag) IS NOT DISTINCT FROM"
                        + " (NOT EXISTS (SELECT MIN(m.w) FROM hunt.mixed AS m WHERE m.happened_at = a.happened_at)))"
                        + " JOIN hunt.orders AS o ON a.flag IS NOT DISTINCT FROM o.flag AND a.w = o.w",
                "");
    }

    @Test
    void measuresAFrameFromASubQuerysValue() throws SQLException {
        for (String order : List.of(
                "(SELECT MAX(e.k) FROM hunt.events AS e)",
                "t.k + (SELECT MIN(e.k) FROM hunt.events AS e)",
                "(SELECT e.k FROM hunt.events AS e WHERE e.id < 0) DESC")) {
            for (String table : List.of("items", "people")) {
                same(
                        "SELECT t.id, SUM(t.k) OVER (PARTITION BY t.flag ORDER BY " + order
                                + " NULLS LAST RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM hunt." + table
                                + " AS t",
                        "");
            }
        }
    }
}
