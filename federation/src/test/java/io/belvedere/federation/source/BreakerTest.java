package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.source.Breaker.Outcome;
import io.belvedere.federation.source.SourceObserver.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong now = new AtomicLong();
    private final List<Event> events = new ArrayList<>();
    private final Breaker breaker = new Breaker(now::get, new Random(7), events::add);

    @Test
    void opensWhenHalfOfTenCallsFailAndNotBefore() {
        call(Outcome.ANSWERED, 5);
        call(Outcome.FAILED, 4);
        assertThat(breaker.admits()).isTrue();
        call(Outcome.FAILED, 1);
        assertThat(breaker.admits()).isFalse();
        assertThat(events).containsExactly(Event.BREAKER_OPENED);
    }

    @Test
    void looksAtTheLastTwentyCallsOfTenSecondsOnly() {
        call(Outcome.FAILED, 9);
        pass(Breaker.WINDOW.plusMillis(1));
        call(Outcome.FAILED, 9);
        assertThat(breaker.admits()).isTrue();
        pass(Breaker.WINDOW.plusMillis(1));

        call(Outcome.ANSWERED, 20);
        call(Outcome.FAILED, 9);
        assertThat(breaker.admits()).isTrue();
        call(Outcome.FAILED, 1);
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void opensWhenEightOfTenCallsAreSlow() {
        call(Outcome.ANSWERED, 2);
        call(Outcome.SLOW, 7);
        assertThat(breaker.admits()).isTrue();
        call(Outcome.SLOW, 1);
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void probesOneAtATimeAfterThePauseAndClosesAfterThree() {
        call(Outcome.FAILED, 10);
        assertThat(breaker.wantsProbe()).isFalse();
        pass(Duration.ofSeconds(6));
        for (int i = 0; i < Breaker.PROBES; i++) {
            assertThat(breaker.wantsProbe()).isTrue();
            assertThat(breaker.wantsProbe()).isFalse();
            assertThat(breaker.admits()).isFalse();
            breaker.probed(Outcome.ANSWERED);
        }
        assertThat(breaker.admits()).isTrue();
        assertThat(events).containsExactly(Event.BREAKER_OPENED, Event.BREAKER_PROBING, Event.BREAKER_CLOSED);
    }

    @Test
    void waitsTwiceAsLongAfterEachProbeThatFailsUpToAMinute() {
        call(Outcome.FAILED, 10);
        for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
            pass(Duration.ofMillis(seconds * 790L));
            assertThat(breaker.wantsProbe()).as("before %s s", seconds).isFalse();
            pass(Duration.ofMillis(seconds * 420L));
            assertThat(breaker.wantsProbe()).as("after %s s", seconds).isTrue();
            breaker.probed(Outcome.FAILED);
        }
    }

    @Test
    void asksOnlyTwiceWithCredentialsThatAreRefusedUntilThereAreOthers() {
        breaker.credentialsRefused();
        assertThat(breaker.admits()).isTrue();
        breaker.credentialsRefused();
        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.waitsForCredentials()).isTrue();
        pass(Breaker.OPEN_MAX.multipliedBy(2));
        assertThat(breaker.wantsProbe()).isFalse();

        breaker.credentialsChanged();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void triesRefusedCredentialsOnceMoreAfterALongPause() {
        breaker.credentialsRefused();
        breaker.credentialsRefused();
        pass(Breaker.OPEN_AFTER_CREDENTIALS);
        assertThat(breaker.wantsProbe()).isTrue();
        breaker.credentialsRefused();
        breaker.probed(Outcome.FAILED);
        pass(Breaker.OPEN_MAX.multipliedBy(2));
        assertThat(breaker.wantsProbe()).isFalse();
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void anAnswerForgetsARefusedPassword() {
        breaker.credentialsRefused();
        call(Outcome.ANSWERED, 1);
        breaker.credentialsRefused();
        assertThat(breaker.admits()).isTrue();
    }

    private void call(Outcome outcome, int times) {
        for (int i = 0; i < times; i++) {
            breaker.called(outcome);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
