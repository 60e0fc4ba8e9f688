package io.belvedere.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.ServerError;
import io.belvedere.server.pipeline.CallerRates.Answer;
import io.belvedere.server.pipeline.CallerRates.Lane;
import io.belvedere.server.pipeline.CallerRates.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallerRatesTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Caller ANA = caller("ana");
    private static final Caller BOB = caller("bob");

    private long nanos;
    private final Steps clock = new Steps();

    private static final class Steps extends Clock {
        private Instant now = NOON;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static Caller caller(String subject) {
        return new Caller("dev", subject, subject, Caller.Kind.HUMAN, Set.of(), Map.of());
    }

    private CallerRates rates(RateLimits limits) {
        return new CallerRates(limits, clock, () -> nanos);
    }

    private static long taken(CallerRates rates, Caller caller, Lane lane, int asked) {
        long taken = 0;
        for (int i = 0; i < asked; i++) {
            if (rates.take(caller, lane) == Answer.GO_ON) {
                taken++;
            }
        }
        return taken;
    }

    @Test
    void aCallerMayAskSoMuchAtOnceAndThenAsFastAsTheBucketFills() {
        CallerRates rates = rates(new RateLimits(10, 20, 0, 0, 100));
        assertThat(taken(rates, ANA, Lane.WORK, 30)).isEqualTo(20);
        nanos += Duration.ofMillis(500).toNanos();
        assertThat(taken(rates, ANA, Lane.WORK, 30)).isEqualTo(5);
        nanos += Duration.ofHours(1).toNanos();
        assertThat(taken(rates, ANA, Lane.WORK, 30)).isEqualTo(20);
        assertThat(rates.refused(Refusal.REQUESTS)).isEqualTo(10 + 25 + 10);
    }

    @Test
    void nobodyUsesUpAnothersBucketAndStoppingQueriesHasOneApart() {
        CallerRates rates = rates(new RateLimits(10, 20, 0, 0, 100));
        taken(rates, ANA, Lane.WORK, 1_000);
        assertThat(taken(rates, ANA, Lane.CONTROL, 5)).isEqualTo(5);
        assertThat(taken(rates, BOB, Lane.WORK, 20)).isEqualTo(20);
        Caller otherIssuer = new Caller("other", "ana", "Ana", Caller.Kind.HUMAN, Set.of(), Map.of());
        assertThat(taken(rates, otherIssuer, Lane.WORK, 20)).isEqualTo(20);
        Caller otherRoles = new Caller("dev", "ana", "Ana B", Caller.Kind.HUMAN, Set.of("x"), Map.of());
        assertThat(taken(rates, otherRoles, Lane.WORK, 20))
                .as("the same person")
                .isZero();
    }

    @Test
    void manyCallersAreForgottenOldestFirstAndThoseWhoGoOnAskingAreNot() {
        CallerRates rates = rates(new RateLimits(1, 1, 0, 0, 100));
        assertThat(taken(rates, ANA, Lane.WORK, 2)).isEqualTo(1);
        for (int i = 0; i < 100_000; i++) {
            assertThat(rates.take(caller("s" + i), Lane.WORK)).isEqualTo(Answer.GO_ON);
            assertThat(rates.take(ANA, Lane.WORK)).isNotEqualTo(Answer.GO_ON);
        }
    }

    @Test
    void oneRefusalOfAMinuteIsToldForAll() {
        CallerRates rates = rates(new RateLimits(1, 1, 0, 0, 100));
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(rates.take(ANA, Lane.WORK));
        }
        assertThat(answers).containsExactly(Answer.GO_ON, Answer.REFUSED_AND_TOLD, Answer.REFUSED, Answer.REFUSED);
        nanos += Duration.ofSeconds(61).toNanos();
        assertThat(rates.take(ANA, Lane.WORK)).isEqualTo(Answer.GO_ON);
        assertThat(rates.take(ANA, Lane.WORK)).isEqualTo(Answer.REFUSED_AND_TOLD);
    }

    @Test
    void noLimitIsNoLimit() {
        CallerRates rates = rates(RateLimits.NONE);
        assertThat(taken(rates, ANA, Lane.WORK, 10_000)).isEqualTo(10_000);
        rates.took(ANA, Long.MAX_VALUE, Long.MAX_VALUE);
        assertThatCode(() -> rates.requireRoom(ANA)).doesNotThrowAnyException();
    }

    @Test
    void aDaysRowsAndBytesAreADays() {
        CallerRates rates = rates(new RateLimits(0, 0, 100, 1_000, 100));
        rates.took(ANA, 99, 999);
        assertThatCode(() -> rates.requireRoom(ANA)).doesNotThrowAnyException();
        rates.took(ANA, 1, 0);
        assertRefused(rates, ANA, "100 rows");
        assertThatCode(() -> rates.requireRoom(BOB)).doesNotThrowAnyException();
        rates.took(BOB, 0, 1_000);
        assertRefused(rates, BOB, "1000 bytes");
        clock.now = NOON.minus(Duration.ofDays(2));
        assertRefused(rates, ANA, "100 rows");
        clock.now = Instant.parse("2026-11-23T23:59:59.999Z");
        assertRefused(rates, ANA, "100 rows");
        clock.now = Instant.parse("2026-11-24T00:00:00Z");
        assertThatCode(() -> rates.requireRoom(ANA)).doesNotThrowAnyException();
        assertThat(rates.refused(Refusal.ROWS)).isEqualTo(3);
        assertThat(rates.refused(Refusal.BYTES)).isEqualTo(1);
    }

    private static void assertRefused(CallerRates rates, Caller caller, String what) {
        assertThatThrownBy(() -> rates.requireRoom(caller))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ServerError.QUOTA_EXCEEDED))
                .hasMessageContaining(what);
    }

    @Test
    void aBucketIsEmptiedOnceHoweverManyAskTogether() throws Exception {
        CallerRates rates = rates(new RateLimits(1, 500, 0, 0, 100));
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    begin.await();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                taken.addAndGet((int) taken(rates, ANA, Lane.WORK, 100));
            }));
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasValue(500);
    }
}
