package io.belvedere.federation.source;

import io.belvedere.model.SourceName;

/**
 * Is told what happens at the sources, as it happens, so that somebody can count it. Learns names from the catalog and words from
 * a closed list, never a statement, a value or a caller.
 *
 * <p>Called by many threads, some of them with a statement in hand: must not block and must not throw.
 */
@FunctionalInterface
public interface SourceObserver {
    /** Nobody watches. */
    SourceObserver NONE = (_, _, _) -> {};

    /**
     * @param shard the shard's name in the catalog
     */
    void happened(SourceName source, String shard, Event event);

    /** What can happen at a shard. */
    enum Event {
        /** A new connection was made. */
        CONNECTED,
        /** The source did not take our credentials. */
        CREDENTIALS_REFUSED,
        /** A statement is sent a second time. */
        RETRIED,
        /** A statement would have been sent again, and the budget of retries is spent. */
        RETRY_REFUSED,
        /** All connections stayed in use for as long as a statement may wait. */
        BULKHEAD_FULL,
        /** The shard is not asked for a while. */
        BREAKER_OPENED,
        /** The pause is over; single statements try it. */
        BREAKER_PROBING,
        /** The shard is asked again like any other. */
        BREAKER_CLOSED,
        /** A statement was stopped by asking the source. */
        CANCEL_ASKED,
        /** A statement was stopped by ending its session at the source. */
        SESSION_KILLED,
        /** A statement was stopped by closing its socket; the source may not have noticed. */
        SOCKET_CLOSED,
        /** A statement of ours may still run at the source though its query is over. */
        ZOMBIE_SUSPECTED,
        /** A statement of ours that outlived its query was found at the source and ended. */
        ZOMBIE_ENDED
    }
}
