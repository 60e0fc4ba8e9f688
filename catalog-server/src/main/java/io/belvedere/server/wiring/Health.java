package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.pipeline.RunningQueries;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** When the server is ready: the catalog is loaded, policy decides, records can be written, and the planner is warm. */
@Singleton
final class Health {
    private final PublishedPolicy policy;
    private final AuditLog audit;
    private final WarmUp warmUp;
    private final SourceRights rights;
    private final RunningQueries queries;

    Health(PublishedPolicy policy, AuditLog audit, WarmUp warmUp, SourceRights rights, RunningQueries queries) {
        this.policy = policy;
        this.audit = audit;
        this.warmUp = warmUp;
        this.rights = rights;
        this.queries = queries;
    }

    /** Down before the first query is turned away, whatever else the framework does at the same time. */
    @Produces
    @Readiness
    @Singleton
    HealthCheck staying() {
        return () -> check("not stopping", !queries.isStopping());
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck policy() {
        return () -> check("policy", policy.gate().problem().isEmpty());
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck audit() {
        return () -> check("audit", audit.available());
    }

    @Produces
    @Readiness
    @Singleton
    HealthCheck warm() {
        return () -> check("catalog and planner", warmUp.done());
    }

    /** A source that is down is no reason not to serve the others; one that its role may write to is. */
    @Produces
    @Readiness
    @Singleton
    HealthCheck sourceRights() {
        return () -> check("source roles only read", rights.safe());
    }

    /** What an orchestrator waits for before it asks anything else. */
    @Produces
    @Startup
    @Singleton
    HealthCheck started() {
        return () -> check("catalog and planner", warmUp.done());
    }

    private static HealthCheckResponse check(String name, boolean up) {
        return HealthCheckResponse.named(name).status(up).build();
    }
}
