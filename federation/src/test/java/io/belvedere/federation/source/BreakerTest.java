package io.belvedere.federation.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.source.SourceFailures.Kind;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong now = new AtomicLong();
    private final Breaker breaker = new Breaker(now::get);

    @Test
    void opensAfterFiveFailuresInARowAndLetsOneTryLater() {
        fail(Kind.INFRASTRUCTURE, 4);
        assertThat(breaker.admits()).isTrue();
        fail(Kind.INFRASTRUCTURE, 1);
        assertThat(breaker.admits()).isFalse();

        now.addAndGet(Breaker.OPEN.toNanos());
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();

        breaker.succeeded();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void startsCountingAnewWhenTheSourceAnswers() {
        for (Kind answer : new Kind[] {Kind.CONTENTION, Kind.TIMEOUT, Kind.DATA, Kind.DRIFT}) {
            fail(Kind.INFRASTRUCTURE, 4);
            breaker.failed(answer);
            fail(Kind.INFRASTRUCTURE, 4);
            assertThat(breaker.admits()).as(answer.name()).isTrue();
            breaker.succeeded();
        }
    }

    @Test
    void asksOnlyTwiceWithCredentialsThatAreRefused() {
        fail(Kind.CREDENTIALS, 2);
        assertThat(breaker.admits()).isFalse();
        now.addAndGet(Breaker.OPEN.toNanos());
        assertThat(breaker.admits()).isFalse();
        now.addAndGet(Breaker.OPEN_AFTER_CREDENTIALS.toNanos());
        assertThat(breaker.admits()).isTrue();
    }

    private void fail(Kind kind, int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed(kind);
        }
    }
}
