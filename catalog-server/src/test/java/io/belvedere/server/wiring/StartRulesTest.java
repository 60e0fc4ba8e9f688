package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartRulesTest {
    private static final String OIDC = "belvedere.identity.oidc.";

    @TempDir
    Path folder;

    @Test
    void aLaptopStartsWithItsIdentitiesFile() {
        for (String profile : List.of("laptop", "dev", "test")) {
            assertThatCode(() -> StartRules.require(
                            settings(Map.of("belvedere.identity.dev-file", "x")), List.of(profile), PlainHttp.SERVED))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anyOtherProfileIsHeldToTheRulesOfProduction() {
        for (List<String> profiles :
                List.of(List.of("prod"), List.of("production"), List.<String>of(), List.of("laptop", "prod"))) {
            assertThatThrownBy(() -> StartRules.require(settings(Map.of()), profiles, PlainHttp.REFUSED))
                    .as("%s", profiles)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining("OpenID Connect")
                    .hasMessageContaining("QUARKUS_PROFILE=laptop");
            assertThatThrownBy(() -> StartRules.require(
                            settings(Map.of("belvedere.identity.dev-file", "x")), profiles, PlainHttp.REFUSED))
                    .as("%s", profiles)
                    .hasMessageContaining("belvedere.identity.dev-file is for a laptop");
        }
    }

    @Test
    void aServerStartsWithItsProviderWhole() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s\n");
        assertThatCode(() -> server(secret, Map.of(), PlainHttp.REFUSED)).doesNotThrowAnyException();
        for (String missing : List.of("client-id", "client-secret-file")) {
            assertThatThrownBy(() -> server(secret, Map.of(OIDC + missing, ""), PlainHttp.REFUSED))
                    .hasMessageContaining(OIDC + missing);
        }
        for (Map<String, String> wrong : List.of(
                Map.of(OIDC + "issuer", "http://id.example/realms/a"),
                Map.of(OIDC + "issuer", "https://id.example/realms/a?x=y"),
                Map.of(OIDC + "algorithm", "HS256"),
                Map.of(OIDC + "algorithm", "none"),
                Map.of(OIDC + "token-life-max", "PT16M"),
                Map.of(OIDC + "clock-skew", "PT61S"),
                Map.of(OIDC + "client-secret-file", "/nowhere"))) {
            assertThatThrownBy(() -> server(secret, wrong, PlainHttp.REFUSED))
                    .as("%s", wrong)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining("belvedere.identity.oidc");
        }
        assertThatThrownBy(() -> server(secret, Map.of("belvedere.identity.dev-file", "x"), PlainHttp.REFUSED))
                .hasMessageContaining("is for a laptop");
        assertThatThrownBy(() -> StartRules.require(
                        settings(provider(secret, Map.of("belvedere.identity.dev-file", "x"))),
                        List.of("laptop"),
                        PlainHttp.REFUSED))
                .hasMessageContaining("only one can");
    }

    @Test
    void tokensDoNotTravelWithoutTls() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "s\n");
        assertThatThrownBy(() -> server(secret, Map.of(), PlainHttp.SERVED)).hasMessageContaining("without TLS");
        assertThatCode(() -> server(secret, Map.of(), PlainHttp.ON_THIS_MACHINE))
                .doesNotThrowAnyException();
        assertThatCode(() -> server(secret, Map.of("belvedere.identity.behind-tls-proxy", "true"), PlainHttp.SERVED))
                .doesNotThrowAnyException();
    }

    @Test
    void plainHttpIsFoundInTheSettings() {
        String files = "quarkus.http.ssl.certificate.files";
        String insecure = "quarkus.http.insecure-requests";
        assertThat(plainHttp(Map.of("quarkus.http.host", "127.0.0.1"))).isEqualTo(PlainHttp.ON_THIS_MACHINE);
        assertThat(plainHttp(Map.of("quarkus.http.host", "0.0.0.0"))).isEqualTo(PlainHttp.SERVED);
        assertThat(plainHttp(Map.of(insecure, "disabled"))).isEqualTo(PlainHttp.SERVED);
        assertThat(plainHttp(Map.of(files, "x.pem"))).isEqualTo(PlainHttp.SERVED);
        assertThat(plainHttp(Map.of(files, "x.pem", insecure, "redirect"))).isEqualTo(PlainHttp.REFUSED);
    }

    private static PlainHttp plainHttp(Map<String, String> values) {
        return PlainHttp.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build());
    }

    private void server(Path secret, Map<String, String> more, PlainHttp plainHttp) {
        StartRules.require(settings(provider(secret, more)), List.of("prod"), plainHttp);
    }

    private static Map<String, String> provider(Path secret, Map<String, String> more) {
        Map<String, String> values = new HashMap<>(Map.of(
                OIDC + "issuer",
                "https://id.example/realms/a",
                OIDC + "client-id",
                "belvedere",
                OIDC + "client-secret-file",
                secret.toString()));
        values.putAll(more);
        return values;
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> StartRules.require(
                        settings(Map.of(
                                "belvedere.catalog.folder",
                                folder.resolve("nowhere").toString())),
                        List.of("laptop"),
                        PlainHttp.SERVED))
                .hasMessageContaining("belvedere.catalog.folder");
    }

    @Test
    void exactlyOnePolicyDecides() {
        String opa = "belvedere.policy.opa.address";
        assertThatThrownBy(() -> laptop(Map.of("belvedere.policy.folder", "")))
                .hasMessageContaining("belvedere.policy.folder")
                .hasMessageContaining(opa);
        assertThatThrownBy(() -> laptop(Map.of(opa, "https://opa.example:8181")))
                .hasMessageContaining("more than one");
        assertThatThrownBy(() -> laptop(Map.of("belvedere.policy.folder", "", opa, "http://opa.example:8181")))
                .hasMessageContaining("https");
        assertThatCode(() -> laptop(Map.of("belvedere.policy.folder", "", opa, "https://opa.example:8181")))
                .doesNotThrowAnyException();
    }

    @Test
    void aPolicyThatHashesNeedsItsKeys() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Map<String, String> both =
                Map.of("belvedere.masks.hash-keys", keys.toString(), "belvedere.masks.hash-key", "k1");
        assertThatThrownBy(() -> laptop(both)).hasMessageContaining("no key with the active id 'k1'");
        Files.writeString(keys.resolve("k1"), "secret-that-is-no-key\n");
        assertThatThrownBy(() -> laptop(both)).hasMessageContaining("not a key").hasMessageNotContaining("secret-that");
        Files.writeString(keys.resolve("k1"), "00ff".repeat(8) + "\n");
        assertThatThrownBy(() -> laptop(both))
                .hasMessageContaining("less than 32 bytes")
                .hasMessageNotContaining("00ff");
        Files.writeString(keys.resolve("k1"), "00ff".repeat(16) + "\n");
        assertThatCode(() -> laptop(both)).doesNotThrowAnyException();
        assertThatThrownBy(() -> laptop(Map.of("belvedere.masks.hash-key", "k1")))
                .hasMessageContaining("together");

        Files.writeString(
                folder.resolve("data.json"),
                "{\"belvedere\": {\"revision\": \"1\", \"roles\": {\"a\": {\"masks\": {\"pii.email\": {\"mask\": \"hash\", \"salt\": []}}}}}}");
        assertThatThrownBy(() -> laptop(Map.of()))
                .hasMessageContaining("belvedere.masks.hash-keys")
                .hasMessageContaining("belvedere.masks.hash-key ");
        assertThatCode(() -> laptop(both)).doesNotThrowAnyException();
    }

    @Test
    void whatHoldsASecretIsReadByItsOwnerOrItsGroupOnly() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Path key = Files.writeString(keys.resolve("k1"), "00ff".repeat(16) + "\n");
        Path token = Files.writeString(folder.resolve("token"), "t");
        Path audit = Files.createDirectories(folder.resolve("belvedere.local/audit/n1"));
        Path auditKeys = Files.writeString(audit.resolve("audit.keys"), "k");
        Map<String, String> all = Map.of(
                "belvedere.masks.hash-keys", keys.toString(), "belvedere.policy.opa.token-file", token.toString());
        for (Path file : List.of(key, token, auditKeys)) {
            for (Path each : List.of(key, token, auditKeys)) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-r-----"));
            }
            assertThatCode(() -> FileRules.require(settings(all))).doesNotThrowAnyException();
            for (String others : List.of("rw-r--r--", "rw--w----", "rw-----w-")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(others));
                assertThatThrownBy(() -> FileRules.require(settings(all)))
                        .as(file + " " + others)
                        .hasMessageContaining(file.toString())
                        .hasMessageContaining("chmod 600");
            }
        }
    }

    @Test
    void theKeyOfAPublicSignatureIsNoSecret() throws IOException {
        Path key = Files.writeString(folder.resolve("public.pem"), "p");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        String file = "belvedere.policy.bundle.key-file";
        assertThatCode(() -> FileRules.require(settings(Map.of(file, key.toString()))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> FileRules.require(
                        settings(Map.of(file, key.toString(), "belvedere.policy.bundle.algorithm", "HS256"))))
                .hasMessageContaining("public.pem");
    }

    @Test
    void aBundleIsOneOfThoseWhoMayDecide() {
        String bundle = "belvedere.policy.bundle.address";
        String address = "https://bundles.example/b.tar.gz";
        assertThatThrownBy(() -> laptop(Map.of(bundle, address))).hasMessageContaining("more than one");
        assertThatCode(() -> laptop(Map.of("belvedere.policy.folder", "", bundle, address)))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () -> laptop(Map.of("belvedere.policy.folder", "", bundle, "http://bundles.example/b.tar.gz")))
                .hasMessageContaining("https");
        for (Map<String, String> wrong : List.of(
                Map.of("belvedere.policy.bundle.algorithm", "none"),
                Map.of("belvedere.policy.bundle.max-age", "PT61M"),
                Map.of("belvedere.policy.bundle.poll-interval", "PT0S"),
                Map.of("belvedere.policy.bundle.poll-interval", "PT10M"))) {
            Map<String, String> values = new HashMap<>(Map.of("belvedere.policy.folder", "", bundle, address));
            values.putAll(wrong);
            assertThatThrownBy(() -> laptop(values)).hasMessageContaining("belvedere.policy.bundle cannot be used");
        }
    }

    @Test
    void dimensionsTakeAQuarterOfTheHeapAtMostAndServeForAnHourAtMost() {
        String rule = "belvedere.dimensions.";
        long quarterMib = Runtime.getRuntime().maxMemory() / 4 / (1L << 20);
        assertThatCode(() -> laptop(Map.of(
                        rule + "memory-mib", Long.toString(quarterMib),
                        rule + "max-staleness", "PT1H",
                        rule + "load-timeout", "PT10M")))
                .doesNotThrowAnyException();
        for (String mib : List.of("0", "-1", Long.toString(quarterMib + 1))) {
            assertThatThrownBy(() -> laptop(Map.of(rule + "memory-mib", mib)))
                    .as(mib)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining(rule + "memory-mib is 1 to " + quarterMib);
        }
        for (Map<String, String> wrong : List.of(
                Map.of(rule + "max-staleness", "PT61M"),
                Map.of(rule + "max-staleness", "PT0.5S"),
                Map.of(rule + "load-timeout", "PT0S"),
                Map.of(rule + "load-timeout", "PT11M"))) {
            assertThatThrownBy(() -> laptop(wrong))
                    .as("%s", wrong)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining("belvedere.dimensions cannot be used");
        }
    }

    private void laptop(Map<String, String> more) {
        StartRules.require(settings(more), List.of("laptop"), PlainHttp.SERVED);
    }

    @Test
    void anUnknownSettingStopsTheStart() {
        assertThatThrownBy(() -> settings(Map.of("belvedere.limits.runing", "5")))
                .hasMessageContaining("belvedere.limits.runing");
    }

    private Settings settings(Map<String, String> more) {
        Map<String, String> values = new HashMap<>();
        values.put("belvedere.catalog.folder", folder.toString());
        values.put("belvedere.policy.folder", folder.toString());
        values.put("belvedere.audit.folder", folder.toString());
        values.put("java.io.tmpdir", folder.toString());
        values.putAll(more);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(Settings.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return config.getConfigMapping(Settings.class);
    }
}
