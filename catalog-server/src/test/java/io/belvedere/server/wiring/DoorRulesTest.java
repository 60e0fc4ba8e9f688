package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.error.BelvedereException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorRulesTest {
    private static final String ENABLED = "quarkus.http.cors.enabled";
    private static final String ORIGINS = "quarkus.http.cors.origins";

    @TempDir
    Path folder;

    private void require(Map<String, String> more) {
        require(more, 100);
    }

    /** @param ordinal of the place that holds {@code more}: 250 is the server's own jar, 300 the environment */
    private void require(Map<String, String> more, int ordinal) {
        Map<String, String> values = new HashMap<>(Map.of(
                "belvedere.catalog.folder", folder.toString(),
                "belvedere.audit.folder", folder.toString(),
                "java.io.tmpdir", folder.toString()));
        values.putAll(more);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(Settings.class)
                .withSources(new PropertiesConfigSource(values, "test", ordinal))
                .build();
        DoorRules.require(config.getConfigMapping(Settings.class), config);
    }

    @Test
    void sitesAreNamedOneByOneOrNotLetInAtAll() {
        assertThatCode(() -> require(Map.of())).doesNotThrowAnyException();
        assertThatCode(() -> require(Map.of(ENABLED, "false", ORIGINS, "*"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> require(Map.of(ENABLED, "true"))).hasMessageContaining("lets every site in");
        for (String site : List.of(
                "*",
                "/.*/",
                "/https:\\/\\/.*\\.example\\.org/",
                "https://*.example.org",
                "http://console.example.org",
                "https://console.example.org/",
                "https://console.example.org/path",
                "https://user@console.example.org",
                "console.example.org",
                "null",
                "https://a.example.org,*")) {
            assertThatThrownBy(() -> require(Map.of(ENABLED, "true", ORIGINS, site)))
                    .as(site)
                    .hasMessageContaining("not one site");
        }
        for (String site : List.of(
                "https://console.example.org",
                "https://console.example.org:8443,https://other.example.org",
                "http://localhost:5173")) {
            assertThatCode(() -> require(Map.of(ENABLED, "true", ORIGINS, site)))
                    .as(site)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void noSiteActsWithWhatABrowserKeeps() {
        assertThatThrownBy(() -> require(Map.of(
                        ENABLED,
                        "true",
                        ORIGINS,
                        "https://console.example.org",
                        "quarkus.http.cors.access-control-allow-credentials",
                        "true")))
                .hasMessageContaining("access-control-allow-credentials");
    }

    @Test
    void aConnectionIsNotCutWhileItsQueryMayStillRun() {
        assertThatThrownBy(() -> require(Map.of("quarkus.http.idle-timeout", "PT9M")))
                .hasMessageContaining("quarkus.http.idle-timeout");
        assertThatThrownBy(() ->
                        require(Map.of("quarkus.http.idle-timeout", "PT11M", "belvedere.exports.timeout-max", "PT60M")))
                .hasMessageContaining("PT1H");
        assertThatCode(() -> require(Map.of("quarkus.http.idle-timeout", "PT11M")))
                .doesNotThrowAnyException();
        assertThatCode(() -> require(Map.of(
                        "quarkus.http.idle-timeout", "PT4S",
                        "belvedere.limits.timeout-max", "PT2S",
                        "belvedere.exports.timeout-max", "PT2S")))
                .doesNotThrowAnyException();
    }

    @Test
    void whoIsLetInIsNotForTheFrameworksSettingsToSay() {
        for (String name : List.of(
                "quarkus.oidc.token.issuer",
                "quarkus.oidc.tenant-enabled",
                "quarkus.oidc.console.token.audience",
                "quarkus.oidc.\"console\".token.audience",
                "quarkus.oidc-client.auth-server-url",
                "quarkus.oidc.tls.verification",
                "%prod.quarkus.oidc.token.issuer",
                "%prod,europe.quarkus.oidc.token.issuer",
                "QUARKUS_OIDC_TOKEN_ISSUER",
                "_PROD_QUARKUS_OIDC_TOKEN_ISSUER",
                "quarkus.http.auth.permission.all.policy",
                "quarkus.http.auth.permission.more.paths",
                "quarkus.http.auth.proactive",
                "QUARKUS_HTTP_AUTH_BASIC",
                "quarkus.security.users.embedded.enabled",
                "quarkus.tls.trust-all",
                "quarkus.tls.provider.trust-all",
                "QUARKUS_TLS_HOSTNAME_VERIFICATION_ALGORITHM")) {
            assertThatThrownBy(() -> require(Map.of(name, "x"), 300))
                    .as(name)
                    .isInstanceOf(BelvedereException.class)
                    .hasMessageContaining(name);
            assertThatCode(() -> require(Map.of(name, "x"), 250))
                    .as("what comes with the server")
                    .doesNotThrowAnyException();
        }
        for (String name : List.of(
                "quarkus.log.category.\"io.quarkus.oidc\".level",
                "%prod.quarkus.log.category.\"io.quarkus.oidc\".level",
                "quarkus.http.ssl.certificate.files",
                "quarkus.tls.key-store.pem.0.cert",
                "belvedere.identity.oidc.audience")) {
            assertThatCode(() -> require(Map.of(name, "x"), 300)).as(name).doesNotThrowAnyException();
        }
    }
}
