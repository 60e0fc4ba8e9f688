package io.belvedere.server.wiring;

import io.belvedere.model.access.Protocol;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.flight.FlightDoor;
import io.belvedere.server.flight.FlightLimits;
import io.belvedere.server.http.ExplainedRows;
import io.belvedere.server.identity.CallerAuthentication;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.telemetry.Metrics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The object graph of the Flight SQL door. */
@Singleton
final class FlightWiring {
    private static final int REJECTIONS_AT_ONCE = 32;

    @Produces
    @Singleton
    FlightDoor door(
            Settings settings,
            QueryPipeline pipeline,
            RunningQueries queries,
            QueryIds ids,
            CallerAuthentication callers,
            ExplainedRows explained,
            Metrics metrics,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        Settings.FlightSettings flight = settings.flight();
        FlightDoor door = new FlightDoor(
                new FlightDoor.Place(
                        flight.host(),
                        flight.port(),
                        flight.certificate()
                                .flatMap(certificate ->
                                        flight.key().map(key -> new FlightDoor.Identity(certificate, key)))),
                new FlightLimits(flight.connections()),
                new FlightDoor.Parts(
                        pipeline, queries, ids, callers, rejected(pipeline, ids), explained, version, clock));
        metrics.gauge("belvedere.flight.connections", "Connections of clients of Flight SQL", door::connections)
                .gauge(
                        "belvedere.flight.memory.bytes",
                        "Memory of messages of Flight SQL on their way",
                        () -> Math.toIntExact(door.bytes()));
        return door;
    }

    /** So many strangers at once are recorded; the others get the same answer. */
    private static FlightDoor.Rejected rejected(QueryPipeline pipeline, QueryIds ids) {
        Semaphore recording = new Semaphore(REJECTIONS_AT_ONCE);
        return (remote, why) -> {
            if (recording.tryAcquire()) {
                try {
                    pipeline.reject(ids.next(), Protocol.FLIGHT, remote, why.code());
                } catch (BelvedereException unavailable) {
                    // Nothing is answered but the refusal, which needs no record to be safe.
                    return;
                } finally {
                    recording.release();
                }
            }
        };
    }
}
