package io.belvedere.server.identity;

import com.fasterxml.jackson.databind.JsonNode;

/** Whom a token is meant for: the claim {@code aud}, a text or a list of texts (RFC 7519, 4.1.3). */
final class Audience {
    private Audience() {}

    /** Whether the token is meant for {@code whom}, among others or alone. */
    static boolean holds(JsonNode claims, String whom) {
        JsonNode audience = claims.path("aud");
        return audience.isArray()
                ? audience.valueStream().anyMatch(each -> isText(each, whom))
                : isText(audience, whom);
    }

    private static boolean isText(JsonNode value, String text) {
        return value.isTextual() && value.textValue().equals(text);
    }
}
