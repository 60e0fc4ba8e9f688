package io.belvedere.audit.verify;

/**
 * What was read of the log of one start.
 *
 * @param origin what the log calls itself; empty when no record could be read
 * @param records how many records are verified, from the first on
 * @param from the time of the first record, as written
 * @param to the time of the last verified record, as written
 * @param state how the log ends
 */
public record LogSummary(String origin, long records, String from, String to, State state) {
    /** How a log ends. */
    public enum State {
        /** With its closing record. */
        CLOSED,
        /** Without one: it is being written, or its writer stopped without closing it. */
        OPEN,
        /** Without one, and a later start took it up. */
        CRASHED,
        /** Before its end, at something that is not as it should be. */
        BROKEN
    }
}
