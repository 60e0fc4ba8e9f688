package io.belvedere.server.attack;

import static io.belvedere.server.attack.Attack.attack;

import java.util.List;
import java.util.Map;

/** Attacks by a statement on rows: errors from hidden rows, masked columns in every clause, the shapes of SQL. */
final class SqlAttacks {
    private static final String SIX = "[[\"6\"]]";
    private static final String NONE = "[[\"0\"]]";
    private static final String UNSUPPORTED = "UNSUPPORTED";
    private static final String INVALID = "QUERY_INVALID";

    private SqlAttacks() {}

    static List<Attack> errors() {
        return List.of(
                attack("A01", "a cast that only hidden rows fail")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE CAST(badge AS INTEGER) > 0", SIX)
                        .rows("SELECT SUM(CAST(badge AS INTEGER)) AS n FROM {s}.customer", "[[\"621\"]]")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE 10 / rating >= 0", SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE MOD(10, rating) >= 0", SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE SQRT(rating - 1) >= 0", SIX)
                        .done(),
                attack("A02", "the same under a policy of two roles")
                        .as("amy")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE CAST(badge AS INTEGER) > 0", SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE 10 / rating >= 0", SIX)
                        .done(),
                attack("A04", "a pattern that is a column")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer WHERE 'x' SIMILAR TO note", 400, UNSUPPORTED)
                        .refused(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE REGEXP_LIKE(name, note)",
                                400,
                                UNSUPPORTED)
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer WHERE 'x' !~ note", 400, INVALID)
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE 'bad(guess' LIKE SUBSTRING(note FROM 1 FOR 4) || '%'",
                                NONE)
                        .done(),
                attack("A05", "a number out of range on hidden rows only")
                        .as("amy")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE EXP(CASE WHEN badge LIKE 'CANARY%' THEN 1000 ELSE 1 END) > 0",
                                SIX)
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE POWER(10, CASE WHEN rating = 0 THEN 400 ELSE 1 END) > 0",
                                SIX)
                        .done(),
                attack("A07", "a cast in the condition of a join")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c JOIN (VALUES (101), (102)) AS v(x) ON CAST(c.badge AS INTEGER) = v.x",
                                "[[\"2\"]]")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c JOIN {o}.customer d ON CAST(c.badge AS INTEGER) = CAST(d.badge AS INTEGER)",
                                SIX)
                        .done(),
                attack("A08", "errors on one's own rows")
                        .refused("SELECT CAST(name AS INTEGER) AS n FROM {s}.customer", 422, "DATA_ERROR")
                        .refused("SELECT 1 / (rating - 1) AS n FROM {s}.customer", 422, "DATA_ERROR")
                        .refused("SELECT CAST(note AS DATE) AS n FROM {s}.customer", 422, "DATA_ERROR")
                        .done(),
                attack("A10", "text that no database takes")
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer WHERE name = 'a\u0000b'", 400, INVALID)
                        .refused(
                                new Ask.Post(
                                        "/api/v1/query",
                                        Map.of("Content-Type", Ask.JSON),
                                        "{\"sql\": \"SELECT COUNT(*) AS n FROM {s}.customer WHERE name = '\\ud800'\"}"),
                                400,
                                INVALID)
                        .refused("SELECT " + "x".repeat(60_000) + " FROM {s}.customer", 422, "LIMIT_EXCEEDED")
                        .done());
    }

    static List<Attack> masks() {
        return List.of(
                attack("A11", "guessing a masked value")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE ssn IN ('CANARY-A-1-11', 'CANARY-OTHER-A-31-11')",
                                NONE)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE ssn LIKE '%CANARY%'", NONE)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE ssn = '***11'", "[[\"1\"]]")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE salary IS NOT NULL", NONE)
                        .rows(Ask.sql("SELECT COUNT(*) AS n FROM {s}.customer WHERE ssn LIKE ?", "\"CANARY%\""), NONE)
                        .done(),
                attack("A13", "joining a masked value with guesses")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c JOIN (VALUES ('CANARY-A-1-11'), ('CANARY-OTHER-A-31-11')) AS g(v) ON c.ssn = g.v",
                                NONE)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer c JOIN {o}.customer d ON c.ssn = d.ssn", SIX)
                        .unlike("carol", Ask.sql("SELECT COUNT(*) AS n FROM vault.{s}_customer"))
                        .refused(
                                "SELECT COUNT(*) AS n FROM {s}.customer c JOIN vault.{s}_customer v ON c.ssn = v.ssn",
                                404,
                                "VIEW_NOT_FOUND")
                        .done(),
                attack("A14", "grouping and aggregates of a masked value")
                        .rows(
                                "SELECT ssn, COUNT(*) AS n FROM {s}.customer GROUP BY ssn ORDER BY ssn LIMIT 2",
                                "[[\"***11\",\"1\"],[\"***12\",\"1\"]]")
                        .rows(
                                "SELECT COUNT(DISTINCT ssn) AS n, MIN(ssn) AS a, MAX(ssn) AS b FROM {s}.customer",
                                "[[\"6\",\"***11\",\"***16\"]]")
                        .rows("SELECT DISTINCT salary FROM {s}.customer", "[[null]]")
                        .rows(
                                "SELECT LISTAGG(ssn, ' ') AS n FROM {s}.customer",
                                "[[\"***11 ***12 ***13 ***14 ***15 ***16\"]]")
                        .rows(
                                "SELECT STRING_AGG(CAST(id AS VARCHAR), ',' ORDER BY salary DESC) AS n FROM {s}.customer",
                                "[[\"1,2,3,4,5,6\"]]")
                        .rows("SELECT STRING_AGG(salary, ',') AS n FROM {s}.customer", "[[null]]")
                        .rows(
                                "SELECT PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY ssn) AS a, PERCENTILE_CONT(1) WITHIN GROUP (ORDER BY salary) AS b FROM {s}.customer",
                                "[[\"***11\",null]]")
                        .refused("SELECT ARRAY_AGG(ssn) AS n FROM {s}.customer", 400, UNSUPPORTED)
                        .refused("SELECT MODE(ssn) AS n FROM {s}.customer", 400, UNSUPPORTED)
                        .done(),
                attack("A16", "masked values in HAVING, FILTER, CASE, COALESCE")
                        .rows("SELECT tenant FROM {s}.customer GROUP BY tenant HAVING SUM(salary) > 0", "[]")
                        .rows("SELECT COUNT(*) FILTER (WHERE ssn LIKE '%CANARY%') AS n FROM {s}.customer", NONE)
                        .rows(
                                "SELECT DISTINCT CASE WHEN ssn LIKE '%CANARY%' THEN 1 ELSE 0 END AS n FROM {s}.customer",
                                "[[0]]")
                        .rows("SELECT MAX(COALESCE(salary, -1)) AS n FROM {s}.customer", "[[\"-1.00\"]]")
                        .rows("SELECT NULLIF(ssn, '***11') AS n FROM {s}.customer WHERE id = 1", "[[null]]")
                        .done(),
                attack("A17", "a masked value through functions and rows")
                        .rows("SELECT MAX(LENGTH(ssn)) AS n FROM {s}.customer", "[[5]]")
                        .rows(
                                "SELECT ssn || '' AS a, UPPER(ssn) AS b, SUBSTRING(ssn FROM 1 FOR 4) AS c FROM {s}.customer WHERE id = 1",
                                "[[\"***11\",\"***11\",\"***1\"]]")
                        .refused("SELECT MD5(ssn) AS n FROM {s}.customer", 400, UNSUPPORTED)
                        .refused("SELECT TO_JSON(c) AS n FROM {s}.customer c", 400, UNSUPPORTED)
                        .rows("SELECT CAST(ssn AS VARBINARY) AS n FROM {s}.customer WHERE id = 1", "[[\"KioqMTE=\"]]")
                        .refused("SELECT ROW(ssn) AS n FROM {s}.customer", 400, UNSUPPORTED)
                        .refused("SELECT c FROM {s}.customer c", 400, INVALID)
                        .done(),
                attack("A22", "whether a masked value is NULL")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE salary IS NULL", SIX)
                        .rows("SELECT COUNT(salary) AS n FROM {s}.customer", NONE)
                        .done());
    }

    static List<Attack> shapes() {
        return List.of(
                attack("A23", "a WITH query named like a view or a table of policy")
                        .rows("WITH acl AS (SELECT 'alice' AS u, 'B' AS t) SELECT COUNT(*) AS n FROM {s}.customer", SIX)
                        .rows("WITH customer AS (SELECT 1 AS x) SELECT COUNT(*) AS n FROM {s}.customer", SIX)
                        .rowsForAll("WITH {s} AS (SELECT 1 AS x) SELECT x FROM {s}", "[[1]]")
                        .done(),
                attack("A25", "sub-queries at every depth")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.orders o WHERE EXISTS (SELECT 1 FROM {s}.customer c WHERE c.id = o.customer_id)",
                                "[[\"12\"]]")
                        .rows(
                                "SELECT MAX((SELECT MAX(c.ssn) FROM {s}.customer c WHERE c.id >= d.id)) AS n FROM {s}.customer d",
                                "[[\"***16\"]]")
                        .rows("""
                                SELECT COUNT(*) AS n FROM {s}.customer a WHERE a.id IN (SELECT b.customer_id FROM {o}.orders b
                                WHERE b.customer_id = ANY (SELECT c.id FROM {s}.customer c WHERE c.rating >= ALL (SELECT d.rating FROM {o}.customer d)))
                                OR a.badge > ''
                                """, SIX)
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c CROSS JOIN LATERAL (SELECT o.id FROM {s}.orders o WHERE o.customer_id = c.id) AS l",
                                "[[\"12\"]]")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.orders o WHERE EXISTS (SELECT 1 FROM {s}.customer c WHERE c.ssn LIKE '%CANARY%')",
                                NONE)
                        .done(),
                attack("A26", "a query that calls itself, and one too deep")
                        .refused(
                                "WITH RECURSIVE r AS (SELECT id FROM {s}.customer UNION ALL SELECT id FROM r) SELECT * FROM r",
                                400,
                                UNSUPPORTED)
                        .refused("SELECT " + "(".repeat(300) + "1" + ")".repeat(300) + " AS n", 422, "LIMIT_EXCEEDED")
                        .done(),
                attack("A28", "outer joins that show missing rows")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer c FULL JOIN {s}.orders o ON c.id = o.customer_id AND 1 = 0",
                                "[[\"18\"]]")
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.orders o LEFT JOIN {s}.customer c ON c.id = o.customer_id WHERE c.id IS NULL OR c.tenant = 'A'",
                                "[[\"12\"]]")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer c RIGHT JOIN {o}.customer d ON c.id = d.id", SIX)
                        .done(),
                attack("A31", "counts of all rows")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer", SIX)
                        .rows(new Ask.Get("/api/v1/views/{s}.customer/rows?columns=id,ssn&ssn.ge=CANARY"), "[]")
                        .rowsForAll("SELECT id FROM {s}.customer LIMIT 0", "[]")
                        .done(),
                attack("A32", "precedence and quotes in attributes")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE tenant = 'B' OR 1 = 1", SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE NOT tenant = 'A'", NONE)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE tenant <> '' -- AND 1 = 0", SIX)
                        .refused("SELECT COUNT(*) AS n FROM {s}.customer WHERE tenant = 'A') OR (1 = 1", 400, INVALID)
                        .as("quinn")
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer", NONE)
                        .done(),
                attack("A37", "tricks of the text")
                        .refused("SELECT 1 AS n; SELECT 2 AS n", 400, UNSUPPORTED)
                        .refused("DELETE FROM {s}.customer", 400, UNSUPPORTED)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE name <> E'\\' OR 1=1 --'", SIX)
                        .refused("SELECT $$a$$ AS n", 400, INVALID)
                        .rows("SELECT /*! UNION SELECT ssn */ COUNT(*) AS n FROM {s}.customer /* /* nested */", SIX)
                        .rows(
                                "SELECT COUNT(*) AS n FROM {s}.customer WHERE name <> '\\'' AND name <> ' OR 1=1 --'",
                                SIX)
                        .rows("SELECT COUNT(*) AS n FROM {s}.customer WHERE name <> '＇ OR 1=1'", SIX)
                        .done());
    }
}
