package io.belvedere.server.flight;

import java.time.Duration;

/**
 * How much the door takes from outside.
 *
 * @param connections at once; more are closed as they come
 */
public record FlightLimits(int connections) {
    /** Of one message; statements are far smaller. */
    static final int MESSAGE_BYTES_MAX = 16 << 20;

    /** Of the headers of one call. */
    static final int METADATA_BYTES_MAX = 32 << 10;

    static final int CALLS_PER_CONNECTION_MAX = 100;

    /** A client may open and break off so many calls in {@link #RESETS_SECONDS}; after more its connection is closed. */
    static final int RESETS_MAX = 200;

    static final int RESETS_SECONDS = 30;

    /** How much of a client's messages may be on its way on one connection, unread. */
    static final int INBOUND_WINDOW_BYTES = 1 << 20;

    /** What may wait in a stream for its client before the next batch is made. */
    static final int OUTBOUND_BYTES = 256 << 10;

    /** How long a connection may take for TLS and HTTP/2, and a call for its request. */
    static final Duration ARRIVAL_TIME = Duration.ofSeconds(10);

    /** A client that left without a word is noticed after these two. */
    static final Duration SILENT_TIME = Duration.ofSeconds(20);

    static final Duration ANSWER_TIME = Duration.ofSeconds(5);

    /** Longer than the longest deadline. */
    static final Duration IDLE_TIME = Duration.ofMinutes(11);

    /** How long a client may take to read a batch about the catalog. */
    static final Duration LISTING_TIME = Duration.ofSeconds(30);

    static final Duration TICKET_TIME = Duration.ofSeconds(60);

    /** Tickets that were used and could still be sent again. */
    static final int TICKETS_USED_MAX = 1_000_000;

    static final Duration PREPARED_TIME = Duration.ofMinutes(30);

    static final int PREPARED_PER_CALLER_MAX = 200;

    static final int PREPARED_MAX = 20_000;

    /** Of the values that are bound to one prepared statement, as text. */
    static final int VALUES_BYTES_MAX = 1 << 20;

    /** How long a password that was given once stands for its caller; it is looked at anew on every call. */
    static final Duration SESSION_TIME = Duration.ofHours(8);
}
