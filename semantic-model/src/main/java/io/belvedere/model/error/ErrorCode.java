package io.belvedere.model.error;

import org.jspecify.annotations.Nullable;

/**
 * A stable word for one kind of failure, implemented by one enum per module.
 *
 * <p>A code is never renamed and never re-used. The enum constant's name is the word on the wire.
 */
public interface ErrorCode {
    /** The stable word, for example {@code VIEW_NOT_FOUND}. */
    String name();

    /** The HTTP status that answers it. */
    int status();

    /** Who can do something about it. */
    Audience audience();

    /** Whether the same request may succeed later. */
    Retry retry();

    /** One short sentence for people, the same for every occurrence. */
    String title();

    /** A new exception of this code. The message says what, on what, what next; never a value. */
    default BelvedereException error(String message) {
        return new BelvedereException(this, message, null);
    }

    /** As {@link #error(String)}, keeping the cause for the operator's log. */
    default BelvedereException error(String message, @Nullable Throwable cause) {
        return new BelvedereException(this, message, cause);
    }

    /** Who can act on an error. */
    enum Audience {
        CALLER,
        STEWARD,
        OPERATOR
    }

    /** Whether a retry of the same request can help. */
    enum Retry {
        NEVER,
        LATER
    }
}
