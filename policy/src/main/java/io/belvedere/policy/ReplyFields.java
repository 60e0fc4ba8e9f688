package io.belvedere.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One object of a reply, read to the letter: its fields are exactly the expected ones.
 *
 * <p>The exceptions say nothing about the reply; their cause, for the operator's log, says where it is wrong, in names that
 * the server sent and not in what came back.
 *
 * @param at where the object stands, for the operator's log
 */
record ReplyFields(JsonNode object, String at) {
    static final int BYTES_MAX = 1024 * 1024;
    /** Two levels a condition, and the levels around it. */
    static final int DEPTH_MAX = 2 * Condition.DEPTH_MAX + 16;

    static final int TEXT_CHARACTERS_MAX = 4_096;
    static final int NUMBER_CHARACTERS_MAX = 64;
    static final int NAME_CHARACTERS_MAX = 512;

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(BYTES_MAX)
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(TEXT_CHARACTERS_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .maxNameLength(NAME_CHARACTERS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    ReplyFields {
        if (!object.isObject()) {
            throw invalid(at, "not an object");
        }
    }

    /** Reads one JSON document and nothing after it. */
    static JsonNode parse(byte[] reply) {
        if (reply.length > BYTES_MAX) {
            throw invalid("the reply", "longer than " + BYTES_MAX + " bytes");
        }
        try (JsonParser parser = STRICT.createParser(reply)) {
            JsonNode root = STRICT.readTree(parser);
            if (root == null || root.isMissingNode()) {
                throw invalid("the reply", "empty");
            }
            return root;
        } catch (IOException e) {
            throw PolicyError.POLICY_INVALID.error(UNUSABLE, e);
        }
    }

    /** Refuses a field too many and a field too few. */
    ReplyFields only(Set<String> names) {
        Set<String> found = new HashSet<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            found.add(field.getKey());
        }
        for (String name : names) {
            if (!found.remove(name)) {
                throw invalid(at, "'" + name + "' is missing");
            }
        }
        if (!found.isEmpty()) {
            throw invalid(at, found.size() + " unknown field(s)");
        }
        return this;
    }

    /** As {@link #only(Set)}, where other fields may be there or not. */
    ReplyFields only(Set<String> names, Set<String> others) {
        Set<String> all = new HashSet<>(names);
        others.stream().filter(object::has).forEach(all::add);
        return only(all);
    }

    JsonNode value(String name) {
        JsonNode value = object.get(name);
        if (value == null) {
            throw invalid(at, "'" + name + "' is missing");
        }
        return value;
    }

    ReplyFields fields(String name) {
        return new ReplyFields(value(name), at(name));
    }

    String text(String name) {
        JsonNode value = value(name);
        if (!value.isTextual()) {
            throw invalid(at(name), "not a text");
        }
        return value.textValue();
    }

    long integer(String name, long min, long max) {
        JsonNode value = value(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw invalid(at(name), "not a whole number");
        }
        long number = value.longValue();
        if (number < min || number > max) {
            throw invalid(at(name), "not " + min + " to " + max);
        }
        return number;
    }

    String at(String name) {
        return at + "." + name;
    }

    static BelvedereException invalid(String at, String what) {
        return PolicyError.POLICY_INVALID.error(UNUSABLE, new IllegalArgumentException(at + ": " + what));
    }

    private static final String UNUSABLE =
            "The policy's answer leaves something open, so nothing is shown; the server's log says what.";
}
