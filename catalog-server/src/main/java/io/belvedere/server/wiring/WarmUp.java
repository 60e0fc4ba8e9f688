package io.belvedere.server.wiring;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.SafeTrace;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Work that makes the first query as fast as the next: runs once, on a thread of its own, before the server says that it is ready.
 * A step that fails is logged and skipped: being cold is slow, not wrong.
 */
final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    private final List<Runnable> steps;
    private volatile boolean done;

    WarmUp(List<Runnable> steps) {
        this.steps = List.copyOf(steps);
    }

    void start() {
        Thread.ofPlatform().daemon().name("belvedere-warm-up").start(() -> {
            try {
                steps.forEach(WarmUp::step);
            } finally {
                done = true;
            }
        });
    }

    boolean done() {
        return done;
    }

    private static void step(Runnable step) {
        try {
            step.run();
        } catch (BelvedereException expected) {
            LOG.debugf("A step of the warm-up ended with %s.", expected.code().name());
        } catch (RuntimeException failure) {
            LOG.warnf("A step of the warm-up failed.%s", SafeTrace.of(failure));
        }
    }
}
