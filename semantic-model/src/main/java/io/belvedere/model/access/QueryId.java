package io.belvedere.model.access;

import java.util.UUID;

/** The id of one request: a UUID version 7 (RFC 9562), so that ids sort by time. */
public record QueryId(UUID value) {
    public static QueryId parse(String text) {
        return new QueryId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
