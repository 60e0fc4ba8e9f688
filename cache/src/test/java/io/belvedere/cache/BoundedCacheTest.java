package io.belvedere.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.policy.Stamp;
import io.belvedere.policy.Stamps;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void twoDecisionsNeverShareAnEntry() {
        BoundedCache<CacheKey.Governed<String>, String> cache = cache(10, key -> key.subject() + " as " + key.stamp());

        assertThat(cache.require(new CacheKey.Governed<>("q", Stamps.of("ana"))))
                .isEqualTo("q as ana");
        assertThat(cache.require(new CacheKey.Governed<>("q", Stamps.of("stella"))))
                .isEqualTo("q as stella");
        assertThat(cache.require(new CacheKey.Governed<>("q", Stamps.of("ana"))))
                .isEqualTo("q as ana");
        assertThat(cache.counts().misses()).isEqualTo(2);
        assertThat(cache.counts().hits()).isEqualTo(1);
    }

    @Test
    void nobodyButADecisionMakesAStamp() {
        assertThat(Stamp.class.getConstructors()).isEmpty();
        assertThatThrownBy(() -> Stamps.of(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CacheKey.Asked<>("q", " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytesAndEntriesAreBoundedTogether() {
        BoundedCache<CacheKey.Internal<Integer>, byte[]> cache = BoundedCache.weighed(
                "test", new BoundedCache.Room(10, 1_000), Duration.ofMinutes(1), bytes -> bytes.length, nanos::get);

        IntStream.range(0, 100).forEach(i -> cache.keep(new CacheKey.Internal<>(i), new byte[400]));
        assertThat(kept(cache)).isBetween(1L, 2L);
        cache.clear();
        IntStream.range(0, 100).forEach(i -> cache.keep(new CacheKey.Internal<>(i), new byte[1]));
        assertThat(kept(cache)).isBetween(1L, 10L);
        cache.clear();
        cache.keep(new CacheKey.Internal<>(1), new byte[1_001]);
        assertThat(kept(cache)).isZero();
    }

    private static long kept(BoundedCache<CacheKey.Internal<Integer>, byte[]> cache) {
        assertThat(cache.counts().bytes()).isLessThanOrEqualTo(1_000);
        return cache.counts().entries();
    }

    @Test
    void anEntryMayHaveAShorterLifeThanItsCacheAndNeverALongerOne() {
        BoundedCache<CacheKey.Internal<String>, Integer> cache = cache(10, _ -> loads.incrementAndGet());
        cache.keep(new CacheKey.Internal<>("short"), 1, Duration.ofSeconds(5));
        cache.keep(new CacheKey.Internal<>("long"), 2, Duration.ofDays(1));
        cache.keep(new CacheKey.Internal<>("none"), 3, Duration.ZERO);

        assertThat(cache.find(new CacheKey.Internal<>("none"))).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(cache.find(new CacheKey.Internal<>("short"))).contains(1);
        assertThat(cache.oldest()).isEqualTo(Duration.ofSeconds(4));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(cache.find(new CacheKey.Internal<>("short"))).isEmpty();
        assertThat(cache.find(new CacheKey.Internal<>("long"))).contains(2);
        nanos.addAndGet(Duration.ofSeconds(55).toNanos());
        assertThat(cache.find(new CacheKey.Internal<>("long"))).isEmpty();
    }

    @Test
    void anEntryPastItsAgeIsLoadedAgain() {
        BoundedCache<CacheKey.Internal<String>, Integer> cache = cache(10, _ -> loads.incrementAndGet());
        CacheKey.Internal<String> key = new CacheKey.Internal<>("statistics");

        assertThat(cache.require(key)).isEqualTo(1);
        nanos.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(cache.require(key)).isEqualTo(1);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(cache.require(key)).isEqualTo(2);
    }

    @Test
    void aFailureIsNotKept() {
        BoundedCache<CacheKey.Internal<String>, Integer> cache = cache(10, _ -> {
            if (loads.incrementAndGet() == 1) {
                throw new IllegalStateException("first");
            }
            return loads.get();
        });
        CacheKey.Internal<String> key = new CacheKey.Internal<>("statistics");

        assertThatThrownBy(() -> cache.require(key)).hasMessage("first");
        assertThat(cache.require(key)).isEqualTo(2);
        assertThat(cache.counts().failures()).isEqualTo(1);
    }

    @Test
    void manyWhoAskAtOnceCauseOneLoad() throws Exception {
        CountDownLatch everybodyAsks = new CountDownLatch(1);
        BoundedCache<CacheKey.Internal<String>, Integer> cache = cache(10, _ -> {
            await(everybodyAsks);
            return loads.incrementAndGet();
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> ask = () -> cache.require(new CacheKey.Internal<>("statistics"));
            var answers =
                    IntStream.range(0, 50).mapToObj(_ -> threads.submit(ask)).toList();
            everybodyAsks.countDown();
            for (var answer : answers) {
                assertThat(answer.get()).isEqualTo(1);
            }
        }
    }

    @Test
    void neverKeepsMoreThanItsLimit() {
        BoundedCache<CacheKey.Internal<Integer>, Integer> cache = cache(100, CacheKey.Internal::subject);
        IntStream.range(0, 10_000).forEach(i -> cache.require(new CacheKey.Internal<>(i)));

        long again = IntStream.range(0, 10_000)
                .filter(i -> {
                    long before = cache.counts().misses();
                    cache.require(new CacheKey.Internal<>(i));
                    return cache.counts().misses() == before;
                })
                .count();
        assertThat(again).isLessThanOrEqualTo(200);
        assertThat(cache.counts().evictions()).isGreaterThan(0);
    }

    @Test
    void clearingForgetsEverything() {
        BoundedCache<CacheKey.Internal<String>, Integer> cache = cache(10, _ -> loads.incrementAndGet());
        List.of("a", "b").forEach(subject -> cache.require(new CacheKey.Internal<>(subject)));
        cache.clear();

        assertThat(cache.require(new CacheKey.Internal<>("a"))).isEqualTo(3);
    }

    private <K extends CacheKey<?>, V> BoundedCache<K, V> cache(
            int entriesMax, java.util.function.Function<K, V> loader) {
        return new BoundedCache<>("test", entriesMax, Duration.ofMinutes(1), loader, nanos::get);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
