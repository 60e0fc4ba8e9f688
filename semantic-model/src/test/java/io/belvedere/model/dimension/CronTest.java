package io.belvedere.model.dimension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *|2026-01-01T00:00:00Z|2026-01-01T00:01:00Z",
                "* * * * *|2026-01-01T00:00:59.999Z|2026-01-01T00:01:00Z",
                "*/15 * * * *|2026-01-01T00:50:00Z|2026-01-01T01:00:00Z",
                "5/20 * * * *|2026-01-01T00:26:00Z|2026-01-01T00:45:00Z",
                "30 3 * * *|2026-01-01T03:30:00Z|2026-01-02T03:30:00Z",
                "0 9-17/4 * * *|2026-01-01T13:00:00Z|2026-01-01T17:00:00Z",
                "0 0 29 2 *|2096-03-01T00:00:00Z|2104-02-29T00:00:00Z",
                "0 0 31 * *|2026-04-01T00:00:00Z|2026-05-31T00:00:00Z",
                "0 0 * * 1|2026-11-23T00:00:00Z|2026-11-30T00:00:00Z",
                "0 0 * * 0|2026-11-23T00:00:00Z|2026-11-29T00:00:00Z",
                "0 0 * * 7|2026-11-23T00:00:00Z|2026-11-29T00:00:00Z",
                "0 0 13 * 5|2026-11-14T00:00:00Z|2026-11-20T00:00:00Z",
                "0 0 */2 * 1|2026-11-23T00:00:00Z|2026-11-25T00:00:00Z",
                "0,30 8,20 1,15 6,12 *|2026-06-15T20:30:00Z|2026-12-01T08:00:00Z",
            })
    void givesTheFirstTimeAfterAMoment(String text, Instant moment, Instant next) {
        assertThat(Cron.parse(text).nextAfter(moment)).isEqualTo(next);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "1,,2 * * * *",
                "-1 * * * *",
                "0 0 30 2 *",
                "@daily"
            })
    void refusesWhatIsNoTimeAndTimesThatNeverCome(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Cron.parse(text));
    }

    @Test
    void isItsTextWithOneSpaceBetweenTheFields() {
        assertThat(Cron.parse(" 0  3 * * * "))
                .isEqualTo(Cron.parse("0 3 * * *"))
                .hasToString("0 3 * * *");
    }
}
