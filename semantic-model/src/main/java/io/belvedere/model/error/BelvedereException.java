package io.belvedere.model.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of Belvedere: a code, a message that is safe to show its audience, and a cause for the log.
 *
 * <p>The message never holds row values, literals, tokens, SQL of a source or a vendor's text; the cause may, and stays on
 * the server.
 */
public final class BelvedereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;

    BelvedereException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** The message, which is never absent. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
