package house.belvedere.cache;

import house.belvedere.federation.FederationThatServes;

/** Breaks: cache depends on the model alone. */
public final class CacheThatPlans {
    FederationThatServes federation() {
        return new FederationThatServes();
    }
}
