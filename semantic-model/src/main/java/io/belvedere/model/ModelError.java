package io.belvedere.model;

import io.belvedere.model.error.ErrorCode;

/** What can fail in this module beyond a single file, whose problems are diagnostics. */
public enum ModelError implements ErrorCode {
    /** The catalog folder is not there or cannot be listed. */
    CATALOG_UNREADABLE(503, Audience.OPERATOR, Retry.LATER, "The catalog folder cannot be read.");

    private final int status;
    private final Audience audience;
    private final Retry retry;
    private final String title;

    ModelError(int status, Audience audience, Retry retry, String title) {
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
