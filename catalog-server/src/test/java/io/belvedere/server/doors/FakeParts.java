package io.belvedere.server.doors;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.federation.plan.UnplannedPlans;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.server.pipeline.Walk;
import io.belvedere.server.wiring.Settings;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What the door tests replace: sources by rows out of nothing, and the log by one that can fail. All else is real. */
@Singleton
final class FakeParts {
    /** How long planning takes. */
    static volatile Duration planning = Duration.ZERO;

    /** Planning goes on until this is open, however long it takes. */
    static volatile CountDownLatch planned = new CountDownLatch(0);

    private static void pause() {
        try {
            Thread.sleep(planning);
            planned.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    Clock clock() {
        return new SteppedClock();
    }

    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    Walk walk(Clock clock) {
        Weaver weaver = new Weaver();
        return new Walk(
                new QueryResolver(clock)::resolve,
                weaver::describe,
                weaver::weave,
                (query, _) -> UnplannedPlans.of(query),
                (query, decision, atHand) -> {
                    pause();
                    return UnplannedPlans.of(weaver.weave(query, decision, atHand));
                },
                (plan, _, context) -> FakeRows.open(plan, context));
    }

    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    AuditLog audit(Settings settings, Clock clock) {
        return RecordingAudit.over(
                new AuditSettings(settings.audit().folder(), "belvedere.local", "n1", "test", clock, Map.of()));
    }
}
