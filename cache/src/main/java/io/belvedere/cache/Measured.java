package io.belvedere.cache;

import java.time.Duration;

/** A cache as operators see it: what it is called, what it counts, and how to empty it. Safe for use by many threads. */
public interface Measured {
    /** Lower-case words with hyphens; one cache of a server each. */
    String name();

    CacheCounts counts();

    /** For how long its oldest entry has been kept; zero when it is empty. Looks at every entry. */
    Duration oldest();

    /** Forgets everything; what is being loaded at that moment may still arrive for those who wait for it. */
    void clear();
}
