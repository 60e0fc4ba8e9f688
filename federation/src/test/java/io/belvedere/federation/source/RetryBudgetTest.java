package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
    private final RetryBudget budget = new RetryBudget(now::get);

    @Test
    void givesThreeRetriesAndATenthOfTheCalls() {
        assertThat(spent(10)).isEqualTo(3);
        call(40);
        assertThat(spent(10)).isEqualTo(4);
    }

    @Test
    void forgetsWhatIsOlderThanTenSeconds() {
        call(100);
        assertThat(spent(100)).isEqualTo(13);
        now.addAndGet(Duration.ofSeconds(9).toNanos());
        assertThat(spent(100)).isZero();
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(spent(100)).isEqualTo(3);
    }

    @Test
    void staysBelowElevenTenthsOverALongRunOfFailures() {
        int calls = 0;
        int retries = 0;
        for (int i = 0; i < 2_000; i++) {
            budget.called();
            calls++;
            retries += spent(1);
            now.addAndGet(Duration.ofMillis(10).toNanos());
        }
        assertThat((double) retries / calls).isLessThanOrEqualTo(0.105);
    }

    private void call(int times) {
        for (int i = 0; i < times; i++) {
            budget.called();
        }
    }

    private int spent(int tries) {
        int spent = 0;
        for (int i = 0; i < tries; i++) {
            spent += budget.spend() ? 1 : 0;
        }
        return spent;
    }
}
