package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.policy.Allow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One folder a case below {@code src/test/resources/plans}: {@code query.sql}, {@code caller} (analyst or steward; a second line
 * {@code no-statistics} plans blind) and {@code expected.txt}. {@code -Dbelvedere.golden=write} rewrites what is expected; a
 * difference in a source's SQL is read twice.
 */
class GoldenPlanTest {
    private static final Path CASES = Path.of("src/test/resources/plans");

    static List<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void plansAsWrittenDown(Path folder) throws IOException {
        String actual = describe(folder);
        Path expected = folder.resolve("expected.txt");
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            Files.writeString(expected, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(expected));
    }

    private static String describe(Path folder) throws IOException {
        String sql = Files.readString(folder.resolve("query.sql")).strip();
        String caller = Files.readString(folder.resolve("caller"));
        GovernedQuery query = caller.startsWith("analyst")
                ? FederationFixture.weaveAsAnalyst(sql)
                : FederationFixture.weaveAsSteward(sql);
        Statistics statistics = caller.contains("no-statistics") ? table -> Optional.empty() : new FixtureStatistics();
        ExecutablePlan plan = new Planner(statistics).plan(query, FederationFixture.catalog());
        return ExplainText.render(Explained.of(plan, Allow.Detail.FULL).withoutEstimates()) + "\nplanned\n"
                + plan.report().plannedTree();
    }
}
