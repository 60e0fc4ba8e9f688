package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartRulesTest {
    @TempDir
    Path folder;

    @Test
    void aLaptopStartsWithItsIdentitiesFile() {
        for (String profile : List.of("laptop", "dev", "test")) {
            assertThatCode(() ->
                            StartRules.require(settings(Map.of("belvedere.identity.dev-file", "x")), List.of(profile)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void anyOtherProfileIsHeldToTheRulesOfProduction() {
        for (List<String> profiles :
                List.of(List.of("prod"), List.of("production"), List.<String>of(), List.of("laptop", "prod"))) {
            assertThatThrownBy(() -> StartRules.require(settings(Map.of()), profiles))
                    .as("%s", profiles)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining("OpenID Connect")
                    .hasMessageContaining("QUARKUS_PROFILE=laptop");
            assertThatThrownBy(() -> StartRules.require(settings(Map.of("belvedere.identity.dev-file", "x")), profiles))
                    .as("%s", profiles)
                    .hasMessageContaining("belvedere.identity.dev-file is for a laptop");
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> StartRules.require(
                        settings(Map.of(
                                "belvedere.catalog.folder",
                                folder.resolve("nowhere").toString())),
                        List.of("laptop")))
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

    private void laptop(Map<String, String> more) {
        StartRules.require(settings(more), List.of("laptop"));
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
