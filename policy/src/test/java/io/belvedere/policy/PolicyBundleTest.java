package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyBundleTest {
    private static final String GOOD = """
            {"belvedere": {"revision": "r1", "roles": {"analyst": {
              "access": "rows",
              "rows": {"class": "scope.region", "attribute": "region"},
              "domains": ["crm"], "tags": ["dashboard"],
              "masks": {"pii.email": {"mask": "keep_last", "characters": 4}, "pii.age": {"mask": "bucket", "width": 10}},
              "maxRows": 10,
              "minGroupSize": 0,
              "detail": {"query": "shape", "explain": "full"}
            }}}}
            """;

    @TempDir
    private Path folder;

    @Test
    void aGoodFileIsRead() throws IOException {
        assertThat(check(GOOD)).isEmpty();
        PolicyRevision revision = PolicyBundle.read(folder).revision();
        assertThat(revision.declared()).isEqualTo("r1");
        assertThat(revision.toString()).matches("r1\\+[0-9a-f]{12}");
    }

    @Test
    void theSampleAndTheBuiltInDataAreGood() {
        assertThat(PolicyBundle.check(Fixtures.SAMPLE_POLICY)).isEmpty();
        assertThat(PolicyBundle.read(Fixtures.SAMPLE_POLICY).revision().declared())
                .isEqualTo("coffee-chain-1");
        assertThat(PolicyBundle.builtIn().revision().declared()).isEqualTo("nothing-granted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"r1\"|\"\"|1:28",
                "\"r1\"|7|1:28",
                "\"revision\": \"r1\", ||1:15",
                "\"roles\"|\"rules\"|1:34",
                "\"analyst\"|\"\"|1:44",
                "\"access\": \"rows\"|\"access\": \"write\"|2:13",
                "\"access\": \"rows\",||1:55",
                "\"access\": \"rows\"|\"access\": \"none\"|3:11",
                "\"rows\": {\"class\": \"scope.region\", \"attribute\": \"region\"},||1:55",
                "{\"class\": \"scope.region\", \"attribute\": \"region\"}|\"some\"|3:11",
                "\"attribute\": \"region\"|\"attribute\": \"\"|3:50",
                ", \"attribute\": \"region\"||3:11",
                "\"attribute\"|\"atribute\"|3:37",
                "scope.region|Scope Region|3:21",
                "[\"crm\"]|[\"CRM\"]|4:15",
                "[\"crm\"]|\"crm\"|4:14",
                "[\"dashboard\"]|[1]|4:32",
                "pii.email|pii email|5:13",
                "keep_last|keep_lost|5:35",
                "\"characters\": 4|\"characters\": 0|5:62",
                "\"characters\": 4|\"characters\": 4.5|5:62",
                "\"characters\": 4|\"chars\": 4|5:48",
                "{\"mask\": \"bucket\", \"width\": 10}|\"bucket\"|5:77",
                "\"width\": 10|\"width\": 10, \"unit\": \"day\"|5:109",
                "\"maxRows\": 10,||1:55",
                "\"maxRows\": 10|\"maxRows\": \"10\"|6:14",
                "\"maxRows\": 10|\"maxrows\": 10|6:3",
                "\"minGroupSize\": 0|\"minGroupSize\": -1|7:19",
                "\"explain\": \"full\"|\"explain\": \"all\"|8:43",
                "\"explain\"|\"delete\"|8:32",
                "\"maxRows\": 10|\"maxRows\": 10, \"maxRows\": 11|6:27",
                "\"maxRows\": 10|\"maxRows\": NaN|6:17",
                "}}}}|}}}|10:1",
                "}}}}|}}}} {}|9:6",
                "{\"belvedere\"|/* comment */ {\"belvedere\"|1:1"
            })
    void aMistakeIsNamedByItsPlace(String from, String to, String place) throws IOException {
        String broken = GOOD.replace(from, to == null ? "" : to);
        assertThat(broken).isNotEqualTo(GOOD);

        List<Diagnostic> problems = check(broken);

        assertThat(problems).isNotEmpty();
        assertThat(problems.stream().map(problem -> problem.line() + ":" + problem.column()))
                .as("%s", problems)
                .contains(place);
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.file()).isEqualTo("data.json");
            assertThat(problem.code()).isEqualTo("POLICY_DATA_INVALID");
        });
        assertThatThrownBy(() -> PolicyBundle.read(folder)).isInstanceOfSatisfying(BelvedereException.class, e -> {
            assertThat(e.code()).isEqualTo(PolicyError.POLICY_FILE_INVALID);
            assertThat(e.detail()).startsWith(problems.getFirst().toString());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"human\"|\"robot\"|3:14",
                "\"audit\"|\"\"|4:17",
                "\"preview\": true|\"preview\": \"yes\"|5:15",
                "\"breakGlass\": \"b\"|\"breakGlass\": \"c\"|6:18",
                "{\"issuer\": \"i\", \"subject\": \"s\"}|{\"issuer\": \"i\"}|8:20",
                "{\"issuer\": \"i\", \"subject\": \"s\"}|{\"role\": \"a\", \"subject\": \"s\"}|8:34",
                "{\"role\": \"b\"}|{\"role\": \"c\"}|9:20",
                "10:00:00Z|10:00:00.5Z|10:17",
                "10:00:00Z|10:00:00+01:00|10:17",
                "2026-11-23T18|2026-13-23T18|11:18",
                "2026-11-23T18|2026-11-23T10|11:18",
                "\"reason\": \"a case\"|\"reason\": \" \"|12:20",
                ", \"reason\": \"a case\"||8:12"
            })
    void aMistakeInWhoMayWhenIsNamedByItsPlace(String from, String to, String place) throws IOException {
        String good = """
                {"belvedere": {"revision": "r1", "roles": {
                  "a": {"access": "none",
                   "kinds": ["human"],
                   "purposes": ["audit"],
                   "preview": true,
                   "breakGlass": "b"},
                  "b": {"access": "contract"}}, "grants": [
                           {"who": {"issuer": "i", "subject": "s"},
                  "what": {"role": "b"},
                        "from": "2026-11-23T10:00:00Z",
                        "until": "2026-11-23T18:00:00Z"
                       , "reason": "a case"}]}}
                """;
        assertThat(check(good)).isEmpty();
        String broken = good.replace(from, to == null ? "" : to);
        assertThat(broken).isNotEqualTo(good);
        List<Diagnostic> problems = check(broken);
        assertThat(problems.stream().map(problem -> problem.line() + ":" + problem.column()))
                .as("%s", problems)
                .contains(place);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"belvedere\": canary}",
                "{canary: 1}",
                "{\"canary\": 1, \"canary\": 2}",
                "{\"a\": \"canary",
                "{\"a\": [\"canary\"",
                "{\"a\": \"canary\" \"b\"}",
                "{\"a\": \"\\canary\"}",
                "{\"a\": 0123456canary}",
                "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"canary\""
            })
    void whatStandsInABrokenFileIsNotRepeated(String text) throws IOException {
        assertThat(check(text)).hasSize(1).allSatisfy(problem -> {
            assertThat(problem.message()).doesNotContain("canary").doesNotContainIgnoringCase("jackson");
            assertThat(problem.line()).isOne();
        });
    }

    @Test
    void aFolderWithoutDataIsRefused() {
        assertThat(PolicyBundle.check(folder)).extracting(Diagnostic::code).containsExactly("POLICY_DATA_INVALID");
    }

    @Test
    void aModuleThatIsNotWasmIsRefused() throws IOException {
        Files.writeString(folder.resolve("policy.wasm"), "package belvedere.authz");
        assertThat(check(GOOD))
                .extracting(Diagnostic::file, Diagnostic::code)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("policy.wasm", "POLICY_WASM_INVALID"));
    }

    @Test
    void aPolicyOfOnesOwnHasDataOfItsOwnForm() throws IOException {
        Files.write(folder.resolve("policy.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        assertThat(check("{\"belvedere\":{\"revision\":\"r1\",\"teams\":[1,2]}}"))
                .isEmpty();
        assertThat(check("{\"belvedere\":{\"teams\":[1,2]}}")).hasSize(1);
        assertThat(check("{\"belvedere\":{\"revision\":\"r1\"},\"other\":1}")).hasSize(1);
    }

    @Test
    void aFileThatIsTooLongIsRefused() throws IOException {
        assertThat(check(GOOD + " ".repeat(PolicyBundle.DATA_BYTES_MAX))).hasSize(1);
    }

    @Test
    void aFileOfDeepNestingIsRefused() throws IOException {
        assertThat(check("[".repeat(100_000))).hasSize(1);
    }

    @Test
    void anotherByteIsAnotherRevision() throws IOException {
        check(GOOD);
        PolicyRevision before = PolicyBundle.read(folder).revision();
        check(GOOD.replace("\"maxRows\": 10", "\"maxRows\": 11"));
        assertThat(PolicyBundle.read(folder).revision()).isNotEqualTo(before);
    }

    private List<Diagnostic> check(String data) throws IOException {
        Files.write(folder.resolve("data.json"), data.getBytes(StandardCharsets.UTF_8));
        return PolicyBundle.check(folder);
    }
}
