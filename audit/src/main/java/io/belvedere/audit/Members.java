package io.belvedere.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The members of a JSON object in the making. Texts are bounded and made safe; that something was cut is remembered. */
final class Members {
    /** The largest integer that every reader of JSON keeps, RFC 8785 included. */
    static final long INTEGER_MAX = (1L << 53) - 1;

    private final ObjectNode object = JsonNodeFactory.instance.objectNode();
    private boolean truncated;

    /** Adds a text, cut to {@code bytesMax} bytes. */
    Members text(String name, String text, int bytesMax) {
        SafeText safe = SafeText.of(text, bytesMax);
        truncated |= safe.truncated();
        object.put(name, safe.text());
        return this;
    }

    Members text(String name, Optional<String> text, int bytesMax) {
        text.ifPresent(present -> text(name, present, bytesMax));
        return this;
    }

    /** Adds a whole number; as a text when a reader of JSON might round it. */
    Members number(String name, long number) {
        if (Math.abs(number) <= INTEGER_MAX) {
            object.put(name, number);
        } else {
            object.put(name, Long.toString(number));
        }
        return this;
    }

    Members flag(String name, boolean flag) {
        object.put(name, flag);
        return this;
    }

    /** Adds an object, whose cuts count as cuts of this one. */
    Members object(String name, Members inner) {
        truncated |= inner.truncated;
        object.set(name, inner.object);
        return this;
    }

    /** Adds a list of objects or texts. */
    Members list(String name, JsonNode list) {
        object.set(name, list);
        return this;
    }

    /** Says that something was left out. */
    void cut() {
        truncated = true;
    }

    boolean truncated() {
        return truncated;
    }

    ObjectNode json() {
        return object;
    }

    /** The members in canonical form, by name. */
    SortedMap<String, String> canonical() {
        SortedMap<String, String> members = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            members.put(property.getKey(), CanonicalJson.member(property.getKey(), property.getValue()));
        }
        return members;
    }
}
