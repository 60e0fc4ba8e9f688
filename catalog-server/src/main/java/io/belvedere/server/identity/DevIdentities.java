package io.belvedere.server.identity;

import static io.belvedere.server.ServerError.CONFIGURATION_INVALID;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The callers of a laptop, from a file: {@code identities: [{token, subject, name, kind, roles, attributes}]}.
 *
 * <p>Tokens are kept as digests only. Every look-up compares with every digest in constant time, so that its time says nothing
 * about the tokens.
 */
public final class DevIdentities implements Callers {
    static final int FILE_BYTES_MAX = 256 * 1024;
    static final int TOKEN_LENGTH_MAX = 4_096;
    private static final String ISSUER = "dev";
    private static final ObjectMapper YAML = YAMLMapper.builder(
                    YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<Known> known;

    private DevIdentities(List<Known> known) {
        this.known = List.copyOf(known);
    }

    /** Reads the file; throws {@code CONFIGURATION_INVALID} for one that is not as it should be, without quoting it. */
    public static DevIdentities load(Path file) {
        Form form = parse(file, read(file));
        List<Known> known = new ArrayList<>();
        for (Entry entry : form.identities()) {
            byte[] digest = digest(entry.token());
            if (known.stream().anyMatch(each -> MessageDigest.isEqual(each.digest(), digest))) {
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
        byte[] digest = digest(token);
        Optional<Caller> found = Optional.empty();
        for (Known each : known) {
            if (MessageDigest.isEqual(each.digest(), digest)) {
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

    private static Form parse(Path file, byte[] text) {
        try {
            return YAML.readValue(text, Form.class);
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

    private static Caller caller(Path file, Entry entry) {
        try {
            return new Caller(
                    ISSUER,
                    entry.subject(),
                    entry.name().orElse(entry.subject()),
                    entry.kind().orElse(Caller.Kind.HUMAN),
                    Set.copyOf(entry.roles()),
                    entry.attributes());
        } catch (IllegalArgumentException failure) {
            throw invalid(file, String.valueOf(failure.getMessage()));
        }
    }

    private static BelvedereException invalid(Path file, String why) {
        return CONFIGURATION_INVALID.error("The identities file '" + file + "' is not valid: " + why + ".");
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private record Known(byte[] digest, Caller caller) {}

    /** The file. */
    private record Form(@JsonProperty(required = true) List<Entry> identities) {
        Form(@Nullable List<Entry> identities) {
            this.identities = identities == null ? List.of() : List.copyOf(identities);
        }
    }

    /** One caller in the file. */
    private record Entry(
            String token,
            String subject,
            Optional<String> name,
            Optional<Caller.Kind> kind,
            List<String> roles,
            Map<String, String> attributes) {
        Entry(
                @Nullable String token,
                @Nullable String subject,
                @Nullable Optional<String> name,
                @Nullable Optional<Caller.Kind> kind,
                @Nullable List<String> roles,
                @Nullable Map<String, String> attributes) {
            if (token == null || token.length() < 4 || subject == null) {
                throw new IllegalArgumentException("an identity has a token of at least 4 characters and a subject");
            }
            this.token = token;
            this.subject = subject;
            this.name = name == null ? Optional.empty() : name;
            this.kind = kind == null ? Optional.empty() : kind;
            this.roles = roles == null ? List.of() : List.copyOf(roles);
            this.attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
        }
    }
}
