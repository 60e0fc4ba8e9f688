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
                Hidden values carry a canary that must not show in any answer, header, log (nor in its lines sent by OTLP), span, metric, plan, audit record or file, nor in an export (CSV, Parquet, Arrow: cells, statistics and metadata). Every request has one decision and one
                outcome in a log that verifies. Every statement but EXPLAIN (FORMAT JSON), whose answer holds ids of its own, goes through Flight SQL too, as it is and prepared, and must give the same cells and the same words of refusal, with the same metadata in both worlds.
                Each has a control: a caller who may see everything gets something else by the same request, or a like request is answered.

                `./mvnw -pl catalog-server -am verify -Dit.test=AttackSuiteIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false`

                ## Two worlds
                Besides the list, generated queries, those that fail and plans included, are asked in both worlds, which must give the same bytes: 250 over REST in each build.

                `TwinWorldsIT` asks many more without doors: every query is resolved, decided on by the shipped policy, woven, planned, verified and run in both worlds. They differ in rows that are hidden
                (as many as are seen, or 24 times as many, half of them of one key, with zeros to divide by and values at every edge, a third of them with values that do not fit the types of their columns), in what masks take away (all of a decimal, the content of a text, the rest of a word, the place of a
                number in its bucket and of a moment in its month), and in what the databases know of their tables; so they are worked on by different statements. Columns, every value, the code and the text of an
                error, and the plan as the caller may see it must be the same; rows in their order where the query gives one, as a bag where not; doubles to eleven digits, because their sums depend on the order of rows. A caller who may see everything gets
                different answers at once. Each build asks 500; this asks fifty thousand:

                `./mvnw -pl federation -am verify -Dit.test=TwinWorldsIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dbelvedere.twins.queries=50000`

                The long run of 2026-11-23, on a crowded machine, was cut off by time: 14,475 queries of the seeds from 8,000,000 on, 2,417 of them worked on by other statements or with other estimates in the other world. One was not planned within their five seconds in one
                of them. One more differed: `SELECT (SELECT MIN(b.u) FROM hunt.nobody b WHERE b.d4 = a.d2) AS n FROM hunt.nobody a WHERE a.t < 'É'`, in a plan that asks nothing of its sources but their rows, failed where hidden rows were fetched and had no row where there were none: DuckDB folded a comparison
                of a masked column by what it knew of all rows of a table, hidden ones too, and stumbled where they were all NULL. It concludes nothing from that any more, in the engine and in sources in files, and the query and others like it are asked in every build.
                With that mended, 6,915 queries of the seeds from 8,100,000 on (7,907 answers, 1,342 of them worked on otherwise) told nothing apart in 39 minutes, until they were cut off by time too; two were not planned within their five seconds.
                The run of 2026-11-24 came to its end: 50,001 queries of the seeds from 7,000,000 on, none of which told the worlds apart, in 38 minutes.

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
            case Status.Measured(String by) -> "measured | " + by;
            case Status.Later(String why) -> "not yet | " + why;
        };
    }
}
