package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimplificationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            created_at >= DATE '2024-02-29' + INTERVAL '1' YEAR               | >= CAST(DATE '2025-02-28' AS DATETIME(6))
            created_at >= DATE '2024-01-31' + INTERVAL '1' MONTH              | >= CAST(DATE '2024-02-29' AS DATETIME(6))
            created_at >= DATE '2024-01-01' - INTERVAL '90' DAY               | >= CAST(DATE '2023-10-03' AS DATETIME(6))
            created_at >= TIMESTAMP '2024-01-01 00:00:00' - INTERVAL '1' HOUR | >= TIMESTAMP '2023-12-31 23:00:00'
            created_at >= '2024-01-01'                                        | >= TIMESTAMP '2024-01-01 00:00:00'
            created_at < '2024-01-01T10:00:00.25'                             | < TIMESTAMP '2024-01-01 10:00:00.25'
            created_at BETWEEN '2024-01-01' AND '2024-01-31 23:59:59'         | <= TIMESTAMP '2024-01-31 23:59:59'
            CAST(created_at AS DATE) = CAST('2024-02-29' AS DATE)             | < TIMESTAMP '2024-03-01 00:00:00'
            CAST(created_at AS DATE) > '2024-02-29'                           | >= TIMESTAMP '2024-03-01 00:00:00'
            DATE '2024-02-29' <= CAST(created_at AS DATE)                     | >= TIMESTAMP '2024-02-29 00:00:00'
            customer_id <= 1 + 10                                             | <= 11)
            customer_id * 0.5 < 0.06 - 0.01                                   | < 0.05)
            customer_id = 3.5                                                 | `id` = 3.5)
            """)
    void computesConstantsBeforeASourceIsAsked(String condition, String sql) {
        assertThat(sourceSql("SELECT customer_id FROM crm.customer_360 WHERE " + condition))
                .contains(sql);
    }

    @Test
    void whatWouldOverflowStaysAsItIsWritten() {
        String sql = "SELECT customer_id FROM crm.customer_360 WHERE customer_id > 2147483647 + 1"
                + " AND created_at < DATE '9999-12-31' + INTERVAL '1' DAY";

        ExecutablePlan plan = plan(sql);

        assertThat(plan.report().plannedTree()).contains("+(2147483647, 1)").contains("+(9999-12-31, 86400000");
    }

    /** A comparison of decimals is exact, however many digits each side has. */
    @Test
    void comparesASumWithMoreDigitsThanItHas() {
        String sql = sourceSql(
                "SELECT order_id, SUM(total) AS s FROM sales.orders GROUP BY order_id HAVING SUM(total) > 300.005");

        assertThat(sql).contains("> 300.005)").doesNotContain("300.01").doesNotContain("300.00)");
    }

    @Test
    void comparesWithASubQueryOfMoreDigitsWithoutRoundingIt() {
        ExecutablePlan plan = plan("SELECT customer_id FROM sales.orders GROUP BY customer_id"
                + " HAVING SUM(total) > (SELECT SUM(total) * 0.00001 FROM sales.orders)");

        assertThat(plan.report().plannedTree())
                .contains("LogicalFilter(condition=[>($1, value 0)])")
                .contains("*($0, 0.00001:");
    }

    private static ExecutablePlan plan(String sql) {
        return new Planner(table -> Optional.empty())
                .plan(FederationFixture.weaveAsSteward(sql), FederationFixture.catalog());
    }

    private static String sourceSql(String sql) {
        StringBuilder all = new StringBuilder();
        for (Step step : plan(sql).steps()) {
            switch (step) {
                case Step.Fetch fetch -> all.append(fetch.describedSql());
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> all.append(fetch.describedSql());
                case Step.Derive _, Step.Deliver _ -> {}
            }
        }
        return all.toString();
    }
}
