package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationFixture.CLOCK;
import static io.belvedere.federation.FederationFixture.catalog;
import static io.belvedere.federation.FederationFixture.catalogWith;
import static io.belvedere.federation.FederationFixture.resolve;
import static io.belvedere.federation.FederationFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryResolverTest {
    @Test
    void pinsEveryViewItNamesAndEveryViewThoseStandOn() {
        ResolvedQuery query = resolve("SELECT * FROM sales.revenue_by_country");

        assertThat(query.references().stream().map(ResolvedQuery.Reference::name))
                .containsExactly("sales.revenue_by_country");
        assertThat(query.views().stream().map(each -> each.id().toString()))
                .containsExactlyInAnyOrder(
                        "sales.revenue_by_country@1.0.0", "sales.orders@2.0.0", "crm.customer_360@1.0.0");
        assertThat(query.hasUnresolved()).isFalse();
    }

    @Test
    void foldsUnquotedNamesAndTakesQuotedOnesAsTheyAre() {
        assertThat(pinned("SELECT 1 FROM SALES.Orders")).isEqualTo("sales.orders@2.0.0");
        assertThat(pinned("SELECT 1 FROM sales.\"orders@1\"")).isEqualTo("sales.orders@1.0.0");
        assertThat(pinned("SELECT 1 FROM sales.\"orders@1.0\"")).isEqualTo("sales.orders@1.0.0");
        assertThat(pinned("SELECT 1 FROM sales.\"orders@2.0.0\"")).isEqualTo("sales.orders@2.0.0");
        assertThat(resolve("SELECT 1 FROM sales.\"Orders\"").hasUnresolved()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crm.customers",
                "orders.orders",
                "nosuch.view",
                "late_orders",
                "sales.\"orders@9\"",
                "sales.\"orders@x\"",
                "a.b.c",
                "\"sales.orders\"",
                "information_schema.tables"
            })
    void keepsANameWithoutAViewAndTakesASourcesTableForNone(String name) {
        assertThat(resolve("SELECT 1 FROM " + name).references())
                .singleElement()
                .satisfies(reference -> {
                    assertThat(reference.name()).isEqualTo(name);
                    assertThat(reference.view()).isEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "late_orders | There is no view 'late_orders'. A view is named domain.view.",
                "nosuch.view | There is no view 'nosuch.view'.",
                "late_orders, nosuch.view | Not all of these views exist: 'late_orders', 'nosuch.view'. A view is named domain.view.",
                "sales.orders, nosuch.view | Not all of these views exist: 'sales.orders', 'nosuch.view'."
            })
    void saysThatANameLacksItsDomain(String from, String expected) {
        assertThat(resolve("SELECT 1 FROM " + from).notFound().detail()).isEqualTo(expected);
    }

    @Test
    void findsNamesInEveryPlaceOfAQuery() {
        ResolvedQuery query = resolve("""
                WITH w AS (SELECT a FROM n.w1 WHERE EXISTS (SELECT 1 FROM n.w2))
                SELECT (SELECT 1 FROM n.s), CASE WHEN 1 IN (SELECT 1 FROM n.c) THEN 1 END,
                       COUNT(*) FILTER (WHERE 1 = ANY (SELECT 1 FROM n.f)), SUM(1) OVER (ORDER BY (SELECT 1 FROM n.o))
                FROM w, n.j1 LEFT JOIN (n.j2 CROSS JOIN n.j3) ON EXISTS (SELECT 1 FROM n.on1), LATERAL (SELECT 1 FROM n.l) t
                WHERE NOT EXISTS (SELECT 1 FROM (SELECT 1 FROM n.d) x)
                GROUP BY (SELECT 1 FROM n.g) HAVING 1 > ALL (SELECT 1 FROM n.h) QUALIFY 1 = (SELECT 1 FROM n.q)
                UNION SELECT 1, 2, 3, 4 FROM n.u ORDER BY (SELECT 1 FROM n.ob) LIMIT 1
                """);

        assertThat(query.references().stream()
                        .map(ResolvedQuery.Reference::name)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "n.w1", "n.w2", "n.s", "n.c", "n.f", "n.o", "n.j1", "n.j2", "n.j3", "n.on1", "n.l", "n.d",
                        "n.g", "n.h", "n.q", "n.u", "n.ob");
    }

    @Test
    void letsAWithQueryStandForNoNameOfTwoParts() {
        assertThat(names("WITH crm AS (SELECT 1 AS x), customer_360 AS (SELECT 2 AS y) SELECT * FROM crm.customer_360"))
                .containsExactly("crm.customer_360");
        assertThat(names("WITH \"crm.customer_360\" AS (SELECT 1 AS x) SELECT * FROM crm.customer_360"))
                .containsExactly("crm.customer_360");
    }

    @Test
    void letsAWithQueryShadowOnlyItsOwnScope() {
        assertThat(names("SELECT * FROM (WITH w AS (SELECT 1 AS x) SELECT * FROM w) a, w"))
                .containsExactly("w");
        assertThat(names("WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT * FROM a"))
                .containsExactly("b");
        assertThat(names("WITH a AS (SELECT * FROM a) SELECT * FROM a")).containsExactly("a");
    }

    @Test
    void takesAViewThatCannotBeReadForNone() {
        ViewDefinition broken = view("t.v@1.0.0", "SELECT FROM WHERE", "a integer!");
        ViewDefinition loop = view("t.loop@1.0.0", "SELECT a FROM t.loop", "a integer!");
        ViewDefinition above = view("t.above@1.0.0", "SELECT a FROM t.v", "a integer!");

        for (String name : List.of("t.v", "t.loop", "t.above")) {
            ResolvedQuery query = resolve(catalogWith(broken, loop, above), "SELECT * FROM " + name);
            assertThat(query.hasUnresolved()).as(name).isTrue();
            assertThat(query.views()).as(name).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM sales.orders",
                "INSERT INTO sales.orders VALUES (1)",
                "UPDATE sales.orders SET total = 1",
                "MERGE INTO sales.orders o USING sales.orders x ON o.order_id = x.order_id WHEN MATCHED THEN UPDATE SET total = 1",
                "SET x = 1",
                "RESET ALL",
                "CALL foo()",
                "EXPLAIN PLAN FOR SELECT 1",
                "DESCRIBE TABLE sales.orders",
                "SELECT 1; SELECT 2",
                "SELECT 1; DELETE FROM sales.orders",
                "TABLE sales.orders",
                "SELECT RAND()",
                "SELECT PG_SLEEP(10)",
                "SELECT READ_CSV('/etc/passwd')",
                "SELECT * FROM READ_CSV('/etc/passwd')",
                "SELECT * FROM TABLE(GLOB('*'))",
                "SELECT * FROM UNNEST(ARRAY[1])",
                "SELECT GETENV('HOME')",
                "SELECT VERSION()",
                "SELECT USER",
                "SELECT CURRENT_USER",
                "SELECT SESSION_USER",
                "SELECT CURRENT_CATALOG",
                "SELECT CURRENT_SCHEMA",
                "SELECT LOCALTIME",
                "SELECT a SIMILAR TO 'x' FROM sales.orders",
                "SELECT REGEXP_LIKE('a', status) FROM sales.orders",
                "SELECT EXTRACT_XML('a', 'b')",
                "SELECT JSON_VALUE('{}', '$.a')",
                "SELECT '1' IS JSON",
                "SELECT MD5('a')",
                "SELECT ARRAY_AGG(status) FROM sales.orders",
                "SELECT crm.f(1)",
                "SELECT NEXT VALUE FOR crm.s",
                "SELECT * FROM sales.orders TABLESAMPLE BERNOULLI(1)",
                "SELECT * FROM sales.orders FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00'",
                "SELECT * FROM sales.orders MATCH_RECOGNIZE (PATTERN (a) DEFINE a AS TRUE)",
                "SELECT CAST('a' AS VARCHAR(3))",
                "SELECT CAST('a' AS CHAR)",
                "SELECT CAST(1 AS DECIMAL)",
                "SELECT CAST(1 AS SMALLINT)",
                "SELECT CAST(1 AS ROW(a INTEGER))",
                "SELECT CAST(1 AS INTEGER ARRAY)",
                "SELECT EXTRACT(MILLISECOND FROM ordered_at) FROM sales.orders",
                "SELECT LPAD(status, total) FROM sales.orders",
                "SELECT LPAD(status, 1001) FROM sales.orders",
                "SELECT LPAD(status, -1) FROM sales.orders",
                "SELECT RPAD(status, 5, '') FROM sales.orders",
                "SELECT SPLIT_PART(status, status, 1) FROM sales.orders",
                "SELECT SPLIT_PART(status, '', 1) FROM sales.orders",
                "SELECT SPLIT_PART(status, 'a', 0) FROM sales.orders",
                "SELECT DATEADD('day', total, ordered_at) FROM sales.orders",
                "SELECT CONCAT(DISTINCT status, 'a') FROM sales.orders",
                "SELECT REPEAT(status, 1000000000) FROM sales.orders",
                "SELECT STRING_AGG(status, ',') OVER (ORDER BY order_id) FROM sales.orders",
                "SELECT REPEAT(status, -1) FROM sales.orders",
                "SELECT NTH_VALUE(total, 0) OVER (ORDER BY order_id) FROM sales.orders",
                "SELECT NTH_VALUE(total, total) OVER (ORDER BY order_id) FROM sales.orders",
                "SELECT REPEAT(status, total) FROM sales.orders",
                "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
                "SELECT {fn DATABASE()}",
                "SELECT {fn USER()}"
            })
    void refusesWhatIsNotOffered(String sql) {
        assertThat(refusal(sql).code().name()).isEqualTo("UNSUPPORTED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT",
                "SELECT 'secret",
                "SELECT * FROM 'secret.parquet'",
                "SELECT TIMESTAMPADD(SECRET, 1, ordered_at) FROM sales.orders",
                "SELECT EXTRACT(SECRET FROM ordered_at) FROM sales.orders",
                "SELECT DATEDIFF('secret', ordered_at, ordered_at) FROM sales.orders",
                "SELECT ＂a＂ FROM ‘b’",
                "SELECT 1 /* /* */ */",
                "SELECT U&'\\0000'",
                "SELECT U&'\\D800'",
                "SELECT \"a\u202Eb\" FROM sales.orders",
                "SELECT 'a' FROM sales.orders ORDER BY 'secret' 7"
            })
    void refusesWhatCannotBeReadWithoutRepeatingIt(String sql) {
        BelvedereException refusal = refusal(sql);
        assertThat(refusal.code().name()).isEqualTo("QUERY_INVALID");
        assertThat(refusal.detail()).doesNotContain("secret");
    }

    @Test
    void takesABackslashForACharacterLikeAnyOther() {
        assertThat(resolve("SELECT 'a\\', 1 -- '").tree().toString().replaceAll("\\s+", " "))
                .isEqualTo("SELECT 'a\\', 1");
    }

    @Test
    void refusesLoneSurrogatesAndNul() {
        assertThat(refusal("SELECT '\ud800'").detail()).contains("Unicode");
        assertThat(refusal("SELECT '\udc00x'").detail()).contains("Unicode");
        assertThat(refusal("SELECT 'a\0b'").detail()).contains("NUL");
        assertThatThrownBy(() -> resolve("SELECT ?", new Literal.Text("a\0b"))).hasMessageContaining("NUL");
    }

    @Test
    void dropsCommentsAndHints() {
        assertThat(resolve("SELECT /*+ x */ total /*! UNION SELECT 1 */ FROM sales.orders /*+ y(a='1') */ -- ; DROP")
                        .normalised())
                .isEqualTo("SELECT total FROM sales.orders");
    }

    @Test
    void keepsEveryLimitWithoutOverflowingAStack() {
        assertThat(limited("SELECT 1" + " ".repeat(64 * 1024))).isTrue();
        assertThat(limited("SELECT " + "(".repeat(30_000) + "1" + ")".repeat(30_000)))
                .isTrue();
        assertThat(limited("SELECT * FROM " + "(SELECT * FROM ".repeat(3_000) + "a.b" + ")".repeat(3_000)))
                .isTrue();
        assertThat(limited("SELECT " + "CASE WHEN TRUE THEN ".repeat(2_000) + "1" + " END".repeat(2_000)))
                .isTrue();
        assertThat(limited("SELECT " + "NOT ".repeat(10_000) + "TRUE")).isTrue();
        assertThat(limited("SELECT " + "1 + ".repeat(15_000) + "1")).isTrue();
        assertThat(limited("SELECT 1" + " UNION ALL SELECT 1".repeat(32))).isTrue();
        assertThat(limited("SELECT 1" + " UNION ALL SELECT 1".repeat(31))).isFalse();
        assertThat(limited("SELECT 1 FROM a.b" + " CROSS JOIN a.b".repeat(21))).isTrue();
        assertThat(limited("SELECT 1 FROM a.b" + " CROSS JOIN a.b".repeat(20))).isFalse();
        assertThat(limited("SELECT 1 IN (" + "1,".repeat(1_000) + "1)")).isTrue();
        assertThat(limited("SELECT 1 IN (" + "1,".repeat(999) + "1)")).isFalse();
        assertThat(limited("SELECT " + "1,".repeat(20_000) + "1")).isTrue();
        assertThat(limited("SELECT 1 AS " + "a".repeat(129))).isTrue();
        assertThat(limited("SELECT 1 AS " + "a".repeat(128))).isFalse();
        assertThat(limited("SELECT 1 AS \"" + "a".repeat(129) + "\"")).isTrue();
        assertThat(limited("SELECT 1 FROM a.b GROUP BY CUBE(" + columns(9) + ")"))
                .isTrue();
        assertThat(limited("SELECT 1 FROM a.b GROUP BY CUBE(" + columns(8) + ")"))
                .isFalse();
    }

    @Test
    void refusesWhatGrowsWhenItIsWrittenOut() {
        assertThat(limited(nested("WITH a0 AS (SELECT 1 AS x)", "SELECT l.x FROM a%1$d l, a%1$d r", 18)))
                .isTrue();
        assertThat(limited(nested("WITH a0 AS (VALUES (1))", "SELECT l.* FROM a%1$d l, a%1$d r", 18)))
                .isTrue();
        assertThat(limited("SELECT " + "COALESCE(".repeat(60) + "1" + ",1)".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "CONCAT(".repeat(60) + "1" + ",1)".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "{fn CONCAT(".repeat(60) + "1" + ",1)}".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "ENDS_WITH('a', ".repeat(60) + "'a'" + ")".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "DATEDIFF('month', ".repeat(60) + "x" + ", x)".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "NULLIF(".repeat(60) + "1" + ",1)".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "(".repeat(60) + "TRUE" + " BETWEEN FALSE AND TRUE)".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "CASE ".repeat(60) + "1" + " WHEN 1 THEN 1 WHEN 2 THEN 2 END".repeat(60)))
                .isTrue();
        assertThat(limited("SELECT " + "COALESCE(".repeat(8) + "1" + ",1)".repeat(8)))
                .isFalse();
    }

    @Test
    void readsLongChainsOfAndAndOr() {
        assertThat(limited("SELECT 1 WHERE_ FROM a.b WHERE " + "x = 1 OR ".repeat(2_000) + "TRUE"))
                .isFalse();
        assertThat(limited("SELECT 1 WHERE_ FROM a.b WHERE " + "x = 1 AND ".repeat(2_000) + "TRUE"))
                .isFalse();
    }

    @Test
    void makesTypedConstantsOfParameters() {
        ResolvedQuery query = resolve(
                "SELECT ?, ?, ?, ?, ?, - ?",
                new Literal.Text("x' OR '1'='1"),
                new Literal.Numeric(new BigDecimal("-1.50")),
                new Literal.Bool(true),
                new Literal.Date(LocalDate.of(2026, 1, 2)),
                new Literal.Timestamp(Instant.parse("2026-01-02T03:04:05.678901Z")),
                new Literal.Numeric(BigDecimal.ONE.negate()));

        assertThat(query.tree().toString().replaceAll("\\s+", " "))
                .isEqualTo("SELECT 'x'' OR ''1''=''1', -1.50, TRUE, DATE '2026-01-02',"
                        + " TIMESTAMP '2026-01-02 03:04:05.678901', 1");
    }

    @Test
    void refusesAParameterInADefinitionAtItsPlace() {
        ViewDefinition open = view("t.v@1.0.0", "SELECT id AS a FROM orders.orders\nWHERE id = ?", "a integer!");

        assertThatThrownBy(() -> ViewBody.read(open, catalogWith(open)))
                .isInstanceOfSatisfying(SqlProblem.class, problem -> {
                    assertThat(problem.code().name()).isEqualTo("QUERY_INVALID");
                    assertThat(problem.line()).isEqualTo(2);
                    assertThat(problem.column()).isEqualTo(12);
                    assertThat(problem.words()).startsWith("A definition has no parameters");
                });
    }

    @Test
    void refusesMissingExtraAndImpossibleParameters() {
        assertThat(refusal("SELECT ?").detail()).isEqualTo("Line 1, column 8: There is no value for parameter 1.");
        assertThatThrownBy(() -> resolve("SELECT ?", number("1"), number("2")))
                .hasMessage("The query has 1 parameters, but 2 values came with it.");
        assertThatThrownBy(() -> resolve("SELECT ?", number("1E1000000"))).hasMessageContaining("38 digits");
        assertThatThrownBy(() -> resolve("SELECT ?", number("1E-1000000"))).hasMessageContaining("38 digits");
        assertThatThrownBy(() -> resolve("SELECT 1 LIMIT ?", number("-1"))).hasMessageContaining("not negative");
        assertThatThrownBy(() -> resolve("SELECT 1 LIMIT ?", new Literal.Text("1")))
                .hasMessageContaining("whole number");
        assertThatThrownBy(() -> resolve("SELECT a FROM a.b ORDER BY ? DESC", number("1")))
                .hasMessageContaining("sort");
        assertThatThrownBy(() -> resolve("SELECT a FROM a.b GROUP BY ?", number("1")))
                .hasMessageContaining("group");
        assertThatThrownBy(() -> new QueryResolver(CLOCK)
                        .resolve(
                                new QueryText(
                                        "SELECT 1",
                                        IntStream.range(0, 1_001)
                                                .mapToObj(_ -> Optional.<Literal>empty())
                                                .toList()),
                                catalog()))
                .hasMessageContaining("1000 parameters");
    }

    @Test
    void meansOneMomentByEveryClockOfAQuery() {
        assertThat(resolve("SELECT CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIMESTAMP")
                        .tree()
                        .toString()
                        .replaceAll("\\s+", " "))
                .isEqualTo("SELECT DATE '2026-11-22', TIMESTAMP '2026-11-22 12:00:00.000000',"
                        + " TIMESTAMP '2026-11-22 12:00:00.000000'");
    }

    @Test
    void keepsNoValueInTheNormalisedText() {
        String normalised = resolve("""
                        SELECT CASE WHEN a = 'CANARY' THEN TRUE ELSE NULL END, X'CA', 424242.5, 4e9, DATE '2042-01-01',
                               INTERVAL '4242' DAY, U&'\\0043ANARY', SUM(a) OVER (ORDER BY a ROWS BETWEEN 4242 PRECEDING AND CURRENT ROW)
                        FROM sales.orders o NATURAL JOIN sales.orders p
                        WHERE a LIKE 'CANARY%' ESCAPE '!' AND b IN (42421, 42422) AND c IS TRUE AND ? = 'x'
                        ORDER BY 1 LIMIT 4242 OFFSET 4243
                        """, new Literal.Text("CANARY")).normalised();

        assertThat(normalised).doesNotContain("CANARY", "42", "2042", "'", "4e9", "4E9", "THEN TRUE", "ELSE NULL");
        assertThat(normalised).contains("sales.orders", "NATURAL", "IS TRUE", "LIKE ?", "IN (?, ?)");
    }

    private static boolean limited(String sql) {
        try {
            resolve(sql);
            return false;
        } catch (BelvedereException refusal) {
            assertThat(refusal.code().name()).isEqualTo("LIMIT_EXCEEDED");
            return true;
        }
    }

    private static BelvedereException refusal(String sql) {
        try {
            resolve(sql);
        } catch (BelvedereException refusal) {
            return refusal;
        }
        throw new AssertionError("was not refused: " + sql);
    }

    private static String nested(String first, String next, int levels) {
        StringBuilder sql = new StringBuilder(first);
        for (int i = 1; i <= levels; i++) {
            sql.append(", a")
                    .append(i)
                    .append(" AS (")
                    .append(String.format(next, i - 1))
                    .append(")");
        }
        return sql.append(" SELECT * FROM a").append(levels).toString();
    }

    private static String columns(int count) {
        return IntStream.range(0, count).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    }

    private static Literal number(String text) {
        return new Literal.Numeric(new BigDecimal(text));
    }

    private static String pinned(String sql) {
        return resolve(sql).references().getFirst().view().orElseThrow().id().toString();
    }

    private static List<String> names(String sql) {
        return resolve(sql).references().stream()
                .map(ResolvedQuery.Reference::name)
                .toList();
    }
}
