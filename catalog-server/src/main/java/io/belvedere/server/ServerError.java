package io.belvedere.server;

import io.belvedere.model.error.ErrorCode;

/** What can go wrong at the doors, before and after the walk. */
public enum ServerError implements ErrorCode {
    REQUEST_INVALID(400, Audience.CALLER, Retry.NEVER, "The request is not valid."),
    NOT_AUTHENTICATED(401, Audience.CALLER, Retry.NEVER, "The request has no valid credentials."),
    ACCESS_ENDED(
            401, Audience.CALLER, Retry.NEVER, "What the caller was let in by ended while the query was under way."),
    FORBIDDEN(403, Audience.CALLER, Retry.NEVER, "The request is not allowed."),
    NOT_FOUND(404, Audience.CALLER, Retry.NEVER, "There is nothing here."),
    METHOD_NOT_ALLOWED(405, Audience.CALLER, Retry.NEVER, "The method is not offered here."),
    NOT_ACCEPTABLE(406, Audience.CALLER, Retry.NEVER, "None of the accepted formats is offered."),
    BODY_TOO_LARGE(413, Audience.CALLER, Retry.NEVER, "The request's body is too large."),
    URL_TOO_LONG(414, Audience.CALLER, Retry.NEVER, "The request's URL is too long."),
    MEDIA_TYPE_UNSUPPORTED(415, Audience.CALLER, Retry.NEVER, "The body's format is not offered."),
    TOO_MANY_QUERIES(429, Audience.CALLER, Retry.LATER, "The caller runs too many queries at once."),
    TOO_MANY_REQUESTS(429, Audience.CALLER, Retry.LATER, "The caller asks too fast."),
    QUOTA_EXCEEDED(429, Audience.CALLER, Retry.LATER, "The caller has taken what one may take in a day."),
    HEADERS_TOO_LARGE(431, Audience.CALLER, Retry.NEVER, "The request's headers are too large."),
    CLIENT_GONE(499, Audience.CALLER, Retry.LATER, "The client went away before the result was complete."),
    SLOW_READER(499, Audience.CALLER, Retry.LATER, "The client read too slowly."),
    DECISION_CHANGED(503, Audience.CALLER, Retry.LATER, "Policy answered otherwise while the query was under way."),
    IDENTITY_UNAVAILABLE(503, Audience.OPERATOR, Retry.LATER, "Nobody says whether the caller may still be let in."),
    SERVER_STOPPING(503, Audience.OPERATOR, Retry.LATER, "The server is stopping."),
    INTERNAL_ERROR(500, Audience.OPERATOR, Retry.LATER, "Something went wrong inside the server."),
    CONFIGURATION_INVALID(500, Audience.OPERATOR, Retry.NEVER, "The server's configuration is not valid.");

    private final int status;
    private final Audience audience;
    private final Retry retry;
    private final String title;

    ServerError(int status, Audience audience, Retry retry, String title) {
        this.status = status;
        this.audience = audience;
        this.retry = retry;
        this.title = title;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Audience audience() {
        return audience;
    }

    @Override
    public Retry retry() {
        return retry;
    }

    @Override
    public String title() {
        return title;
    }
}
