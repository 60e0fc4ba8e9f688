package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.Sources;
import io.belvedere.server.catalog.FolderWatch;
import io.belvedere.server.catalog.PublishedCatalog;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.flight.FlightDoor;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.telemetry.LogLines;
import io.belvedere.server.telemetry.Metrics;
import io.belvedere.server.telemetry.Traces;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** The start and the end of the server, in order. Parts are made lazily, so nothing is opened before the rules hold. */
@Singleton
final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);

    /** Less than {@code quarkus.shutdown.timeout}, after which connections are closed. */
    private static final Duration DRAIN_MAX = Duration.ofSeconds(50);

    private final Settings settings;
    private final Instance<Object> parts;
    private final Optional<Traces> traces;
    private final Thread drain = new Thread(this::drain, "belvedere-drain");
    // Set once at the start, by the thread that starts the server.
    private Optional<FolderWatch> watch = Optional.empty();
    private Optional<Thread> rights = Optional.empty();
    private Optional<LogLines> logs = Optional.empty();
    private Optional<Carriers> carriers = Optional.empty();

    Lifecycle(Settings settings, @jakarta.enterprise.inject.Any Instance<Object> parts, Optional<Traces> traces) {
        this.settings = settings;
        this.parts = parts;
        this.traces = traces;
    }

    void start(@Observes StartupEvent event) {
        carriers = Optional.of(Carriers.start());
        logs = Optional.of(part(LogLines.class));
        StartRules.require(settings, ConfigUtils.getProfiles(), PlainHttp.of(ConfigProvider.getConfig()));
        FileRules.require(settings);
        DoorRules.require(settings, ConfigProvider.getConfig());
        PublishedPolicy policy = part(PublishedPolicy.class);
        PublishedCatalog catalog = part(PublishedCatalog.class);
        policy.start();
        catalog.refresh();
        FileRules.require(catalog.current().sources());
        part(SourceRights.class).require();
        rights = Optional.of(part(SourceRights.class).watch());
        part(WarmUp.class).start();
        if (settings.flight().enabled()) {
            part(FlightDoor.class).start();
        }
        watch = Optional.of(FolderWatch.start(settings.catalog().reloadInterval(), catalog, policy, hashKeys()));
        Runtime.getRuntime().addShutdownHook(drain);
    }

    /**
     * Runs as soon as the process is told to stop, beside the framework's own end, which waits for the requests at hand and only then
     * closes their connections and calls {@link #stop}: so a query ends as drained and not as left by its client.
     */
    private void drain() {
        Duration patience = settings.limits().drain();
        part(RunningQueries.class).drain(patience.compareTo(DRAIN_MAX) > 0 ? DRAIN_MAX : patience);
    }

    /** Lets running queries end, then closes what they used; the log last, because their outcomes go there. */
    void stop(@Observes ShutdownEvent event) {
        if (watch.isEmpty()) {
            return;
        }
        watch.get().close();
        rights.ifPresent(Thread::interrupt);
        drain();
        List.<AutoCloseable>of(
                        part(FlightDoor.class),
                        part(RunningQueries.class),
                        part(Runner.class),
                        part(DimensionKeeper.class),
                        part(Engine.class),
                        part(Sources.class),
                        part(QueryMemory.class),
                        part(PublishedPolicy.class),
                        part(Metrics.class),
                        part(AuditLog.class))
                .forEach(Lifecycle::close);
        traces.ifPresent(Lifecycle::close);
        logs.ifPresent(Lifecycle::close);
        carriers.ifPresent(Lifecycle::close);
    }

    private List<HashKeyWatch> hashKeys() {
        return settings.masks().hashKeys().stream()
                .map(folder -> new HashKeyWatch(part(HashKeys.class), folder))
                .toList();
    }

    private <T> T part(Class<T> type) {
        return parts.select(type).get();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failure) {
            // One part that does not close must not keep the audit log from its closing record.
            LOG.warnf(
                    "%s did not close: %s",
                    part.getClass().getSimpleName(), failure.getClass().getName());
        }
    }
}
