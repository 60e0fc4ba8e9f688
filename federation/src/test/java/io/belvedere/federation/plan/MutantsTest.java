package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.testkit.PageSection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mutant is refused by the verifier, with all else of the product as it is, on each of its queries; the plan without the damage
 * passes. {@code -Dbelvedere.golden=write} writes the page of mutants.
 */
class MutantsTest {
    private static final PageSection PAGE = new PageSection(Path.of("../docs/security-mutants.md"), "plans");
    private static final int QUERIES_MIN = 3;

    private static Stream<Arguments> mutants() {
        return Arrays.stream(Mutant.values())
                .flatMap(mutant -> mutant.queries().stream().map(query -> Arguments.of(mutant, query)));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("mutants")
    void refusesTheMutant(Mutant mutant, String sql) {
        GovernedQuery query = MutantCases.woven(sql);
        Program sound = MutantCases.program(query);
        assertThatCode(() -> verify(query, sound)).doesNotThrowAnyException();

        Program damaged = mutant.of(sql, sound);

        assertThat(described(damaged)).as("the damage is done").isNotEqualTo(described(sound));
        assertThatThrownBy(() -> verify(query, damaged))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }

    private static void verify(GovernedQuery query, Program program) {
        new PlanVerifier(MutantCases.CATALOG).verify(query, program.steps(), program.trees());
    }

    private static String described(Program program) {
        StringBuilder text = new StringBuilder();
        for (Step step : program.steps()) {
            text.append(step)
                    .append('\n')
                    .append(org.apache.calcite.plan.RelOptUtil.toString(Trees.require(program.trees(), step.name())));
        }
        return text.toString();
    }

    @Test
    void eachIsTriedOnSeveralQueries() {
        assertThat(Mutant.values()).hasSizeGreaterThanOrEqualTo(25);
        assertThat(Mutant.values())
                .allSatisfy(mutant ->
                        assertThat(mutant.queries()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(QUERIES_MIN));
    }

    @Test
    void thePageListsThem() throws IOException {
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            PAGE.write(section());
        }
        assertThat(PAGE.read()).isEqualTo(section());
    }

    private static String section() {
        StringBuilder section = new StringBuilder("""
                | mutant | what is broken | refused on |
                |---|---|---|
                """);
        for (Mutant mutant : Mutant.values()) {
            section.append("| ")
                    .append(mutant.name())
                    .append(" | ")
                    .append(mutant.says())
                    .append(" | ")
                    .append(mutant.queries().size())
                    .append(" queries |\n");
        }
        return section.toString();
    }
}
