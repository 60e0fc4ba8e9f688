package house.belvedere.audit;

import house.belvedere.cache.CacheThatPlans;

/** Breaks: audit depends on the model alone. */
public final class AuditThatUsesACache {
    CacheThatPlans cache() {
        return new CacheThatPlans();
    }
}
