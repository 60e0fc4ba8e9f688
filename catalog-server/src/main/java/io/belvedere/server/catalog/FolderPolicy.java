package io.belvedere.server.catalog;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.PolicyBundle;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.WasmPolicyGate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The policy of a folder in the gate that decides with it: an edit is checked as a whole and takes the place of the policy before at
 * once, or not at all. One thread loads; any thread may ask.
 */
public final class FolderPolicy implements PublishedPolicy {
    private static final Logger LOG = Logger.getLogger(FolderPolicy.class);

    private final WasmPolicyGate gate;
    private final Path folder;
    private final AuditLog audit;
    private volatile List<Diagnostic> problems = List.of();
    // Owned by the loading thread.
    private Optional<FolderState> seen = Optional.empty();

    /** Never throws: where the policy is broken its gate refuses every question. */
    public FolderPolicy(Path folder, AuditLog audit) {
        this.gate = WasmPolicyGate.open(Optional.of(folder));
        this.folder = folder;
        this.audit = audit;
    }

    @Override
    public PolicyGate gate() {
        return gate;
    }

    @Override
    public String engine() {
        return "opa-wasm";
    }

    @Override
    public List<Diagnostic> problems() {
        return problems;
    }

    @Override
    public void start() {
        seen = Optional.of(FolderState.load(folder, PolicyBundle.FILES));
        problems = PolicyBundle.check(folder);
        problems.forEach(problem -> LOG.errorf("policy: %s; nothing is answered until it is mended", problem));
        audit.note(new AdminRecord("policy_change", Map.of("revision", gate.revision())));
        LOG.infof("Policy: %s", gate.revision());
    }

    /** A good change decides from now on, a broken one leaves the policy before in its place. */
    @Override
    public void refresh() {
        FolderState state = FolderState.load(folder, PolicyBundle.FILES);
        if (seen.filter(state::equals).isPresent()) {
            return;
        }
        List<Diagnostic> found = PolicyBundle.check(folder);
        if (found.isEmpty()) {
            activate();
        } else {
            found.forEach(problem -> LOG.errorf("policy: %s; the policy before goes on deciding", problem));
        }
        problems = found;
        seen = Optional.of(state);
    }

    private void activate() {
        String before = gate.revision();
        try {
            gate.activate(PolicyBundle.read(folder));
        } catch (BelvedereException broken) {
            LOG.errorf(
                    "%s %s The policy before goes on deciding.", broken.code().name(), broken.detail());
            return;
        }
        String after = gate.revision();
        if (!after.equals(before)) {
            audit.note(new AdminRecord("policy_change", Map.of("before", before, "revision", after)));
            LOG.infof("Policy: %s", after);
        }
    }

    @Override
    public void close() {
        gate.close();
    }
}
