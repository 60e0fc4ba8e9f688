package io.belvedere.federation.source;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps queries from waiting for a shard that is known to be down: after {@value #FAILURES_MAX} failures of its infrastructure in
 * a row nobody asks it for a while, then one asks again. Safe for use by many threads.
 */
final class Breaker {
    static final int FAILURES_MAX = 5;
    /** Two wrong passwords in a row are enough: a third may lock the account. */
    static final int REFUSED_CREDENTIALS_MAX = 2;

    static final Duration OPEN = Duration.ofSeconds(5);
    static final Duration OPEN_AFTER_CREDENTIALS = Duration.ofSeconds(60);

    private final LongSupplier nanoTime;
    // Guarded by this.
    private int failures;
    private int refusedCredentials;
    private boolean open;
    private long openUntil;

    Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether the shard may be asked. When the pause is over, one caller is let through and the pause starts again. */
    synchronized boolean admits() {
        if (!open) {
            return true;
        }
        if (nanoTime.getAsLong() - openUntil < 0) {
            return false;
        }
        openFor(OPEN);
        return true;
    }

    synchronized void succeeded() {
        failures = 0;
        refusedCredentials = 0;
        open = false;
    }

    synchronized void failed(SourceFailures.Kind kind) {
        switch (kind) {
            case INFRASTRUCTURE -> {
                if (++failures >= FAILURES_MAX) {
                    openFor(OPEN);
                }
            }
            case CREDENTIALS -> {
                if (++refusedCredentials >= REFUSED_CREDENTIALS_MAX) {
                    openFor(OPEN_AFTER_CREDENTIALS);
                }
            }
            // The source answered: it is up.
            case CONTENTION, TIMEOUT, DATA, DRIFT -> succeeded();
        }
    }

    private void openFor(Duration pause) {
        open = true;
        openUntil = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(pause.toMillis());
    }
}
