package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlightRulesTest {
    @TempDir
    Path folder;

    private record Given(String host, Optional<Path> certificate, Optional<Path> key)
            implements Settings.FlightSettings {
        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public int connections() {
            return 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "127.0.0.53"})
    void onThisMachineAloneACertificateIsNotNeeded(String host) {
        assertThatCode(() -> FlightRules.require(new Given(host, Optional.empty(), Optional.empty())))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void whatOthersCanReachNeedsACertificate(String host) {
        assertThatThrownBy(() -> FlightRules.require(new Given(host, Optional.empty(), Optional.empty())))
                .hasMessageContaining("there is no certificate");
    }

    @Test
    void aCertificateAndItsKeyComeTogether() throws IOException {
        Path file = file("certificate.pem", "rw-r--r--");
        assertThatThrownBy(() -> FlightRules.require(new Given("127.0.0.1", Optional.of(file), Optional.empty())))
                .hasMessageContaining("together or not at all");
    }

    @Test
    void aKeyIsItsOwnersAlone() throws IOException {
        Path certificate = file("certificate.pem", "rw-r--r--");
        Given open = new Given("0.0.0.0", Optional.of(certificate), Optional.of(file("open.pem", "rw-r--r--")));
        assertThatThrownBy(() -> FlightRules.require(open)).hasMessageContaining("chmod 600");
        Given closed = new Given("0.0.0.0", Optional.of(certificate), Optional.of(file("closed.pem", "rw-------")));
        assertThatCode(() -> FlightRules.require(closed)).doesNotThrowAnyException();
    }

    @Test
    void filesThatAreNotThereAreNamed() throws IOException {
        Path missing = folder.resolve("missing.pem");
        Path key = file("key.pem", "rw-------");
        assertThatThrownBy(() -> FlightRules.require(new Given("127.0.0.1", Optional.of(missing), Optional.of(key))))
                .hasMessageContaining("belvedere.flight.certificate");
    }

    private Path file(String name, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "x");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
