package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.testkit.OpaServer;
import io.belvedere.testkit.PageSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each mutant of the shipped Rego fails several of its own tests, and the page of mutants names them; {@code -Ddocs.write=true} writes it.
 */
class RegoMutantsTest {
    private static final Path RULES = Path.of("src/main/rego/belvedere/authz");
    private static final Path TESTS = Path.of("src/test/rego").toAbsolutePath();
    private static final PageSection PAGE = new PageSection(Path.of("../docs/security-mutants.md"), "policy");
    private static final int TESTS_MIN = 3;
    /** The page names so many of each; the others are counted. */
    private static final int NAMED_MAX = 4;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    @Test
    void eachMutantIsKilledBySeveralTestsThatThePageNames() throws IOException {
        assertThat(failures(rules())).as("without damage").isEmpty();

        Map<RegoMutant, List<String>> killers = new EnumMap<>(RegoMutant.class);
        for (RegoMutant mutant : RegoMutant.values()) {
            Path rules = rules();
            Path file = rules.resolve(mutant.file());
            Files.writeString(file, mutant.edit(Files.readString(file)));
            List<String> failures = failures(rules);
            assertThat(failures).as("killers of %s", mutant).hasSizeGreaterThanOrEqualTo(TESTS_MIN);
            killers.put(mutant, failures);
        }

        if (Boolean.getBoolean("docs.write")) {
            PAGE.write(section(killers));
        }
        assertThat(PAGE.read()).isEqualTo(section(killers));
    }

    private Path rules() throws IOException {
        Path copy = Files.createTempDirectory(folder, "rules");
        try (Stream<Path> files = Files.list(RULES)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    /** The names of the tests that fail over the rules, in order. */
    private static List<String> failures(Path rules) throws IOException {
        String printed = OpaServer.print(rules, "test", "--format", "json", rules.toString(), TESTS.toString());
        List<String> failed = new ArrayList<>();
        for (JsonNode test : JSON.readTree(printed)) {
            if (test.path("fail").asBoolean() || test.has("error")) {
                failed.add(test.path("name").asText());
            }
        }
        return failed.stream().sorted().toList();
    }

    private static String section(Map<RegoMutant, List<String>> killers) {
        StringBuilder section = new StringBuilder("""
                | mutant | what is broken | killed by |
                |---|---|---|
                """);
        killers.forEach((mutant, tests) -> section.append("| ")
                .append(mutant.name())
                .append(" | ")
                .append(mutant.says())
                .append(" | ")
                .append(named(tests))
                .append(" |\n"));
        return section.toString();
    }

    private static String named(List<String> tests) {
        String first = String.join(", ", tests.subList(0, Math.min(NAMED_MAX, tests.size())));
        return tests.size() > NAMED_MAX ? first + " and " + (tests.size() - NAMED_MAX) + " more" : first;
    }
}
