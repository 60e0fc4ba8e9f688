package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.attack.Coverage.Line;
import io.belvedere.server.attack.Coverage.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security-tests.md is what the suite does. {@code -Ddocs.write=true} writes it. */
class SecurityTestsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/security-tests.md");

    private static final String TIMES = " × 2 sources × 2 engines of policy";

    @Test
    void everyAttackOfTheListIsMetOrSaysWhyNot() {
        assertThat(Coverage.lines().stream().map(Line::id).toList()).isEqualTo(Coverage.numbers());
    }

    @Test
    void theTestsThatAreNamedExist() throws IOException {
        for (Line line : Coverage.lines()) {
            if (line.status() instanceof Status.Module(List<String> tests)) {
                for (String test : tests) {
                    assertThat(isThere(test)).as("%s: %s", line.id(), test).isTrue();
                }
            }
        }
    }

    private static boolean isThere(String test) throws IOException {
        String module = test.substring(0, test.indexOf('/'));
        String file = test.substring(test.indexOf('/') + 1) + ".java";
        try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
            return files.anyMatch(path -> path.endsWith(file));
        }
    }

    @Test
    void thePageSaysWhatTheSuiteDoes() throws IOException {
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page());
        }
        assertThat(PAGE)
                .as("generated; to write it anew: ./mvnw -pl catalog-server -am test -Dtest=SecurityTestsPageTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true")
                .exists();
        assertThat(Files.readString(PAGE)).isEqualTo(page());
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Security tests

                Generated from the suite. Each attack is sent to the packaged server over REST: on PostgreSQL and on MariaDB, decided once by the policy in the
                process and once by an OPA server. The two servers stand in two worlds that differ only in what the attacker may not see, and must answer the same byte by byte.
                Hidden values carry a canary that must not show in any answer, header, log, span, metric, plan, audit record or file. Every request has one decision and one
                outcome in a log that verifies. Each has a control: a caller who may see everything gets something else by the same request, or a like request is answered.

                `./mvnw -pl catalog-server -am verify -Dit.test=AttackSuiteIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false`

                ## Two worlds
                Besides the list, generated queries, those that fail and plans included, are asked in both worlds, which must give the same bytes: 250 in each build; `-Dbelvedere.twins.queries=50000
                -Dbelvedere.twins.seconds=7200` asks more. Rows without an order are compared as a bag.

                ## The list
                | Attack | What it tries | Status | Tests |
                |---|---|---|---|
                """);
        for (Line line : Coverage.lines()) {
            page.append("| %s | %s | %s |\n".formatted(line.id(), line.what(), status(line)));
        }
        return page.toString();
    }

    private static String status(Line line) {
        return switch (line.status()) {
            case Status.Suite(int requests) ->
                "holds | `AttackSuiteIT`: " + requests + (requests == 1 ? " request" : " requests") + TIMES;
            case Status.Steps _ -> "holds | `AttackSuiteIT`: a procedure" + TIMES;
            case Status.Module(List<String> tests) -> "holds | " + String.join(", ", tests);
            case Status.Later(String why) -> "not yet | " + why;
        };
    }
}
