package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.testkit.PageSection;
import io.belvedere.testkit.mutants.Damage;
import io.belvedere.testkit.mutants.GuardRun;
import io.belvedere.testkit.mutants.Mutant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each mutant of the reader of replies fails each test that is named with it; without damage, in classes loaded the same way, they pass. */
class ReplyMutantsTest {
    private static final PageSection PAGE = new PageSection(Path.of("../docs/security-mutants.md"), "replies");
    private static final int TESTS_MIN = 3;

    @ParameterizedTest
    @EnumSource
    void isKilledByEachOfItsTests(ReplyMutant mutant) {
        GuardRun.Outcome outcome = run(mutant.damages(), mutant.tests());

        assertThat(outcome.passed()).as("survived").isEmpty();
        assertThat(outcome.failures()).containsOnlyKeys(mutant.tests());
    }

    @Test
    void theTestsPassWhereNothingIsBroken() {
        List<String> tests = Arrays.stream(ReplyMutant.values())
                .flatMap(mutant -> mutant.tests().stream())
                .distinct()
                .toList();

        assertThat(run(List.of(), tests).failures()).isEmpty();
    }

    @Test
    void eachIsKilledBySeveralTests() {
        assertThat(ReplyMutant.values())
                .allSatisfy(mutant ->
                        assertThat(mutant.tests()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(TESTS_MIN));
    }

    @Test
    void thePageListsThem() throws IOException {
        String table = Mutant.table("ReplyGuardsTest", List.of(ReplyMutant.values()));
        if (Boolean.getBoolean("docs.write")) {
            PAGE.write(table);
        }
        assertThat(PAGE.read()).isEqualTo(table);
    }

    private static GuardRun.Outcome run(List<Damage> damages, List<String> tests) {
        return GuardRun.run(ReplyGuardsTest.class, "io.belvedere.policy.", damages, tests);
    }
}
