package io.belvedere.policy;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.view.ViewDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The one question for a whole request.
 *
 * @param purpose what the caller says the data is for
 * @param breakGlass why the caller asks for more than their work takes; empty for a request like any other
 * @param time the server's clock, because a policy has none of its own
 * @param views every view the request touches, those that views are built on included; each once
 */
public record PolicyRequest(
        Caller caller,
        Optional<String> purpose,
        Optional<String> breakGlass,
        Operation operation,
        Protocol protocol,
        Instant time,
        List<ViewDefinition> views) {
    /** A request that breaks no glass. */
    public PolicyRequest(
            Caller caller,
            Optional<String> purpose,
            Operation operation,
            Protocol protocol,
            Instant time,
            List<ViewDefinition> views) {
        this(caller, purpose, Optional.empty(), operation, protocol, time, views);
    }

    public PolicyRequest {
        views = List.copyOf(views);
        if (views.stream().map(ViewDefinition::id).distinct().count() != views.size()) {
            throw new IllegalArgumentException("a request names each view once");
        }
    }
}
