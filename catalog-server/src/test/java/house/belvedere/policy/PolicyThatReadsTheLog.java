package house.belvedere.policy;

import house.belvedere.audit.AuditThatUsesACache;
import house.belvedere.model.Named;

/** Breaks: policy depends on the model alone. With the model's fixture it also closes a cycle. */
public final class PolicyThatReadsTheLog implements Named {
    AuditThatUsesACache log() {
        return new AuditThatUsesACache();
    }
}
