package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.calcite.plan.Context;
import org.apache.calcite.plan.Contexts;
import org.apache.calcite.util.CancelFlag;

/**
 * How long one plan may take. Calcite's planners poll the flag; our own passes call {@link #check}. Whoever opened it closes it.
 */
final class PlanningClock implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(5);

    private final AtomicBoolean late = new AtomicBoolean();
    private final long end;
    private final Thread watch;

    PlanningClock(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
        watch = Thread.ofVirtual().name("planning-limit").start(() -> {
            try {
                Thread.sleep(limit);
                late.set(true);
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            }
        });
    }

    Context context() {
        return Contexts.of(new CancelFlag(late));
    }

    boolean isLate() {
        return late.get() || System.nanoTime() - end > 0;
    }

    void check() {
        if (isLate()) {
            throw PLAN_REFUSED.error("The query is too large to be planned within " + LIMIT.toSeconds() + " seconds.");
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
