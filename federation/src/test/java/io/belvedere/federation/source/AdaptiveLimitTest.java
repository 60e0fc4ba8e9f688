package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {
    private final AtomicLong now = new AtomicLong();
    private final AdaptiveLimit limit = new AdaptiveLimit(16, now::get);

    @Test
    void givesWhatTheDefinitionSaysWhileAllIsWell() throws Exception {
        for (int i = 0; i < 16; i++) {
            assertThat(limit.tryAcquire(Duration.ZERO)).isTrue();
        }
        assertThat(limit.tryAcquire(Duration.ZERO)).isFalse();
        limit.release();
        assertThat(limit.tryAcquire(Duration.ZERO)).isTrue();
    }

    @Test
    void fallsToTwoUnderTroubleCountingOneBadMomentOnce() {
        limit.ill();
        limit.ill();
        assertThat(limit.limit()).isEqualTo(11);
        for (int i = 0; i < 10; i++) {
            pass(Duration.ofMillis(500));
            limit.ill();
        }
        assertThat(limit.limit()).isEqualTo(2);
        assertThat(limit.free()).isEqualTo(2);
    }

    @Test
    void takesBackPermitsThatAreLentWhenTheyReturn() throws Exception {
        for (int i = 0; i < 16; i++) {
            assertThat(limit.tryAcquire(Duration.ZERO)).isTrue();
        }
        limit.ill();
        for (int i = 0; i < 5; i++) {
            limit.release();
        }
        assertThat(limit.tryAcquire(Duration.ZERO)).isFalse();
        limit.release();
        assertThat(limit.tryAcquire(Duration.ZERO)).isTrue();
    }

    @Test
    void comesBackWithinFifteenSecondsWithoutASingleCall() {
        for (int i = 0; i < 10; i++) {
            limit.ill();
            pass(Duration.ofMillis(500));
        }
        for (int second = 0; second < 15; second++) {
            pass(Duration.ofSeconds(1));
            limit.recover();
        }
        assertThat(limit.limit()).isEqualTo(16);
        assertThat(limit.free()).isEqualTo(16);
    }

    @Test
    void neverGoesPastItsBoundsHoweverSmallTheyAre() throws Exception {
        AdaptiveLimit one = new AdaptiveLimit(1, now::get);
        one.ill();
        one.well();
        assertThat(one.limit()).isEqualTo(1);
        assertThat(one.tryAcquire(Duration.ZERO)).isTrue();
        assertThat(one.tryAcquire(Duration.ZERO)).isFalse();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
