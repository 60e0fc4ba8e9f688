package io.belvedere.audit;

import io.belvedere.model.error.ErrorCode;

/** What can go wrong when evidence is kept. */
public enum AuditError implements ErrorCode {
    AUDIT_UNAVAILABLE(503, Audience.OPERATOR, Retry.LATER, "The audit log cannot take a record.");

    private final int status;
    private final Audience audience;
    private final Retry retry;
    private final String title;

    AuditError(int status, Audience audience, Retry retry, String title) {
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
