package io.belvedere.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevIdentitiesTest {
    @TempDir
    Path folder;

    @Test
    void aTokenStandsForItsCaller() throws IOException {
        DevIdentities identities = load("""
                identities:
                  - {token: secret-1, subject: ana, name: Ana, roles: [analyst], attributes: {region: EU}}
                  - {token: secret-2, subject: job, kind: service}
                """);
        assertThat(identities.find("secret-1"))
                .hasValue(
                        new Caller("dev", "ana", "Ana", Caller.Kind.HUMAN, Set.of("analyst"), Map.of("region", "EU")));
        assertThat(identities.find("secret-2").orElseThrow().kind()).isEqualTo(Caller.Kind.SERVICE);
    }

    @Test
    void noOtherTokenStandsForAnybody() throws IOException {
        DevIdentities identities = load("identities: [{token: secret-1, subject: ana}]");
        for (String token : List.of("", "secret-", "secret-11", "SECRET-1", "secret-1 ", "x".repeat(5_000))) {
            assertThat(identities.find(token)).as(token).isEmpty();
        }
    }

    @Test
    void aFileThatIsNotAsItShouldBeIsRefusedWithoutItsTokens() {
        for (String text : List.of(
                "identities: {token: canary-1}",
                "identities: [{token: canary-1}]",
                "identities: [{subject: ana}]",
                "identities: [{token: can, subject: ana}]",
                "identities: [{token: canary-1, subject: ana, admin: true}]",
                "identities: [{token: canary-1, subject: ana}, {token: canary-1, subject: bob}]",
                "identities: [{token: canary-1, token: canary-2, subject: ana}]",
                "identities: [{token: canary-1, subject: ana, kind: robot}]",
                "people: [{token: canary-1, subject: ana}]",
                "[canary-1",
                "canary-1")) {
            assertThatThrownBy(() -> load(text)).as(text).isInstanceOfSatisfying(BelvedereException.class, failure -> {
                assertThat(failure.code().name()).isEqualTo("CONFIGURATION_INVALID");
                assertThat(failure.detail()).doesNotContain("canary");
            });
        }
    }

    private DevIdentities load(String text) throws IOException {
        Path file = folder.resolve("dev-identities.yaml");
        Files.writeString(file, text);
        return DevIdentities.load(file);
    }
}
