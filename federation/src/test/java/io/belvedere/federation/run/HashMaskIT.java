package io.belvedere.federation.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.hash.ReferenceHash;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hashed columns in every place of a query, compared with a database that holds the hashes as its values: views over one database, over
 * the shards of one, over two, and over another view; with sources that do all they can, and with sources that only give rows.
 */
class HashMaskIT {
    @TempDir
    static Path spill;

    private static HashedPeople people;

    @BeforeAll
    static void load() throws SQLException {
        people = new HashedPeople(spill);
    }

    @AfterAll
    static void drop() throws SQLException {
        people.close();
    }

    private static PolicyFixtures.Granting hashing(ResolvedQuery query, String salt, Optional<String> key) {
        PolicyFixtures.Granting granting =
                PolicyFixtures.everything(query.views()).mask("email", new Mask.Hash(salt, key));
        return query.views().stream().anyMatch(view -> view.id().toString().equals("a.people@1.0.0"))
                ? granting.mask("a.people@1.0.0", "boss", new Mask.Hash(salt, key))
                : granting;
    }

    private static ExecutablePlan plan(String sql, Set<Planner.Shortcut> shortcuts, double rows) {
        ResolvedQuery query = FederationFixture.resolve(people.catalog, sql);
        return plan(query, hashing(query, "s", Optional.empty()).allow(Allow.Detail.FULL), shortcuts, rows);
    }

    private static ExecutablePlan plan(
            ResolvedQuery query, Allow decision, Set<Planner.Shortcut> shortcuts, double rows) {
        Statistics statistics = _ -> Optional.of(new Statistics.TableStatistics(rows, Map.of()));
        return new Planner(statistics, shortcuts)
                .plan(new Weaver(FederationFixture.HASH_KEYS).weave(query, decision), people.catalog);
    }

    private static List<String> actual(ExecutablePlan plan) {
        return people.harness.run(plan).rows().stream()
                .map(row -> row.stream().map(String::valueOf).toList().toString())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, email FROM a.people",
                "SELECT email, boss, email AS again FROM a.people WHERE id > 5",
                "SELECT id, email FROM a.orders",
                "SELECT id, email FROM a.spread",
                "SELECT id, email, total FROM a.mixed",
                "SELECT id, email, boss FROM a.outer_people",
                "SELECT id FROM a.people WHERE email IS NULL",
                "SELECT id FROM a.people WHERE email = boss",
                "SELECT id FROM a.people WHERE email IN (SELECT email FROM a.people WHERE region = 'EU')",
                "SELECT id FROM a.people WHERE email NOT IN (SELECT email FROM a.people WHERE region = 'EU' AND email IS NOT NULL)",
                "SELECT id FROM a.people WHERE email > 'k2:8'",
                "SELECT id FROM a.people WHERE email LIKE 'k2:a%'",
                "SELECT id FROM a.people WHERE email = 'ana@example.org'",
                "SELECT id FROM a.people WHERE email LIKE '%@%' OR LENGTH(email) <> 67",
                "SELECT id FROM a.people p WHERE EXISTS (SELECT 1 FROM a.people q WHERE q.email = p.boss AND q.id <> p.id)",
                "SELECT email, COUNT(*) AS n FROM a.people GROUP BY email",
                "SELECT email, COUNT(*) AS n, SUM(total) AS s FROM a.orders GROUP BY email HAVING COUNT(*) > 2",
                "SELECT email, COUNT(*) AS n FROM a.spread GROUP BY email",
                "SELECT email, region, COUNT(*) AS n FROM a.mixed GROUP BY GROUPING SETS ((email), (region), ())",
                "SELECT DISTINCT email FROM a.people",
                "SELECT COUNT(DISTINCT email) AS n, MIN(email) AS a, MAX(email) AS b, COUNT(email) AS c FROM a.people",
                "SELECT COUNT(DISTINCT email) AS n, MIN(email) AS a, MAX(email) AS b, COUNT(email) AS c FROM a.orders",
                "SELECT region, COUNT(*) AS n FROM a.people GROUP BY region",
                "SELECT region, MAX(email) AS m FROM a.mixed GROUP BY region",
                "SELECT p.id, q.id AS other FROM a.people p JOIN a.people q ON q.email = p.email AND q.id > p.id",
                "SELECT p.id, o.id AS o FROM a.people p JOIN a.orders o ON o.email = p.email",
                "SELECT p.id, s.id AS o FROM a.people p LEFT JOIN a.spread s ON s.email = p.email",
                "SELECT p.id, p.email, o.id AS o FROM a.people p LEFT JOIN a.orders o ON o.id = p.id AND o.total = 3",
                "SELECT o.email, p.email AS p FROM a.people p RIGHT JOIN a.orders o ON o.id = p.id",
                "SELECT x.email, y.email AS other FROM a.people x FULL JOIN a.spread y ON x.id = y.id + 50",
                "SELECT o.email, x.region FROM a.orders o JOIN a.mixed x ON x.id = o.id WHERE o.id < 20",
                "SELECT email FROM a.people UNION SELECT email FROM a.orders",
                "SELECT email FROM a.people UNION ALL SELECT email FROM a.spread",
                "SELECT email FROM a.people INTERSECT SELECT boss FROM a.people",
                "SELECT email FROM a.people EXCEPT SELECT email FROM a.people WHERE region = 'EU'",
                "SELECT UPPER(email) AS u, email || '!' AS c, COALESCE(email, 'none') AS d, SUBSTRING(email FROM 4 FOR 2) AS e FROM a.people",
                "SELECT CASE WHEN email = boss THEN 1 ELSE 0 END AS c, NULLIF(email, boss) AS d FROM a.people",
                "SELECT id, RANK() OVER (PARTITION BY region ORDER BY email) AS r FROM a.people",
                "SELECT id, COUNT(*) OVER (PARTITION BY email) AS r FROM a.orders",
                "SELECT id, (SELECT MAX(q.email) FROM a.people q WHERE q.region = p.region) AS m FROM a.people p",
                "SELECT id FROM a.orders WHERE email = (SELECT MIN(email) FROM a.orders)",
                "SELECT id, email FROM a.outer_people WHERE email > (SELECT MIN(email) FROM a.outer_people)",
                "WITH t AS (SELECT email AS e, COUNT(*) AS n FROM a.people GROUP BY email) SELECT e, n FROM t WHERE n > 1",
                "SELECT id, email FROM (SELECT id, email FROM a.people WHERE region = 'EU') t WHERE id < 30",
                "SELECT COUNT(*) AS n FROM a.people p, a.orders o WHERE p.email = o.email",
                "SELECT p.region, COUNT(o.email) AS n FROM a.people p JOIN a.orders o ON o.id = p.id GROUP BY p.region"
            })
    void answersAsADatabaseThatHoldsTheHashes(String sql) throws SQLException {
        List<String> expected = people.expected(sql);
        // Many rows make keys worth shipping.
        double rows = sql.contains("JOIN") || sql.contains(" IN ") ? 1_000_000 : 10;
        assertThat(actual(plan(sql, EnumSet.allOf(Planner.Shortcut.class), rows)))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(actual(plan(sql, Set.of(), 10))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, email FROM a.people ORDER BY email NULLS LAST, id",
                "SELECT id, email FROM a.people ORDER BY email DESC NULLS LAST, id LIMIT 7",
                "SELECT id, email FROM a.spread ORDER BY email NULLS FIRST, id LIMIT 9 OFFSET 3",
                "SELECT id, email FROM a.spread ORDER BY id LIMIT 9",
                "SELECT id, email FROM a.people ORDER BY id LIMIT 5",
                "SELECT email FROM a.mixed ORDER BY email, id, region LIMIT 11",
                "SELECT o.id, p.email FROM a.orders o JOIN a.people p ON p.id = o.id ORDER BY o.total, o.id LIMIT 4"
            })
    void ordersByHashes(String sql) throws SQLException {
        List<String> expected = people.expected(sql);
        for (Set<Planner.Shortcut> shortcuts :
                List.of(EnumSet.allOf(Planner.Shortcut.class), Set.<Planner.Shortcut>of())) {
            assertThat(actual(plan(sql, shortcuts, 1_000))).isEqualTo(expected);
        }
    }

    @Test
    void hashesRowsThatComeStraightFromASource() {
        ExecutablePlan plan = plan(
                "SELECT email, id FROM a.people WHERE id < 50 ORDER BY id LIMIT 5",
                EnumSet.allOf(Planner.Shortcut.class),
                10);
        assertThat(plan.steps()).singleElement().isInstanceOf(Step.PassThrough.class);
    }

    @Test
    void policysOwnConditionSeesTheValue() {
        ResolvedQuery query = FederationFixture.resolve(people.catalog, "SELECT id, email FROM a.people");
        Allow own = hashing(query, "s", Optional.empty())
                .rows(
                        "a.people@1.0.0",
                        new Condition.Comparison(
                                new ColumnName("email"), Condition.Operator.EQ, new Literal.Text("Straße")))
                .allow();
        assertThat(actual(plan(query, own, EnumSet.allOf(Planner.Shortcut.class), 10)))
                .containsExactly("[6, " + HashedPeople.hash("a.people", "email", "Straße") + "]");
    }

    @Test
    void hashesUnderAnotherSaltColumnViewOrKeyHaveNothingInCommon() {
        String sql = "SELECT id, email, boss FROM a.people WHERE id = 0";
        ResolvedQuery query = FederationFixture.resolve(people.catalog, sql);
        Set<Planner.Shortcut> all = EnumSet.allOf(Planner.Shortcut.class);
        String mine = actual(plan(sql, all, 10)).getFirst();
        String salted = actual(plan(query, hashing(query, "t", Optional.empty()).allow(), all, 10))
                .getFirst();
        String old = actual(plan(query, hashing(query, "s", Optional.of("k1")).allow(), all, 10))
                .getFirst();
        String other = actual(plan("SELECT id, email, email FROM a.spread WHERE id = 0", all, 10))
                .getFirst();

        Set<String> hashes = new java.util.HashSet<>();
        for (String row : List.of(mine, salted, old, other)) {
            hashes.addAll(
                    List.of(row.replace("[", "").replace("]", "").split(", ")).subList(1, 3));
        }
        // Email and boss of this person are one value; the other view was asked for the same column twice.
        assertThat(hashes).hasSize(7);
        assertThat(hashes.stream()
                        .map(hash -> hash.substring(hash.indexOf(':') + 1))
                        .distinct())
                .hasSize(7);
        assertThat(old)
                .contains("k1:")
                .contains(ReferenceHash.of(
                        "k1", "1".repeat(32).getBytes(UTF_8), "a.people", "email", "s", HashedPeople.text(0)));
    }

    @Test
    void neitherAPlanNorAStatementHoldsAKey() {
        for (String sql : List.of(
                "SELECT id, email FROM a.people",
                "SELECT email, COUNT(*) AS n FROM a.mixed GROUP BY email",
                "SELECT p.id FROM a.people p JOIN a.orders o ON o.email = p.email")) {
            ExecutablePlan plan = plan(sql, EnumSet.allOf(Planner.Shortcut.class), 10);
            RunHarness.Answer answer = people.harness.run(plan);
            String said = Explained.of(plan, Allow.Detail.FULL)
                    + plan.steps().toString()
                    + answer.timeline().entries()
                    + FederationFixture.HASH_KEYS;
            assertThat(said).doesNotContain("2".repeat(8)).doesNotContain("32".repeat(8));
            String sent = plan.steps().toString() + answer.fetches();
            assertThat(sent).doesNotContain("BELVEDERE_HASH");
        }
    }

    @Test
    void withoutItsKeyNoRowIsShown() {
        ResolvedQuery query = FederationFixture.resolve(people.catalog, "SELECT id, email FROM a.people");
        for (Weaver weaver : List.of(new Weaver(), new Weaver(HashKeys.of("k1", Map.of("k1", new byte[32]))))) {
            assertThatThrownBy(() -> weaver.weave(
                            query, hashing(query, "s", Optional.of("k2")).allow()))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(FederationError.MASK_KEY_MISSING));
        }
        ExecutablePlan plan = plan("SELECT id, email FROM a.people", EnumSet.allOf(Planner.Shortcut.class), 10);
        QueryMemory memory = new QueryMemory();
        try (memory;
                DuckDbEngine engine = new DuckDbEngine(DuckDbSettings.defaults(spill.resolve("keyless")));
                Runner keyless = new Runner(people.harness.sources, engine, memory, new Random(1))) {
            assertThatThrownBy(() -> {
                        try (RowStream rows =
                                keyless.open(plan, RunHarness.context(java.time.Duration.ofSeconds(30)))) {
                            rows.next();
                        }
                    })
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(FederationError.MASK_KEY_MISSING));
        }
    }
}
