package io.belvedere.federation.source;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many statements one server may send a source a second time: {@value #SHARE_PERCENT} % of the calls of the last
 * {@value #WINDOW_SECONDS} seconds and {@value #RESERVE} more, so that retries never become the load. Safe for use by many threads.
 */
final class RetryBudget {
    static final int SHARE_PERCENT = 10;
    static final int RESERVE = 3;
    static final int WINDOW_SECONDS = 10;

    private final LongSupplier nanoTime;
    // Guarded by this: one slot a second, with the second it counts.
    private final long[] seconds = new long[WINDOW_SECONDS];
    private final int[] calls = new int[WINDOW_SECONDS];
    private final int[] retries = new int[WINDOW_SECONDS];

    RetryBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized void called() {
        calls[slot()]++;
    }

    /** Takes one retry from the budget; false when there is none left. */
    synchronized boolean spend() {
        int now = slot();
        int called = 0;
        int retried = 0;
        for (int i = 0; i < WINDOW_SECONDS; i++) {
            if (seconds[now] - seconds[i] < WINDOW_SECONDS) {
                called += calls[i];
                retried += retries[i];
            }
        }
        if (retried >= called * SHARE_PERCENT / 100 + RESERVE) {
            return false;
        }
        retries[now]++;
        return true;
    }

    private int slot() {
        long second = nanoTime.getAsLong() / TimeUnit.SECONDS.toNanos(1);
        int slot = Math.floorMod(second, WINDOW_SECONDS);
        if (seconds[slot] != second) {
            seconds[slot] = second;
            calls[slot] = 0;
            retries[slot] = 0;
        }
        return slot;
    }
}
