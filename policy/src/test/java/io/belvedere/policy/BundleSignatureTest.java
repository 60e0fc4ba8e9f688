package io.belvedere.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.BundleKey.Algorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing passes as signed but exactly the files that the key signed. */
class BundleSignatureTest {
    private static final KeyPair RSA = Bundles.keys(Algorithm.RS256);

    @TempDir
    static Path folder;

    @ParameterizedTest
    @EnumSource
    void aBundleThatIsSignedWithTheKeyIsTaken(Algorithm algorithm) {
        KeyPair keys = Bundles.keys(algorithm);
        BundleKey key = Bundles.file(folder, algorithm, keys);
        Map<String, byte[]> files = Bundles.signed(Bundles.sample("1.0.0"), algorithm, keys);
        require(files, key);

        Map<String, byte[]> forged = new LinkedHashMap<>(files);
        String data = new String(files.get("/data.json"), StandardCharsets.UTF_8);
        assertThat(data).contains("100000");
        forged.put("/data.json", Bundles.text(data.replace("100000", "100001")));
        assertRefused(forged, key);
        // White space and the order of keys are not what is signed.
        forged.put("/data.json", Bundles.text(data.replace("\n", "\n ")));
        require(forged, key);
    }

    static Stream<Map<String, byte[]>> unsigned() {
        Map<String, byte[]> files = Bundles.sample("2.0.0");
        Map<String, byte[]> good = Bundles.signed(files, Algorithm.RS256, RSA);
        KeyPair others = Bundles.keys(Algorithm.RS256);
        KeyPair curve = Bundles.keys(Algorithm.ES256);
        Map<String, byte[]> more = new LinkedHashMap<>(good);
        more.put("/extra.rego", Bundles.text("package extra\n"));
        Map<String, byte[]> fewer = new LinkedHashMap<>(good);
        fewer.remove("/notes.rego");
        Map<String, byte[]> twice = new LinkedHashMap<>(good);
        String one = new String(good.get("/.signatures.json"), StandardCharsets.UTF_8);
        String token = one.substring(one.indexOf("[\"") + 1, one.indexOf(']'));
        twice.put("/.signatures.json", Bundles.text("{\"signatures\":[" + token + "," + token + "]}"));
        Map<String, byte[]> none = new LinkedHashMap<>(good);
        List<String> parts = List.of(token.replace("\"", "").split("\\.", -1));
        String header = Base64.getUrlEncoder().encodeToString(Bundles.text("{\"alg\":\"none\"}"));
        none.put("/.signatures.json", Bundles.text("{\"signatures\":[\"" + header + "." + parts.get(1) + ".\"]}"));
        return Stream.of(
                files,
                Bundles.signed(files, Algorithm.RS256, others),
                Bundles.signed(files, Algorithm.RS512, RSA),
                Bundles.signed(files, Algorithm.ES256, curve),
                Bundles.signed(files, Algorithm.HS256, RSA),
                more,
                fewer,
                twice,
                none,
                Bundles.signed(files, "{\"files\":[]}", "RS256", Algorithm.RS256, RSA),
                Bundles.signed(files, "{}", "RS256", Algorithm.RS256, RSA),
                Bundles.signed(files, "not json", "RS256", Algorithm.RS256, RSA),
                Bundles.signed(files, "{\"files\":[],\"scope\":\"write\"}", "RS256", Algorithm.RS256, RSA));
    }

    @ParameterizedTest
    @MethodSource("unsigned")
    void aBundleThatIsNotSignedWithTheKeyIsRefused(Map<String, byte[]> files) {
        assertRefused(files, Bundles.file(folder, Algorithm.RS256, RSA));
    }

    @Test
    void aPublicKeyIsNoSecret() {
        // The oldest trick: a token that says HS256, signed with the text of the public key.
        BundleKey key = new BundleKey(
                Algorithm.HS256, Bundles.file(folder, Algorithm.RS256, RSA).file());
        assertRefused(Bundles.signed(Bundles.sample("1.0.0"), Algorithm.RS256, RSA), key);
    }

    @Test
    void aKeyThatIsMissingOrOfAnotherKindSignsNothing() {
        Map<String, byte[]> files = Bundles.signed(Bundles.sample("1.0.0"), Algorithm.RS256, RSA);
        assertRefused(files, new BundleKey(Algorithm.RS256, folder.resolve("absent")));
        assertRefused(
                files,
                new BundleKey(
                        Algorithm.RS256,
                        Bundles.file(folder, Algorithm.HS256, RSA).file()));
        KeyPair curve = Bundles.keys(Algorithm.ES256);
        Map<String, byte[]> elliptic = Bundles.signed(Bundles.sample("1.0.0"), Algorithm.ES256, curve);
        assertRefused(
                elliptic,
                new BundleKey(
                        Algorithm.ES384,
                        Bundles.file(folder, Algorithm.ES256, curve).file()));
    }

    private static void require(Map<String, byte[]> files, BundleKey key) {
        BundleSignature.require(BundleArchive.read(Bundles.archive(files)), key);
    }

    private static void assertRefused(Map<String, byte[]> files, BundleKey key) {
        assertThatThrownBy(() -> require(files, key))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(PolicyError.POLICY_FILE_INVALID));
    }
}
