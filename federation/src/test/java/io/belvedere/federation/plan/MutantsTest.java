package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.file.Files;
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
    private static final Path PAGE = Path.of("../docs/security-mutants.md");
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
        String page = page();
        if ("write".equals(System.getProperty("belvedere.golden"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Mutants

                Ways in which governance could be broken. Each is made in a finished plan, in nothing else, and the verifier alone has to refuse the plan;
                the same plan without the damage passes. Where trees are damaged, the statements are written anew from them by the product's own writer.
                This page is written from [`Mutant`](../federation/src/test/java/io/belvedere/federation/plan/Mutant.java) and compared with it in every
                build by `MutantsTest`; run `./mvnw -pl federation -am test -Dtest=MutantsTest -Dsurefire.failIfNoSpecifiedTests=false`.

                | mutant | what is broken | refused on |
                |---|---|---|
                """);
        for (Mutant mutant : Mutant.values()) {
            page.append("| ")
                    .append(mutant.name())
                    .append(" | ")
                    .append(mutant.says())
                    .append(" | ")
                    .append(mutant.queries().size())
                    .append(" queries |\n");
        }
        return page.append("\nThe queries and the decision they are asked under are in `MutantCases`.\n")
                .toString();
    }
}
