package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.policy.Allow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What EXPLAIN says to an analyst and to a steward, word for word. {@code -Dbelvedere.golden=write} rewrites it. */
class GoldenExplainTest {
    private static final Path TEXTS = Path.of("src/test/resources/explain");
    private static final String SQL = "SELECT customer_name, email, total FROM fulfilment.late_orders"
            + " WHERE total > 4711 AND product = 'secret-canary' ORDER BY total DESC FETCH FIRST 5 ROWS ONLY";

    private static Explained analyst() {
        return Explained.of(
                new Planner(new FixtureStatistics())
                        .plan(FederationFixture.weaveAsAnalyst(SQL), FederationFixture.catalog()),
                Allow.Detail.SHAPE);
    }

    private static Explained steward() {
        return Explained.of(
                new Planner(new FixtureStatistics())
                        .plan(FederationFixture.weaveAsSteward(SQL), FederationFixture.catalog()),
                Allow.Detail.FULL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"analyst", "steward"})
    void saysWhatIsWrittenDown(String caller) throws IOException {
        String actual = ExplainText.render(caller.equals("analyst") ? analyst() : steward());
        Path expected = TEXTS.resolve(caller + ".txt");
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            Files.createDirectories(TEXTS);
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    @Test
    void anAnalystSeesNoSqlNoConstantNoPolicyNoEstimateAndNoSource() {
        Explained seen = analyst();
        assertThat(seen.full()).isEmpty();
        assertThat(ExplainText.render(seen))
                .contains("view fulfilment.late_orders")
                .doesNotContain(
                        "SELECT",
                        "4711",
                        "canary",
                        "EU",
                        "region",
                        "expected",
                        "inventory",
                        "payments",
                        "crm",
                        "rows,");
    }

    @Test
    void aStewardSeesForEachFetchItsSourceItsSqlAndWhatIsExpected() {
        Explained.Full full = steward().full().orElseThrow();
        assertThat(full.steps())
                .filteredOn(step -> step.kind().equals("fetch"))
                .isNotEmpty()
                .allSatisfy(step -> {
                    assertThat(step.source()).isPresent();
                    assertThat(step.sql()).startsWith("SELECT");
                    assertThat(step.estimate()).hasValueSatisfying(estimate -> {
                        assertThat(estimate.rows()).isPositive();
                        assertThat(estimate.bytes()).isGreaterThanOrEqualTo(estimate.rows());
                    });
                    assertThat(step.shards()).hasSizeBetween(1, step.shardsInAll());
                });
        assertThat(full.steps().stream().flatMap(step -> step.keys().stream())).isNotEmpty();
        assertThat(full.notPushed()).isNotEmpty().allSatisfy(kept -> {
            assertThat(kept.operator()).isNotBlank();
            assertThat(kept.reason()).isNotBlank();
        });
    }
}
