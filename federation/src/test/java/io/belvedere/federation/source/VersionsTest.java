package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions as the drivers give them. */
class VersionsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "18 | 0 | 18.0 (Debian 18.0-1) | 18",
                "16 | 2 | 16.2 | 16.2",
                "11 | 4 | 11.4.5-MariaDB-log | 11.4.5",
                "10 | 6 | 5.5.5-10.6.16-MariaDB | 10.6.16",
                "8 | 0 | 8.0.31 | 8.0.31",
                "8 | 4 | 8.4.0-commercial | 8.4",
                "19 | 0 | Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production Version 19.21.0.0.0 | 19",
                "15 | 0 | 15.00.4322 | 15.0.4322"
            })
    void theNumbersAreTheServers(int major, int minor, String text, String version) {
        assertThat(Versions.of(major, minor, text)).hasToString(version);
    }
}
