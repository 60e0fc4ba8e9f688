package io.belvedere.server.wiring;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jboss.logging.Logger;

/**
 * Sees to it that virtual threads always have a carrier to go on with.
 *
 * <p>A virtual thread that loads a class, or waits for another that initialises one, keeps its carrier (JEP 491, "remaining cases"). When all
 * carriers are kept by threads that wait for a class loader's lock, and the holder of the lock is a virtual thread without a carrier, nothing
 * goes on for good; with two processors that takes two threads. So there are more carriers than processors from the start, and where a
 * virtual thread does not run for {@code patience}, more are added, up to what the JVM was started with
 * ({@code jdk.virtualThreadScheduler.maxPoolSize}). Carriers beyond the processors cost a stack each and are left idle.
 */
final class Carriers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Carriers.class);

    /** Kept carriers that are bridged without waiting. */
    private static final int SPARE = 14;

    /** The JDK's own bound where none is set. */
    private static final int MOST = Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize", 256);

    private final VirtualThreadSchedulerMXBean scheduler;
    private final Duration interval;
    private final Duration patience;
    private final Thread watch;

    private Carriers(VirtualThreadSchedulerMXBean scheduler, Duration interval, Duration patience) {
        this.scheduler = scheduler;
        this.interval = interval;
        this.patience = patience;
        // Not a virtual thread: it would wait with those that it is here for.
        this.watch = Thread.ofPlatform().daemon().name("belvedere-carriers").unstarted(this::watch);
    }

    /** Adds the spare carriers and begins to watch; for the JVM, so once. */
    static Carriers start() {
        return start(Runtime.getRuntime().availableProcessors() + SPARE, Duration.ofSeconds(1), Duration.ofSeconds(2));
    }

    static Carriers start(int carriers, Duration interval, Duration patience) {
        Carriers started = new Carriers(
                ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class), interval, patience);
        started.scheduler.setParallelism(Math.min(MOST, Math.max(carriers, started.scheduler.getParallelism())));
        started.watch.start();
        return started;
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(interval);
                CountDownLatch ran = new CountDownLatch(1);
                pulse(ran);
                while (!ran.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    add();
                    pulse(ran);
                }
            }
        } catch (InterruptedException ended) {
            // Closed.
        }
    }

    private void add() {
        int carriers = scheduler.getParallelism();
        if (carriers < MOST) {
            scheduler.setParallelism(Math.min(MOST, 2 * carriers));
            LOG.warnf("No virtual thread ran for %d ms; there were %d carriers.", patience.toMillis(), carriers);
        }
    }

    /**
     * The scheduler begins to use a carrier only when a task comes to an empty queue, and picks the queue by the thread that brings it: one that
     * has been waiting since before would keep those of the same thread from being seen.
     */
    private static void pulse(CountDownLatch ran) {
        var _ = Thread.ofPlatform().daemon().name("belvedere-pulse").start(() -> {
            var _ = Thread.ofVirtual().start(ran::countDown);
        });
    }

    /** Ends the watch; the carriers stay. */
    @Override
    public void close() {
        watch.interrupt();
    }
}
