package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.identity.Authenticated;
import io.belvedere.server.identity.BearerAuthentication;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.Request;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.RequestScoped;
import java.time.Duration;
import java.util.Optional;

/** The HTTP request at hand as the pipeline's request: an id of its own, the caller, where it came from. */
@RequestScoped
class CurrentRequest {
    private final SecurityIdentity identity;
    private final HttpServerRequest http;
    private final QueryIds ids;
    private Optional<QueryId> queryId = Optional.empty();

    CurrentRequest(SecurityIdentity identity, HttpServerRequest http, QueryIds ids) {
        this.identity = identity;
        this.http = http;
        this.ids = ids;
    }

    /** The id, once the request has one. */
    Optional<QueryId> queryId() {
        return queryId;
    }

    /** Who asks; empty where nobody has to say so. */
    Optional<Caller> caller() {
        return identity.isAnonymous()
                ? Optional.empty()
                : Optional.of(BearerAuthentication.authenticated(identity).caller());
    }

    Request begin(Optional<String> purpose, Optional<Duration> timeout) {
        return begin(purpose, timeout, Optional.empty());
    }

    Request begin(Optional<String> purpose, Optional<Duration> timeout, Optional<String> breakGlass) {
        if (timeout.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
            throw REQUEST_INVALID.error("A timeout is more than zero, for example PT10S.");
        }
        Authenticated authenticated = BearerAuthentication.authenticated(identity);
        QueryId id = ids.next();
        queryId = Optional.of(id);
        return new Request(
                id,
                authenticated.caller(),
                authenticated.standing(),
                purpose,
                breakGlass,
                timeout,
                Protocol.REST,
                remoteAddress(),
                Optional.ofNullable(http.getHeader("traceparent")));
    }

    Request begin() {
        return begin(Optional.empty(), Optional.empty());
    }

    private Optional<String> remoteAddress() {
        return Optional.ofNullable(http.remoteAddress()).map(address -> String.valueOf(address.hostAddress()));
    }
}
