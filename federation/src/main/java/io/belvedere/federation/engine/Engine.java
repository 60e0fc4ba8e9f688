package io.belvedere.federation.engine;

/** Joins what spans sources. Safe for use by many threads; whoever makes one closes it. */
public interface Engine extends AutoCloseable {
    /**
     * Opens an empty database for one query, which no other query can see. Whoever opens it closes it.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code OVERLOADED} when all are in use
     */
    EngineSession open();

    @Override
    void close();
}
