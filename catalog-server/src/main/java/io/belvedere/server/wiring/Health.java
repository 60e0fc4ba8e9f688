package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.server.catalog.PublishedPolicy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** When the server is ready: the catalog is loaded, policy decides, records can be written, and the planner is warm. */
@Singleton
final class Health {
    private final PublishedPolicy policy;
    private final AuditLog audit;
    private final WarmUp warmUp;

    Health(PublishedPolicy policy, AuditLog audit, WarmUp warmUp) {
        this.policy = policy;
        this.audit = audit;
        this.warmUp = warmUp;
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

    private static HealthCheckResponse check(String name, boolean up) {
        return HealthCheckResponse.named(name).status(up).build();
    }
}
