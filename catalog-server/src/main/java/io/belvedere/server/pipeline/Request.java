package io.belvedere.server.pipeline;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.audit.DecisionRecord.Handles;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.identity.Standing;
import java.time.Duration;
import java.util.Optional;

/**
 * What every door knows of a request before it is looked at.
 *
 * @param id made by the door, unique
 * @param standing whether what the caller was let in by still holds; looked at while the query runs
 * @param purpose what the caller says the data is for
 * @param breakGlass why the caller asks for more than their work takes; empty for a request like any other
 * @param traceparent the trace the caller wants the request to be part of, as W3C's header says it; not checked
 * @param timeout how long the caller wants to wait at most; empty for the server's default
 * @param handles what it was sent with in place of words, for the audit log
 */
public record Request(
        QueryId id,
        Caller caller,
        Standing standing,
        Optional<String> purpose,
        Optional<String> breakGlass,
        Optional<Duration> timeout,
        Protocol protocol,
        Optional<String> remoteAddress,
        Optional<String> traceparent,
        Handles handles) {
    public static final int PURPOSE_LENGTH_MAX = 200;
    public static final int BREAK_GLASS_LENGTH_MAX = 200;

    public Request {
        purpose.ifPresent(text -> requireWords(text, "A purpose", PURPOSE_LENGTH_MAX));
        breakGlass.ifPresent(text -> requireWords(text, "A reason to break the glass", BREAK_GLASS_LENGTH_MAX));
    }

    /** A request that says everything by itself. */
    public Request(
            QueryId id,
            Caller caller,
            Standing standing,
            Optional<String> purpose,
            Optional<String> breakGlass,
            Optional<Duration> timeout,
            Protocol protocol,
            Optional<String> remoteAddress,
            Optional<String> traceparent) {
        this(id, caller, standing, purpose, breakGlass, timeout, protocol, remoteAddress, traceparent, Handles.NONE);
    }

    /** The same request, sent with these. */
    public Request with(Handles sent) {
        return new Request(
                id, caller, standing, purpose, breakGlass, timeout, protocol, remoteAddress, traceparent, sent);
    }

    /** These words are shown to people who look for wrong use: nothing in them may move, hide or break what is shown around them. */
    private static void requireWords(String text, String what, int lengthMax) {
        if (text.isBlank() || text.length() > lengthMax) {
            throw REQUEST_INVALID.error(what + " has 1 to " + lengthMax + " characters.");
        }
        if (text.codePoints().anyMatch(Request::doesNotShow)) {
            throw REQUEST_INVALID.error(what + " holds no control character and nothing else that does not show.");
        }
    }

    private static boolean doesNotShow(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
