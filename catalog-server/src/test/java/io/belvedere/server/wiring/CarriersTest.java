package io.belvedere.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CarriersTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final CountDownLatch BEGUN = new CountDownLatch(1);
    private static final CountDownLatch RELEASE = new CountDownLatch(1);

    private final VirtualThreadSchedulerMXBean scheduler =
            ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    private final int before = scheduler.getParallelism();

    @AfterEach
    void theJvmHasTheCarriersItHad() {
        scheduler.setParallelism(before);
    }

    @Test
    void thereAreMoreCarriersThanProcessors() {
        try (Carriers _ = Carriers.start()) {
            assertThat(scheduler.getParallelism())
                    .isGreaterThan(Runtime.getRuntime().availableProcessors() + 10);
        }
    }

    @Test
    void threadsThatAllWaitForAClassThatAThreadWithoutACarrierLoadsGoOn() throws InterruptedException {
        scheduler.setParallelism(2);
        // All are kept in the initialiser, the first by what it waits for, until the release, which needs a carrier
        // too.
        Thread first = Thread.ofVirtual().unstarted(SlowToLoad::touch);
        List<Thread> others = IntStream.range(0, 3)
                .mapToObj(each -> Thread.ofVirtual().unstarted(SlowToLoad::touch))
                .toList();
        try (Carriers _ = Carriers.start(2, Duration.ofMillis(20), Duration.ofMillis(100))) {
            first.start();
            BEGUN.await();
            others.forEach(Thread::start);
            Thread release = Thread.ofVirtual().start(RELEASE::countDown);
            assertThat(release.join(LONG)).isTrue();
            assertThat(first.join(LONG)).isTrue();
            for (Thread other : others) {
                assertThat(other.join(LONG)).isTrue();
            }
            assertThat(scheduler.getParallelism()).isGreaterThan(2);
        } finally {
            RELEASE.countDown();
        }
    }

    private static final class SlowToLoad {
        static {
            BEGUN.countDown();
            try {
                assertThat(RELEASE.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
        }

        static void touch() {}
    }
}
