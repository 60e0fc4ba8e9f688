package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.policy.PolicyGate;
import io.belvedere.server.catalog.FolderWatch;
import io.belvedere.server.catalog.PublishedCatalog;
import io.belvedere.server.pipeline.RunningQueries;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The start and the end of the server, in order. */
@Singleton
final class Lifecycle {
    private final Settings settings;
    private final Instance<PublishedCatalog> catalog;
    private final Instance<RunningQueries> queries;
    private final Instance<PolicyGate> policy;
    private final Instance<AuditLog> audit;
    // Set once at the start, by the thread that starts the server.
    private Optional<FolderWatch> watch = Optional.empty();

    Lifecycle(
            Settings settings,
            Instance<PublishedCatalog> catalog,
            Instance<RunningQueries> queries,
            Instance<PolicyGate> policy,
            Instance<AuditLog> audit) {
        this.settings = settings;
        this.catalog = catalog;
        this.queries = queries;
        this.policy = policy;
        this.audit = audit;
    }

    /** Checks the rules before anything is opened. */
    void start(@Observes StartupEvent event) {
        StartRules.require(settings, ConfigUtils.getProfiles());
        catalog.get().refresh();
        watch = Optional.of(FolderWatch.start(settings.catalog().reloadInterval(), catalog.get(), () -> {}));
    }

    /** Lets running queries end, then closes what they used; the log last, because their outcomes go there. */
    void stop(@Observes ShutdownEvent event) {
        if (watch.isEmpty()) {
            return;
        }
        watch.get().close();
        queries.get().drain(settings.limits().drain());
        queries.get().close();
        policy.get().close();
        audit.get().close();
    }
}
