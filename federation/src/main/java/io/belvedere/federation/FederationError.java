package io.belvedere.federation;

import io.belvedere.model.error.ErrorCode;

/** What can go wrong between a query's text and its last row. */
public enum FederationError implements ErrorCode {
    QUERY_INVALID(400, Audience.CALLER, Retry.NEVER, "The query is not valid."),
    UNSUPPORTED(400, Audience.CALLER, Retry.NEVER, "The query uses something that is not offered."),
    VIEW_NOT_FOUND(404, Audience.CALLER, Retry.NEVER, "There is no such view."),
    PLAN_REFUSED(422, Audience.STEWARD, Retry.NEVER, "The query could not be planned safely."),
    PUSHDOWN_REQUIRED(422, Audience.CALLER, Retry.NEVER, "A view wants a table to be filtered where it stands."),
    DATA_ERROR(422, Audience.CALLER, Retry.NEVER, "A value in the data does not fit the query."),
    LIMIT_EXCEEDED(422, Audience.CALLER, Retry.NEVER, "The query goes past a limit."),
    SOURCE_UNAVAILABLE(503, Audience.OPERATOR, Retry.LATER, "A source does not answer."),
    SCHEMA_DRIFT(503, Audience.STEWARD, Retry.NEVER, "A source no longer matches its definition."),
    TIMED_OUT(504, Audience.CALLER, Retry.LATER, "The query took longer than its deadline."),
    CANCELLED(499, Audience.CALLER, Retry.NEVER, "The query was cancelled."),
    MASK_KEY_MISSING(503, Audience.OPERATOR, Retry.LATER, "A mask needs a key that the server does not have."),
    OVERLOADED(503, Audience.CALLER, Retry.LATER, "Too much is being asked at once."),
    DIMENSION_REFUSED(503, Audience.STEWARD, Retry.LATER, "What a source gave for a dimension cannot be kept."),
    ENGINE_FAILED(500, Audience.OPERATOR, Retry.LATER, "The join engine failed.");

    private final int status;
    private final Audience audience;
    private final Retry retry;
    private final String title;

    FederationError(int status, Audience audience, Retry retry, String title) {
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
