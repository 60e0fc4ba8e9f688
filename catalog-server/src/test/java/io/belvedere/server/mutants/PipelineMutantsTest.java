package io.belvedere.server.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.PageSection;
import io.belvedere.testkit.mutants.Mutant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each mutant of the pipeline fails each test that is named with it; without damage, in classes loaded the same way, they pass. */
class PipelineMutantsTest {
    private static final String TESTS = "io.belvedere.server.doors.PipelineGuardsTest";
    private static final PageSection PAGE = new PageSection(Path.of("../docs/security-mutants.md"), "pipeline");
    private static final int TESTS_MIN = 3;

    @ParameterizedTest
    @EnumSource
    void isKilledByEachOfItsTests(PipelineMutant mutant) {
        DamagedRun.Outcome outcome = DamagedRun.run(mutant.damages(), TESTS, mutant.tests());

        assertThat(outcome.passed()).as("survived").isEmpty();
        assertThat(outcome.failures()).containsOnlyKeys(mutant.tests());
    }

    @Test
    void theTestsPassWhereNothingIsBroken() {
        List<String> tests = Arrays.stream(PipelineMutant.values())
                .flatMap(mutant -> mutant.tests().stream())
                .distinct()
                .toList();

        assertThat(DamagedRun.run(List.of(), TESTS, tests).failures()).isEmpty();
    }

    @Test
    void eachIsKilledBySeveralTests() {
        assertThat(PipelineMutant.values())
                .allSatisfy(mutant ->
                        assertThat(mutant.tests()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(TESTS_MIN));
    }

    @Test
    void thePageListsThem() throws IOException {
        if (Boolean.getBoolean("docs.write")) {
            PAGE.write(section());
        }
        assertThat(PAGE.read()).isEqualTo(section());
    }

    private static String section() {
        return Mutant.table("PipelineGuardsTest", List.of(PipelineMutant.values()));
    }
}
