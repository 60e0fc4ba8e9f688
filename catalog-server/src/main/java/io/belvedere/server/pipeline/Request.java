package io.belvedere.server.pipeline;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import java.time.Duration;
import java.util.Optional;

/**
 * What every door knows of a request before it is looked at.
 *
 * @param id made by the door, unique
 * @param purpose what the caller says the data is for
 * @param breakGlass why the caller asks for more than their work takes; empty for a request like any other
 * @param traceparent the trace the caller wants the request to be part of, as W3C's header says it; not checked
 * @param timeout how long the caller wants to wait at most; empty for the server's default
 */
public record Request(
        QueryId id,
        Caller caller,
        Optional<String> purpose,
        Optional<String> breakGlass,
        Optional<Duration> timeout,
        Protocol protocol,
        Optional<String> remoteAddress,
        Optional<String> traceparent) {
    public static final int PURPOSE_LENGTH_MAX = 200;
    public static final int BREAK_GLASS_LENGTH_MAX = 200;

    public Request {
        if (purpose.filter(text -> text.length() > PURPOSE_LENGTH_MAX).isPresent()) {
            throw new IllegalArgumentException("a purpose has at most " + PURPOSE_LENGTH_MAX + " characters");
        }
    }
}
