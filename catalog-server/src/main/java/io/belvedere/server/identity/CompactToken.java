package io.belvedere.server.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * What a signed token (RFC 7515, compact form) holds. Reading it proves nothing: quarkus-oidc does that, over the same bytes. It is read
 * here more strictly, so that no two readers can see two different things in it: a name that is given twice is no token.
 */
record CompactToken(JsonNode header, JsonNode claims) {
    private static final int PARTS = 3;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(Credentials.LENGTH_MAX)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The token's parts; empty for what is no signed token. */
    static Optional<CompactToken> read(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > Credentials.LENGTH_MAX || parts.length != PARTS || parts[2].isEmpty()) {
            return Optional.empty();
        }
        return object(parts[0]).flatMap(header -> object(parts[1]).map(claims -> new CompactToken(header, claims)));
    }

    private static Optional<JsonNode> object(String part) {
        try {
            return object(Base64.getUrlDecoder().decode(part));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** A JSON object, read as strictly; empty for anything else. */
    static Optional<JsonNode> object(byte[] text) {
        try {
            JsonNode read = JSON.readTree(text);
            return read != null && read.isObject() ? Optional.of(read) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes are read without I/O", impossible);
        }
    }
}
