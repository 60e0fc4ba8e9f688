package io.belvedere.federation.hunt;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the hunt has found of values, text, order and groups, made small; each in every mode. */
class HuntedDifferencesIT {
    @RegisterExtension
    static final HuntedProduct PRODUCT = new HuntedProduct();

    private static void same(String body, String order) throws SQLException {
        PRODUCT.same(body, order);
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
    void aConstantTextHasATypeInAWindow() throws SQLException {
        same(
                "SELECT id, LAG(CAST('\uD83D\uDE00' AS VARCHAR)) OVER (ORDER BY k, id) AS a, FIRST_VALUE(CAST('x' AS VARCHAR)) OVER (ORDER BY id) AS b FROM hunt.events",
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
    void keepsAnOuterJoinTogetherBesideOtherTables() throws SQLException {
        same(
                "WITH w AS (SELECT g.flag AS c FROM hunt.guarded AS g FULL JOIN hunt.notes AS n ON FALSE) SELECT o.id FROM hunt.orders AS t JOIN w ON TRUE"
                        + " CROSS JOIN hunt.orders AS o",
                "");
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

    @Test
    void movesAConditionOnWhatIsNeverNullBelowAnOuterJoin() throws SQLException {
        same(
                "SELECT a.id AS a, EXTRACT(DOY FROM b.v) AS b FROM hunt.notes AS a"
                        + " LEFT JOIN (VALUES (DATE '2024-03-31'), (DATE '2024-10-27')) AS b(v) ON EXTRACT(DOY FROM b.v) IS NULL",
                "");
        same(
                "SELECT a.id AS a, b.id AS b FROM hunt.notes AS a LEFT JOIN hunt.orders AS b ON a.k = b.k AND b.id + 1 IS NOT NULL"
                        + " WHERE a.k > 0",
                "");
    }

    @Test
    void multipliesDecimalsWhoseDigitsAreMoreThanEighteenTogether() throws SQLException {
        same(
                "SELECT a.id AS a, CAST(a.d2 AS DECIMAL(12, 2)) * CAST(b.d2 AS DECIMAL(12, 1)) AS b"
                        + " FROM hunt.events AS a JOIN hunt.people AS b ON a.k = b.k OR a.d2 = b.d2 OR a.d2 > 1000",
                "");
    }

    @Test
    void groupsWhatIsMadeOfTextsOfTwoCollations() throws SQLException {
        same("SELECT DISTINCT t || u AS a FROM hunt.notes", "");
        same(
                "SELECT COALESCE(t, u) AS a, COUNT(*) AS b FROM hunt.notes GROUP BY COALESCE(t, u) HAVING COALESCE(t, u) > 'a'",
                "");
        same(
                "SELECT MAX(CASE WHEN k > 1 THEN t ELSE u END) AS a FROM hunt.orders GROUP BY CASE WHEN k > 1 THEN t ELSE u END",
                "");
    }

    @Test
    void takesTheTimeOfAnInstant() throws SQLException {
        same("SELECT id AS a, CAST(seen_at AS TIME) AS b FROM hunt.mixed", "");
    }

    @Test
    void givesNoRowOfAViewOverAViewWhoseConditionsNoRowCanMeet() throws SQLException {
        same("SELECT k AS a FROM hunt.layered WHERE id > 9007199254740993 AND g > id", "");
        same("SELECT COUNT(*) AS a FROM hunt.layered AS a LEFT JOIN hunt.guarded AS b ON a.k = b.k AND b.id > 12", "");
    }

    @Test
    void ordersTheFirstRowsOfAKeyByAnotherSourceToo() throws SQLException {
        for (String order : List.of(
                "a.k NULLS FIRST, a.id DESC, b.k NULLS LAST, b.id NULLS LAST",
                "a.id, b.k DESC NULLS LAST, b.id NULLS LAST")) {
            for (String join : List.of("JOIN", "LEFT JOIN")) {
                same(
                        "SELECT a.id AS x, b.id AS y FROM hunt.orders AS a " + join
                                + " hunt.events AS b ON a.flag = b.flag",
                        "ORDER BY " + order + " LIMIT 7 OFFSET 2");
            }
        }
    }
}
