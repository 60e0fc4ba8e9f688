package io.belvedere.audit;

/**
 * A row condition with its values, in any form that is the same for the same condition. The log keeps only its HMAC under a
 * key of its own, so that the caller of the log holds no key and a reader cannot guess a value from a hash.
 */
public record RowValues(String condition) {
    /** Says nothing, so that no value reaches a message or a server log. */
    @Override
    public String toString() {
        return "RowValues[***]";
    }
}
