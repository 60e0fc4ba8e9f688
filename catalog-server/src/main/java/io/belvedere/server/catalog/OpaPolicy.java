package io.belvedere.server.catalog;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.OpaAddress;
import io.belvedere.policy.OpaServerGate;
import io.belvedere.policy.PolicyGate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The policy of an OPA server. What it decides with is its own affair; that it changed is noted here. */
public final class OpaPolicy implements PublishedPolicy {
    private static final Logger LOG = Logger.getLogger(OpaPolicy.class);

    private final OpaServerGate gate;
    private final AuditLog audit;
    // Owned by the loading thread.
    private Optional<String> noted = Optional.empty();
    private boolean failing;
    private boolean disagreeing;

    public OpaPolicy(OpaAddress address, AuditLog audit) {
        this.gate = OpaServerGate.open(address);
        this.audit = audit;
    }

    @Override
    public PolicyGate gate() {
        return gate;
    }

    @Override
    public String engine() {
        return "opa-server";
    }

    @Override
    public List<Diagnostic> problems() {
        return List.of();
    }

    @Override
    public void start() {
        refresh();
    }

    @Override
    public void refresh() {
        boolean fails = gate.problem().isPresent();
        if (fails != failing) {
            failing = fails;
            gate.problem()
                    .ifPresentOrElse(
                            problem -> LOG.errorf(
                                    "%s %s Nothing is answered until the policy server is back.",
                                    problem.code().name(), problem.detail()),
                            () -> LOG.info("The policy server answers again."));
        }
        noteDisagreement();
        String now = gate.revision();
        if (!fails && !disagreeing && !noted.equals(Optional.of(now))) {
            audit.note(new AdminRecord(
                    "policy_change",
                    noted.map(before -> Map.of("before", before, "revision", now))
                            .orElse(Map.of("revision", now))));
            LOG.infof("Policy: %s, of a server", now);
            noted = Optional.of(now);
        }
    }

    /** Whether servers behind the address hold several policies. */
    public boolean serversDisagree() {
        return gate.serversDisagree();
    }

    private void noteDisagreement() {
        boolean disagree = gate.serversDisagree();
        if (disagree == disagreeing) {
            return;
        }
        disagreeing = disagree;
        if (disagree) {
            audit.note(new AdminRecord("policy_alarm", Map.of("why", "servers_disagree", "revision", gate.revision())));
            LOG.error(
                    "The policy server answers with several revisions by turns: the servers behind its address do not hold the same policy.");
        } else {
            LOG.info("The policy server answers with one revision again.");
        }
    }

    @Override
    public void close() {
        gate.close();
    }
}
