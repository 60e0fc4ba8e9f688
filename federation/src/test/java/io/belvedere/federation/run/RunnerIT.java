package io.belvedere.federation.run;

import static io.belvedere.federation.run.RunHarness.column;
import static io.belvedere.federation.run.RunHarness.fetch;
import static io.belvedere.federation.run.RunHarness.fetchByKeys;
import static io.belvedere.federation.run.RunHarness.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.plan.PlanFixtures;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.testkit.TestDatabases;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans over a real PostgreSQL and a real MariaDB. */
class RunnerIT {
    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;

    @TempDir
    Path spill;

    private RunHarness harness;

    @BeforeAll
    static void load() throws Exception {
        postgres = TestDatabases.freshPostgres("runner");
        mariaDb = TestDatabases.freshMariaDb("runner");
        postgres.execute(
                "CREATE TABLE orders AS SELECT i AS id, i % 1000 AS customer_id, (i / 100.0)::numeric(12,2) AS total"
                        + " FROM generate_series(1, 50000) i",
                "CREATE TABLE names (name text, score int)");
        mariaDb.execute(
                "CREATE TABLE customers (id BIGINT PRIMARY KEY, name VARCHAR(100), region VARCHAR(2)) CHARACTER SET utf8mb4",
                "INSERT INTO customers SELECT seq, CONCAT('name ', seq), IF(seq % 10 = 0, 'EU', 'US') FROM seq_0_to_999");
    }

    @AfterAll
    static void drop() throws Exception {
        postgres.close();
        mariaDb.close();
    }

    @BeforeEach
    void open() {
        harness = RunHarness.over(spill, postgres, mariaDb, SourceLimits.DEFAULT);
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void streamsOneFragmentStraightThrough() {
        var plan = PlanFixtures.plan(new Step.PassThrough(fetch(
                "f",
                "pg",
                "SELECT id, total FROM orders ORDER BY id",
                Step.Use.ONCE,
                column("id", "integer"),
                column("total", "decimal(12,2)"))));

        RunHarness.Answer answer = harness.run(plan);

        assertThat(answer.rows()).hasSize(50_000);
        assertThat(answer.rows().getFirst()).containsExactly(1, new java.math.BigDecimal("0.01"));
        assertThat(answer.rows().getLast()).containsExactly(50_000, new java.math.BigDecimal("500.00"));
        assertThat(answer.incomplete()).isEmpty();
        assertThat(answer.fetches()).singleElement().satisfies(facts -> {
            assertThat(facts.rows()).isEqualTo(50_000);
            assertThat(facts.status()).isEqualTo("ok");
            assertThat(facts.attempts()).isEqualTo(1);
            assertThat(facts.bytes()).isGreaterThan(50_000 * 20L);
        });
        assertThat(answer.timeline().entries()).extracting(Timeline.Entry::name).contains("first row", "last row");
    }

    @Test
    void shipsKeysFromMariaDbToPostgres() {
        Step.Fetch customers = fetch(
                "customers",
                "maria",
                "SELECT id, name FROM customers WHERE region = 'EU'",
                Step.Use.KEPT,
                column("id", "bigint"),
                column("name", "varchar"));
        Step.Fetch orders = fetchByKeys(
                "orders",
                "pg",
                "SELECT customer_id, total FROM orders WHERE ",
                List.of("customer_id"),
                keys("customers", 1_000, column("id", "bigint")),
                column("customer_id", "integer"),
                column("total", "decimal(12,2)"));
        Step.Deliver deliver = new Step.Deliver(
                "result",
                "SELECT c.name, CAST(count(*) AS BIGINT) AS n, CAST(sum(o.total) AS DECIMAL(38,2)) AS total"
                        + " FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.name ORDER BY c.name",
                List.of("customers", "orders"),
                List.of(column("name", "varchar"), column("n", "bigint"), column("total", "decimal(38,2)")));

        RunHarness.Answer answer = harness.run(PlanFixtures.plan(customers, orders, deliver));

        assertThat(answer.rows()).hasSize(100);
        assertThat(answer.rows().getFirst()).startsWith("name 0", 50L);
        assertThat(answer.fetches())
                .filteredOn(facts -> facts.source().equals("pg"))
                .singleElement()
                .satisfies(facts -> {
                    assertThat(facts.keys()).isEqualTo(100);
                    assertThat(facts.rows()).isEqualTo(5_000);
                    assertThat(facts.sql()).contains("<100 keys>").doesNotContain("ANY");
                });
    }
}
