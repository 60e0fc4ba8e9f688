package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.belvedere.model.access.Caller;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The callers of a laptop, from a file: {@code identities: [{token, subject, name, kind, roles, attributes, agent}]}; {@code agent} is
 * the subject of what acts for the caller, where {@code kind} is agent.
 *
 * <p>Tokens are kept as digests only. Every look-up compares with every digest in constant time, so that its time says nothing
 * about the tokens.
 */
public final class DevIdentities implements Callers {
    static final int FILE_BYTES_MAX = 256 * 1024;
    static final int TOKEN_LENGTH_MIN = 4;
    static final int TOKEN_LENGTH_MAX = 4_096;
    private static final Set<String> FIELDS =
            Set.of("token", "subject", "name", "kind", "roles", "attributes", "agent");
    private static final String ISSUER = "dev";
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<Known> known;

    private DevIdentities(List<Known> known) {
        this.known = List.copyOf(known);
    }

    /** Reads the file; throws {@code CONFIGURATION_INVALID} for one that is not as it should be, without quoting it. */
    public static DevIdentities load(Path file) {
        JsonNode root = parse(file, read(file));
        requireFields(file, root, Set.of("identities"));
        if (!root.path("identities").isArray()) {
            throw invalid(file, "identities is a list");
        }
        List<Known> known = new ArrayList<>();
        for (JsonNode entry : root.path("identities")) {
            requireFields(file, entry, FIELDS);
            String token = text(file, entry, "token");
            if (token.length() < TOKEN_LENGTH_MIN || token.length() > TOKEN_LENGTH_MAX) {
                throw invalid(file, "a token has " + TOKEN_LENGTH_MIN + " to " + TOKEN_LENGTH_MAX + " characters");
            }
            String digest = digest(token);
            if (known.stream().anyMatch(each -> each.digest().equals(digest))) {
                throw invalid(file, "a token is given twice");
            }
            known.add(new Known(digest, caller(file, entry)));
        }
        return new DevIdentities(known);
    }

    @Override
    public Optional<Caller> find(String token) {
        if (token.length() > TOKEN_LENGTH_MAX) {
            return Optional.empty();
        }
        byte[] digest = digest(token).getBytes(StandardCharsets.US_ASCII);
        Optional<Caller> found = Optional.empty();
        for (Known each : known) {
            if (MessageDigest.isEqual(each.digest().getBytes(StandardCharsets.US_ASCII), digest)) {
                found = Optional.of(each.caller());
            }
        }
        return found;
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw invalid(file, "it has more than " + FILE_BYTES_MAX + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException failure) {
            throw CONFIGURATION_INVALID.error(
                    "The identities file '" + file + "' cannot be read; check that it is there and readable.", failure);
        }
    }

    private static JsonNode parse(Path file, byte[] text) {
        try {
            return YAML.readTree(text);
        } catch (JacksonException failure) {
            JsonLocation at = failure.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw CONFIGURATION_INVALID.error(
                    "The identities file '" + file + "' is not valid" + where
                            + "; it holds identities: [{token, subject, name, kind, roles, attributes}].",
                    failure);
        } catch (IOException failure) {
            throw invalid(file, "it cannot be read");
        }
    }

    private static Caller caller(Path file, JsonNode entry) {
        String subject = text(file, entry, "subject");
        Set<String> roles = new TreeSet<>();
        for (JsonNode role : entry.path("roles")) {
            roles.add(role.asText());
        }
        Map<String, String> attributes = new TreeMap<>();
        entry.path("attributes")
                .properties()
                .forEach(each -> attributes.put(each.getKey(), each.getValue().asText()));
        try {
            return new Caller(
                    ISSUER,
                    subject,
                    entry.has("name") ? text(file, entry, "name") : subject,
                    entry.has("kind")
                            ? Caller.Kind.valueOf(text(file, entry, "kind").toUpperCase(Locale.ROOT))
                            : Caller.Kind.HUMAN,
                    roles,
                    attributes,
                    entry.has("agent")
                            ? Optional.of(new Caller.Agent(ISSUER, text(file, entry, "agent")))
                            : Optional.empty());
        } catch (IllegalArgumentException failure) {
            throw invalid(
                    file,
                    "a caller has an issuer and a subject, is human, service, or agent with an agent, and has bounded roles and attributes");
        }
    }

    private static String text(Path file, JsonNode entry, String field) {
        JsonNode value = entry.path(field);
        if (!value.isTextual()) {
            throw invalid(file, field + " is a text of each identity");
        }
        return value.textValue();
    }

    private static void requireFields(Path file, JsonNode node, Set<String> allowed) {
        if (!node.isObject()) {
            throw invalid(file, "it holds identities: [{token, subject, name, kind, roles, attributes}]");
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                throw invalid(file, "it has an unknown field; known here are " + new TreeSet<>(allowed));
            }
        });
    }

    private static BelvedereException invalid(Path file, String why) {
        return CONFIGURATION_INVALID.error("The identities file '" + file + "' is not valid: " + why + ".");
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** A token's digest, in hex, and whose it is. */
    private record Known(String digest, Caller caller) {}
}
