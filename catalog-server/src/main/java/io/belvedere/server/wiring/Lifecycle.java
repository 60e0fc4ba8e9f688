package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.source.Sources;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.server.catalog.FolderWatch;
import io.belvedere.server.catalog.PublishedCatalog;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.pipeline.RunningQueries;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The start and the end of the server, in order. Parts are made lazily, so nothing is opened before the rules hold. */
@Singleton
final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);

    private final Settings settings;
    private final Instance<Object> parts;
    // Set once at the start, by the thread that starts the server.
    private Optional<FolderWatch> watch = Optional.empty();

    Lifecycle(Settings settings, @jakarta.enterprise.inject.Any Instance<Object> parts) {
        this.settings = settings;
        this.parts = parts;
    }

    void start(@Observes StartupEvent event) {
        StartRules.require(settings, ConfigUtils.getProfiles());
        PublishedPolicy policy = part(PublishedPolicy.class);
        PublishedCatalog catalog = part(PublishedCatalog.class);
        policy.start();
        catalog.refresh();
        part(WarmUp.class).start();
        watch = Optional.of(FolderWatch.start(settings.catalog().reloadInterval(), catalog, policy));
    }

    /** Lets running queries end, then closes what they used; the log last, because their outcomes go there. */
    void stop(@Observes ShutdownEvent event) {
        if (watch.isEmpty()) {
            return;
        }
        watch.get().close();
        part(RunningQueries.class).drain(settings.limits().drain());
        List.<AutoCloseable>of(
                        part(RunningQueries.class),
                        part(Runner.class),
                        part(Engine.class),
                        part(Sources.class),
                        part(QueryMemory.class),
                        part(WasmPolicyGate.class),
                        part(AuditLog.class))
                .forEach(Lifecycle::close);
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
