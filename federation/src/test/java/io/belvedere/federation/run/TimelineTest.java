package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.run.Timeline.FetchFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimelineTest {
    private final Timeline timeline = new Timeline(Instant.EPOCH);

    private static FetchFacts facts(long rows, String status) {
        return new FetchFacts("orders", "eu", "SELECT 1", "00", 0, rows, rows * 8, 1, status);
    }

    @Test
    void aStatementThatRunsShowsWhatItHasDoneSoFar() {
        AtomicLong rows = new AtomicLong(3);
        Timeline.Live live = timeline.begin("f0", () -> facts(rows.get(), "running"));
        assertThat(timeline.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.fetch()).contains(facts(3, "running")));
        rows.set(9);
        assertThat(timeline.entries().getFirst().fetch()).contains(facts(9, "running"));
        live.end(facts(12, "ok"));
        assertThat(timeline.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.fetch()).contains(facts(12, "ok")));
    }

    @Test
    void whatEndedStandsBeforeWhatRuns() {
        timeline.begin("f0", () -> facts(1, "running"));
        timeline.add(new Timeline.Entry("policy", Duration.ZERO, Duration.ZERO, Optional.empty()));
        assertThat(timeline.entries()).extracting(Timeline.Entry::name).containsExactly("policy", "f0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT \"t0\".\"c1\" WHERE \"t0\".\"city\" = 'Lisbon'|SELECT \"t0\".\"c1\" WHERE \"t0\".\"city\" = ?",
                "\"a\" = 'it''s' AND \"b\" = 5|\"a\" = ? AND \"b\" = ?",
                "`a` = _utf8mb4 x'4A' AND `b` > 1.5e3|`a` = _utf8mb4 ? AND `b` > ?",
                "\"a\" = E'x\\'y\\\\' AND \"b\" = 'z'|\"a\" = ? AND \"b\" = ?",
                "[c 1] = N'x' AND t0.c2 IN (1, 2)|[c 1] = ? AND t0.c2 IN (?, ?)",
                "TIMESTAMP '2026-01-01' AND \"it's 5\" = 7|TIMESTAMP ? AND \"it's 5\" = ?",
                "\"a\" = 'cut off here …|\"a\" = ?",
                "CAST(\"a\" AS DECIMAL(18, 2)) COLLATE utf8mb4_bin|CAST(\"a\" AS DECIMAL(?, ?)) COLLATE utf8mb4_bin"
            })
    void aStatementIsShownToOthersWithoutItsConstants(String sent, String shown) {
        assertThat(WithoutLiterals.of(sent)).isEqualTo(shown);
    }
}
