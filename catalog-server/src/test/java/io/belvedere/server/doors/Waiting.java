package io.belvedere.server.doors;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what must come true, for as long as a slow machine may take. */
final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Waiting() {}

    static void until(String what, Callable<Boolean> holds) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            if (System.nanoTime() > giveUp) {
                throw new AssertionError("it did not come true that " + what);
            }
            Thread.sleep(20);
        }
    }
}
