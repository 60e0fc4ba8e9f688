package io.belvedere.policy;

import static io.belvedere.policy.Fixtures.ANA;
import static io.belvedere.policy.Fixtures.CUSTOMERS;
import static io.belvedere.policy.Fixtures.REPOSITORY;
import static io.belvedere.policy.Fixtures.SAMPLE_POLICY;
import static io.belvedere.policy.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.BundleCheck.Activated;
import io.belvedere.policy.BundleCheck.Current;
import io.belvedere.policy.BundleCheck.Kept;
import io.belvedere.policy.BundleCheck.Reason;
import io.belvedere.policy.BundleKey.Algorithm;
import io.belvedere.testkit.OpaServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bundle by HTTP decides as the folder does, and nothing but a newer, whole and signed bundle takes its place. */
class BundlePolicyGateTest extends PolicyGateContract {
    private static final Duration AGE_MAX = Duration.ofMinutes(10);
    private static final EvaluatorPool.Limits ONE =
            new EvaluatorPool.Limits(1, EvaluatorPool.Limits.LOAN_MAX, Duration.ofSeconds(10));
    private static final KeyPair RSA = Bundles.keys(Algorithm.RS256);

    @TempDir
    static Path folder;

    private static BundleHost sample;
    private static BundlePolicyGate gate;

    private final AtomicLong nanos = new AtomicLong();

    @BeforeAll
    static void open() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>(Bundles.sample(""));
        sample = BundleHost.start().offers(files);
        gate = loaded(sample);
    }

    @AfterAll
    static void close() {
        gate.close();
        sample.close();
    }

    private static BundlePolicyGate loaded(BundleHost host) {
        BundlePolicyGate opened = BundlePolicyGate.open(address(host, Optional.empty()));
        assertThat(opened.check()).isInstanceOf(Activated.class);
        return opened;
    }

    private static BundleAddress address(BundleHost host, Optional<BundleKey> key) {
        return new BundleAddress(host.address(), Optional.empty(), key, AGE_MAX);
    }

    private BundlePolicyGate open(BundleHost host, Optional<BundleKey> key) {
        return new BundlePolicyGate(address(host, key), ONE, nanos::get);
    }

    @Override
    PolicyGate gate() {
        return gate;
    }

    @Override
    PolicyGate anotherGate() {
        return loaded(sample);
    }

    @Test
    void anUnchangedBundleIsNotSentAgain() throws IOException {
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("rel-7"));
                BundlePolicyGate opened = open(host, Optional.empty())) {
            assertThat(opened.problem()).isPresent();
            assertThat(opened.check())
                    .isInstanceOfSatisfying(
                            Activated.class,
                            activated -> assertThat(activated.revision()).matches("rel-7\\+[0-9a-f]{12}"));
            assertThat(opened.problem()).isEmpty();
            assertThat(opened.check()).isInstanceOf(Current.class);
            assertThat(host.answered()).containsExactly(200, 304);
            assertThat(opened.check()).isInstanceOf(Current.class);
            host.withoutTag();
            assertThat(opened.check()).isInstanceOf(Current.class);
            assertThat(host.answered()).containsExactly(200, 304, 304, 200);
            assertThat(opened.decide(request(ANA, Operation.QUERY, CUSTOMERS)))
                    .isInstanceOfSatisfying(
                            Allow.class,
                            allow -> assertThat(allow.revision())
                                    .startsWith("rel-7+")
                                    .isEqualTo(opened.revision()));
        }
    }

    @Test
    void aNewerBundleTakesOverAndAnOlderOneDoesNot() throws IOException {
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("rel-9"));
                BundlePolicyGate opened = open(host, Optional.empty())) {
            opened.check();
            host.offers(with(Bundles.sample("rel-10"), "/data.json", "\"maxRows\": 100000", "\"maxRows\": 7"));
            assertThat(opened.check()).isInstanceOf(Activated.class);
            assertThat(rowsMax(opened)).isEqualTo(7);

            host.offers(Bundles.sample("rel-9"));
            assertKept(opened, Reason.OLDER);
            host.offers(with(Bundles.sample("rel-2"), "/data.json", "\"maxRows\": 100000", "\"maxRows\": 8"));
            assertKept(opened, Reason.OLDER);
            // What was replaced stays replaced, whatever it is called now.
            host.offers(Bundles.sample("zebra"));
            assertKept(opened, Reason.OLDER);
            assertThat(rowsMax(opened)).isEqualTo(7);
            assertThat(opened.revision()).startsWith("rel-10+");

            host.offers(Bundles.sample("rel-11"));
            assertThat(opened.check())
                    .as("the rules from before, published anew")
                    .isInstanceOf(Activated.class);
            assertThat(rowsMax(opened)).isEqualTo(100_000);
        }
    }

    @Test
    void anOlderBundleDoesNotComeBackAfterARestart(@TempDir Path state) throws IOException {
        Path memory = state.resolve("bundles.json");
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("rel-9"))) {
            try (BundlePolicyGate first = remembering(host, memory)) {
                assertThat(first.check()).isInstanceOf(Activated.class);
                host.offers(with(Bundles.sample("rel-10"), "/data.json", "\"maxRows\": 100000", "\"maxRows\": 7"));
                assertThat(first.check()).isInstanceOf(Activated.class);
            }
            for (String back : List.of("rel-9", "rel-2", "zebra")) {
                try (BundlePolicyGate next = remembering(host.offers(Bundles.sample(back)), memory)) {
                    assertKept(next, Reason.OLDER);
                    assertThat(next.problem()).as(back).isPresent();
                }
            }
            host.offers(with(Bundles.sample("rel-10"), "/data.json", "\"maxRows\": 100000", "\"maxRows\": 7"));
            try (BundlePolicyGate next = remembering(host, memory)) {
                assertThat(next.check()).as("the one that decided before").isInstanceOf(Activated.class);
                assertThat(rowsMax(next)).isEqualTo(7);
                host.offers(Bundles.sample("rel-11"));
                assertThat(next.check()).isInstanceOf(Activated.class);
            }
        }
    }

    @Test
    void aBundleThatCannotBeRememberedOrDecideIsNotTaken(@TempDir Path state) throws IOException {
        Path memory = Files.createDirectories(state.resolve("below")).resolve("bundles.json");
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("rel-1"));
                BundlePolicyGate opened = remembering(host, memory)) {
            assertThat(opened.check()).isInstanceOf(Activated.class);
            String before = Files.readString(memory);

            host.offers(with(Bundles.sample("rel-2"), "/data.json", "\"access\": \"rows\"", "\"access\": \"write\""));
            assertKept(opened, Reason.UNUSABLE);
            assertThat(memory).hasContent(before);

            Files.delete(memory);
            Files.delete(memory.getParent());
            host.offers(Bundles.sample("rel-3"));
            assertKept(opened, Reason.UNUSABLE);
            assertThat(opened.revision()).startsWith("rel-1+");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"active\":{},\"replaced\":[]}",
                "not JSON",
                "{\"active\":{\"declared\":\"a\",\"released\":\"b\",\"sha256\":\"c\"},\"replaced\":[1]}"
            })
    void aMemoryThatCannotBeReadOpensNoGate(String text, @TempDir Path state) throws IOException {
        Path memory = Files.writeString(state.resolve("bundles.json"), text);
        try (BundleHost host = BundleHost.start()) {
            assertThatThrownBy(() -> remembering(host, memory).close())
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(PolicyError.POLICY_FILE_INVALID));
        }
    }

    private BundlePolicyGate remembering(BundleHost host, Path memory) {
        return new BundlePolicyGate(
                new BundleAddress(host.address(), Optional.empty(), Optional.empty(), AGE_MAX, Optional.of(memory)),
                ONE,
                nanos::get);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{\"a\":{\"access\":\"write\"}}}}",
                "{\"belvedere\":{\"revision\":\"r\",\"roles\":{}}",
                "[]"
            })
    void aBundleWithBrokenDataIsRefused(String data) throws IOException {
        try (BundleHost host = BundleHost.start().offers(Map.of("/data.json", Bundles.text(data)));
                BundlePolicyGate opened = open(host, Optional.empty())) {
            assertKept(opened, Reason.UNUSABLE);
        }
    }

    @Test
    void whatIsDamagedOrNotSignedWithTheKeyLeavesThePolicyAsItIs() throws IOException {
        BundleKey key = Bundles.file(folder, Algorithm.RS256, RSA);
        Map<String, byte[]> good = Bundles.signed(Bundles.sample("2"), Algorithm.RS256, RSA);
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("2"));
                BundlePolicyGate opened = open(host, Optional.of(key))) {
            assertKept(opened, Reason.SIGNATURE);
            assertThat(opened.problem()).isPresent();
            assertRefused(PolicyError.POLICY_UNAVAILABLE, opened, ANA);

            host.offers(good);
            assertThat(opened.check()).isInstanceOf(Activated.class);
            String before = opened.revision();
            host.offers(Bundles.sample("3"));
            assertKept(opened, Reason.SIGNATURE);
            host.offers(Arrays.copyOf(Bundles.archive(good), 900));
            assertKept(opened, Reason.DAMAGED);
            assertThat(opened.revision()).isEqualTo(before);
            assertThat(opened.problem()).isEmpty();
            assertThat(rowsMax(opened)).isEqualTo(100_000);
        }
    }

    @Test
    void aBundleOfSeveralDataFilesOrOfChangesIsRefusedByName() throws IOException {
        for (String name : List.of("/roles/data.json", "/data.yaml", "/patch.json")) {
            Map<String, byte[]> files = new LinkedHashMap<>(Bundles.sample("1"));
            files.put(name, Bundles.text("{}"));
            try (BundleHost host = BundleHost.start().offers(files);
                    BundlePolicyGate opened = open(host, Optional.empty())) {
                assertThat(opened.check())
                        .isInstanceOfSatisfying(
                                Kept.class,
                                kept -> assertThat(kept.why().detail()).contains(name.substring(1)));
            }
        }
    }

    @Test
    void aPolicyThatNobodyConfirmsStopsDecidingAndBeginsAgain() throws IOException {
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("1"));
                BundlePolicyGate opened = open(host, Optional.empty())) {
            opened.check();
            host.fails(500);
            nanos.set(AGE_MAX.toNanos());
            assertKept(opened, Reason.UNREACHABLE);
            assertThat(opened.decide(request(ANA, Operation.QUERY, CUSTOMERS))).isInstanceOf(Allow.class);

            nanos.incrementAndGet();
            assertThat(opened.problem()).isPresent();
            assertRefused(PolicyError.POLICY_UNAVAILABLE, opened, ANA);
            // A bundle that is refused says nothing about the one that decides.
            host.offers(Bundles.text("damaged"));
            assertKept(opened, Reason.DAMAGED);
            assertRefused(PolicyError.POLICY_UNAVAILABLE, opened, ANA);

            host.offers(Bundles.sample("1"));
            assertThat(opened.check()).isInstanceOf(Current.class);
            assertThat(opened.problem()).isEmpty();
            assertThat(opened.decide(request(ANA, Operation.QUERY, CUSTOMERS))).isInstanceOf(Allow.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 304, 404, 500})
    void anAnswerThatIsNoBundleIsNoAnswer(int status) throws IOException {
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("1")).fails(status);
                BundlePolicyGate opened = open(host, Optional.empty())) {
            assertKept(opened, Reason.UNREACHABLE);
        }
    }

    @Test
    void theTokenIsSentAndReadAnew() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "wrong");
        try (BundleHost host = BundleHost.start().offers(Bundles.sample("1")).wants("right");
                BundlePolicyGate opened = new BundlePolicyGate(
                        new BundleAddress(host.address(), Optional.of(token), Optional.empty(), AGE_MAX),
                        ONE,
                        nanos::get)) {
            assertKept(opened, Reason.UNREACHABLE);
            Files.writeString(token, "right\n");
            assertThat(opened.check()).isInstanceOf(Activated.class);
            Files.delete(token);
            assertKept(opened, Reason.UNREACHABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://bundles.example/b.tar.gz", "file:///b.tar.gz", "https://u:p@h/b", "https://h/b?x=1"})
    void anAddressThatOthersCouldAnswerAtIsRefused(String address) {
        assertThatThrownBy(() -> new BundleAddress(URI.create(address), Optional.empty(), Optional.empty(), AGE_MAX))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatOpaBuildsAndSignsIsTakenAndDecidesAsTheFolderDoes() throws IOException {
        // HS256 and RS256 by their signatures alone, ES256 to the end.
        for (Algorithm algorithm : List.of(Algorithm.HS256, Algorithm.RS256)) {
            KeyPair keys = Bundles.keys(algorithm);
            BundleArchive archive = BundleArchive.read(built(algorithm, keys, "r"));
            BundleSignature.require(archive, Bundles.file(folder, algorithm, keys));
        }
        for (Algorithm algorithm : List.of(Algorithm.ES256)) {
            KeyPair keys = Bundles.keys(algorithm);
            byte[] archive = built(algorithm, keys, "from-opa-1");
            BundleKey key = Bundles.file(folder, algorithm, keys);
            try (BundleHost host = BundleHost.start().offers(archive);
                    BundlePolicyGate opened = open(host, Optional.of(key))) {
                assertThat(opened.check()).as("%s", algorithm).isInstanceOf(Activated.class);
                assertThat(opened.revision()).startsWith("from-opa-1+");
                Allow here = (Allow) gate().decide(request(ANA, Operation.QUERY, CUSTOMERS));
                Allow there = (Allow) opened.decide(request(ANA, Operation.QUERY, CUSTOMERS));
                assertThat(there.views()).isEqualTo(here.views());
            }
        }
    }

    /** A real bundle: Rego compiled to Wasm, the sample's data, a manifest, and OPA's own signature over them. */
    private static byte[] built(Algorithm algorithm, KeyPair keys, String revision) throws IOException {
        Path work = Files.createTempDirectory(folder, "opa");
        Path key = work.resolve("key");
        Files.writeString(
                key,
                algorithm == Algorithm.HS256
                        ? Bundles.SECRET
                        : Bundles.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Path source = Files.createDirectories(work.resolve("source"));
        Files.copy(SAMPLE_POLICY.resolve("data.json"), source.resolve("data.json"));
        try (Stream<Path> rules = Files.list(REPOSITORY.resolve("policy/src/main/rego/belvedere/authz"))) {
            for (Path rule : rules.toList()) {
                Files.copy(rule, source.resolve(rule.getFileName()));
            }
        }
        List<String> command =
                List.of(("build -t wasm -e belvedere/authz/decision -b source -o bundle.tar.gz --revision " + revision
                                + " --signing-alg " + algorithm + " --signing-key "
                                + (algorithm == Algorithm.HS256 ? Bundles.SECRET : key))
                        .split(" "));
        OpaServer.run(work, command.toArray(String[]::new));
        return Files.readAllBytes(work.resolve("bundle.tar.gz"));
    }

    private static void assertKept(BundlePolicyGate gate, Reason reason) {
        assertThat(gate.check())
                .isInstanceOfSatisfying(
                        Kept.class,
                        kept -> assertThat(kept.reason())
                                .as("%s", kept.why().detail())
                                .isEqualTo(reason));
    }

    private static long rowsMax(PolicyGate gate) {
        return ((Allow) gate.decide(request(ANA, Operation.QUERY, CUSTOMERS)))
                .requireRows(CUSTOMERS.id())
                .rowsMax();
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, String from, String to) {
        Map<String, byte[]> changed = new LinkedHashMap<>(files);
        String text = new String(files.get(name), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        changed.put(name, Bundles.text(text.replace(from, to)));
        return changed;
    }
}
