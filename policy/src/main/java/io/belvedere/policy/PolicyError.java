package io.belvedere.policy;

import io.belvedere.model.error.ErrorCode;

/** What can go wrong when policy is asked. Each gives no rows. */
public enum PolicyError implements ErrorCode {
    /** There was no answer in time, or there is no policy to ask. */
    POLICY_UNAVAILABLE(503, Retry.LATER, "Policy did not answer"),
    /** The answer leaves something open: a view, a column or a rule is missing, unknown or ill-typed. */
    POLICY_INVALID(503, Retry.NEVER, "Policy gave an answer that cannot be used"),
    /** A file of the policy folder is broken; what served before goes on serving. */
    POLICY_FILE_INVALID(500, Retry.NEVER, "A policy file is broken");

    private final int status;
    private final Retry retry;
    private final String title;

    PolicyError(int status, Retry retry, String title) {
        this.status = status;
        this.retry = retry;
        this.title = title;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Audience audience() {
        return Audience.OPERATOR;
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
