package io.belvedere.server.identity;

/**
 * Whether what a caller was let in by still holds. A query is looked after by it for as long as it runs.
 *
 * <p>Safe for use by many threads; never blocks.
 */
@FunctionalInterface
public interface Standing {
    /** Of callers whose credentials hold for as long as the server runs. */
    Standing LASTING = () -> State.HOLDS;

    /** What is known now. */
    State state();

    /** What may be known. */
    enum State {
        HOLDS,
        /** It ended, and does not come back. */
        ENDED,
        /** Nobody could say for too long. */
        UNKNOWN
    }
}
