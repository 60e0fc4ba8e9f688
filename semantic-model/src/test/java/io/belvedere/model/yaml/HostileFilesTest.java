package io.belvedere.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.ModelError;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that attack the reader: each is refused with its code, in time, and the good file beside it serves. */
class HostileFilesTest {
    /** Much more than any takes, so that a slow processor is not mistaken for an attack that works: those take minutes. */
    private static final Duration TIME_MAX = Duration.ofMillis(500);

    private static final String GOOD = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.good, version: 1.0.0, title: Good, owner: team}
            spec: {query: SELECT 1 AS id, columns: [{name: id, type: integer}]}
            """;

    @TempDir
    Path folder;

    private Path views;

    @BeforeEach
    void putAGoodFile() throws IOException {
        views = Files.createDirectories(folder.resolve("catalog/views"));
        Files.writeString(views.resolve("good.yaml"), GOOD);
    }

    record Attack(String name, String text, DiagnosticCode code) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Attack> attacks() {
        String bomb =
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n";
        return List.of(
                new Attack("alias bomb", bomb, DiagnosticCode.YAML_ALIAS),
                new Attack("deep lists", "a: " + "[".repeat(100_000), DiagnosticCode.YAML_TOO_DEEP),
                new Attack("deep mappings", "{a: ".repeat(50_000), DiagnosticCode.YAML_TOO_DEEP),
                new Attack("deep block", "- ".repeat(100_000) + "x", DiagnosticCode.YAML_TOO_DEEP),
                new Attack("deep keys", "? ".repeat(100_000) + "x", DiagnosticCode.YAML_TOO_DEEP),
                new Attack("many values", "a: [" + "x,".repeat(100_000) + "x]", DiagnosticCode.YAML_TOO_LARGE),
                new Attack("five megabytes", "a: " + "x".repeat(5_000_000), DiagnosticCode.FILE_TOO_LARGE),
                new Attack("many duplicates", "a: 1\n".repeat(50_000), DiagnosticCode.YAML_DUPLICATE_KEY),
                new Attack("an object", "a: !!javax.script.ScriptEngineManager []", DiagnosticCode.YAML_TAG),
                new Attack("two documents", GOOD + "---\n" + GOOD, DiagnosticCode.YAML_DOCUMENTS),
                new Attack("a merge key", "a: {<<: {mask: none}}", DiagnosticCode.YAML_MERGE_KEY),
                new Attack("a template", "a: {{x}}", DiagnosticCode.YAML_KEY),
                new Attack("bidi", "a: x\u202Ey", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("zero width", "a: x\u200By", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("byte order mark", "\uFEFFa: x", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("escape sequence", "a: \u001B[31m", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("nul", "a: \0", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("lone carriage return", "a: x\rb: y", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("next line", "a: x\u0085b: y", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("line separator", "a: x\u2028b: y", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("variation selector", "a: x\uDB40\uDD00", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("tag character", "a: x\uDB40\uDC41", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("filler", "a: x\u3164", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("escaped surrogate", "a: \"\\uD800\"", DiagnosticCode.TEXT_INVISIBLE),
                new Attack("decomposed", "a: e\u0301", DiagnosticCode.TEXT_NOT_NFC));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void anAttackIsRefusedInTimeAndTheRestServes(Attack attack) throws IOException {
        CatalogLoader loader = new CatalogLoader(Variables.of(Map.of()));
        loader.load(folder.resolve("catalog")); // classes and constraints are ready, as in a server that reloads
        Files.writeString(views.resolve("attack.yaml"), attack.text());

        Duration fastest = Duration.ofDays(1);
        CatalogFiles files = loader.load(folder.resolve("catalog"));
        for (int run = 0; run < 10; run++) {
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            files = loader.load(folder.resolve("catalog"));
            Duration taken =
                    Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin);
            fastest = taken.compareTo(fastest) < 0 ? taken : fastest;
        }

        assertThat(files.problems()).extracting(Diagnostic::file).containsOnly("views/attack.yaml");
        assertThat(files.problems())
                .extracting(Diagnostic::code)
                .contains(attack.code().name());
        assertThat(files.problems()).hasSizeLessThanOrEqualTo(Problems.PROBLEMS_MAX + 1);
        assertThat(files.catalog().views()).hasSize(1);
        // The thread's own time, so that the machine's other work does not count.
        assertThat(fastest).isLessThanOrEqualTo(TIME_MAX);
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAtTheirPlace() throws IOException {
        Files.write(views.resolve("latin.yaml"), "a: x\nb: caf\u00E9 ".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(load().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).startsWith("views/latin.yaml:2:7 TEXT_NOT_UTF8"));
    }

    @Test
    void aColumnCountsCodePoints() throws IOException {
        Files.writeString(views.resolve("emoji.yaml"), "a: \u2615\uD83E\uDD50 \u200B");
        assertThat(load().problems()).extracting(Diagnostic::column).containsExactly(7);
    }

    @Test
    void anInvisibleCharacterIsNamedByItsNumber() throws IOException {
        Files.writeString(views.resolve("bidi.yaml"), "a: \u202E");
        assertThat(load().problems()).extracting(Diagnostic::message).allMatch(text -> text.contains("U+202E"));
    }

    @Test
    void aLinkThatLeavesTheFolderIsRefusedAndOneThatStaysIsRead() throws IOException {
        Path outside = Files.writeString(folder.resolve("secret.yaml"), GOOD.replace("good", "secret"));
        Path hidden = Files.createDirectories(views.resolve("..data"));
        Files.writeString(hidden.resolve("inside.yaml"), GOOD.replace("good", "inside"));
        Files.createSymbolicLink(views.resolve("outside.yaml"), outside);
        Files.createSymbolicLink(views.resolve("up.yaml"), Path.of("../../secret.yaml"));
        Files.createSymbolicLink(views.resolve("loop"), views);
        Files.createSymbolicLink(views.resolve("nowhere.yaml"), Path.of("nothing"));
        Files.createSymbolicLink(views.resolve("inside.yaml"), Path.of("..data/inside.yaml"));

        CatalogFiles files = load();

        assertThat(files.problems()).extracting(Diagnostic::code).containsOnly("SYMLINK_REFUSED");
        assertThat(files.problems())
                .extracting(Diagnostic::file)
                .containsExactly("views/loop", "views/nowhere.yaml", "views/outside.yaml", "views/up.yaml");
        assertThat(files.catalog().views())
                .extracting(view -> view.id().toString())
                .containsExactly("sales.good@1.0.0", "sales.inside@1.0.0");
    }

    @Test
    void aFileNameThatCouldConfuseATerminalIsShownEscaped() throws IOException {
        Files.writeString(views.resolve("a\u001B[2J\n.yaml"), "");
        assertThat(load().problems()).extracting(Diagnostic::file).containsExactly("views/a\\u{001B}[2J\\u{000A}.yaml");
    }

    @Test
    void aFolderMayEndLikeAFile() throws IOException {
        Files.createDirectories(views.resolve("folder.yaml"));
        assertThat(load().problems()).isEmpty();
    }

    @Test
    void moreFilesThanAreAcceptedServeNothing() throws IOException {
        for (int count = 0; count <= CatalogFolder.FILES_MAX; count++) {
            Files.createFile(views.resolve(count + ".yaml"));
        }
        CatalogFiles files = load();
        assertThat(files.problems()).extracting(Diagnostic::code).containsExactly("FOLDER_TOO_LARGE");
        assertThat(files.catalog().views()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        CatalogLoader loader = new CatalogLoader(Variables.of(Map.of()));
        assertThatThrownBy(() -> loader.load(folder.resolve("absent")))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        error -> assertThat(error.code()).isEqualTo(ModelError.CATALOG_UNREADABLE));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTextMakesTheReaderFail(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "ab:-?[]{},#&*!|>'\"%@`\\ \n\n  \t0x~.<=$ukN";
        for (int count = 0; count < 1_500; count++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? GOOD : "");
            for (int edits = random.nextInt(1, 40); edits > 0; edits--) {
                int at = random.nextInt(text.length() + 1);
                text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Problems problems = new Problems("views/random.yaml");
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            boolean loaded = FileText.of(bytes, problems)
                    .flatMap(file -> new FileReader(Variables.of(Map.of()))
                            .read("views/random.yaml", DefinitionKind.VIEW, file, problems))
                    .isPresent();
            assertThat(loaded).as(text.toString()).isEqualTo(problems.none());
        }
    }

    private CatalogFiles load() {
        return new CatalogLoader(Variables.of(Map.of())).load(folder.resolve("catalog"));
    }
}
