package io.belvedere.server.wiring;

import io.belvedere.audit.AuditLog;
import io.belvedere.policy.BundleCheck;
import io.belvedere.policy.OpaAddress;
import io.belvedere.server.catalog.BundlePolicy;
import io.belvedere.server.catalog.FolderPolicy;
import io.belvedere.server.catalog.OpaPolicy;
import io.belvedere.server.catalog.PublishedPolicy;
import io.belvedere.server.pipeline.Caches;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.telemetry.Metrics;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;

/** The object graph of what decides. */
@Singleton
final class PolicyWiring {
    @Produces
    @Singleton
    PublishedPolicy policy(Settings settings, AuditLog audit, Metrics metrics) {
        Settings.PolicySettings policy = settings.policy();
        if (policy.bundle().address().isPresent()) {
            return bundle(policy.bundle(), audit, metrics);
        }
        return policy.opa().address().isPresent()
                ? server(
                        new OpaAddress(
                                policy.opa().address().get(), policy.opa().tokenFile()),
                        audit,
                        metrics)
                : new FolderPolicy(policy.folder().orElseThrow(), audit);
    }

    private static OpaPolicy server(OpaAddress address, AuditLog audit, Metrics metrics) {
        OpaPolicy policy = new OpaPolicy(address, audit);
        metrics.state(
                "belvedere.policy.servers.agree",
                "Whether the servers behind the policy's address hold the same policy: 1 or 0",
                () -> !policy.serversDisagree());
        return policy;
    }

    private static BundlePolicy bundle(Settings.BundleSettings settings, AuditLog audit, Metrics metrics) {
        BundlePolicy policy =
                new BundlePolicy(StartRules.bundle(settings), settings.pollInterval(), settings.warnAge(), audit);
        metrics.gauge(
                "belvedere.policy.bundle.age.seconds",
                "How long ago the bundle's server said that the policy is the newest",
                policy::ageSeconds);
        for (BundleCheck.Reason reason : BundleCheck.Reason.values()) {
            metrics.counted(
                    "belvedere.policy.bundle.kept",
                    "Checks after which the policy before went on deciding",
                    Map.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                    () -> policy.kept(reason));
        }
        return policy;
    }

    @Produces
    @Singleton
    RecentDecisions decisions(PublishedPolicy policy, Metrics metrics, Caches caches) {
        metrics.state(
                "belvedere.policy.available",
                "Whether policy decides: 1 or 0",
                () -> policy.gate().problem().isEmpty());
        RecentDecisions decisions = new RecentDecisions(policy.gate());
        caches.add(decisions.cache());
        return decisions;
    }
}
