package house.belvedere.cache;

import house.belvedere.federation.FederationThatServes;

/** Breaks: cache depends on policy and the model. */
public final class CacheThatPlans {
    FederationThatServes federation() {
        return new FederationThatServes();
    }
}
