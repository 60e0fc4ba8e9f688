package io.belvedere.audit.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** Reads an entry, and refuses one that is not in the canonical form of RFC 8785: there is one way to write a record. */
final class RecordReader {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final long INTEGER_MAX = (1L << 53) - 1;
    private static final int DEPTH_MAX = 16;

    private RecordReader() {}

    static boolean isJson(byte[] bytes) {
        try {
            return parse(bytes).isObject();
        } catch (JsonProcessingException notJson) {
            return false;
        }
    }

    static JsonNode read(byte[] entry) throws BadFrame {
        JsonNode record;
        try {
            record = parse(entry);
        } catch (JsonProcessingException notJson) {
            throw BadFrame.tampered("not_json", "The entry is not a JSON document.");
        }
        StringBuilder again = new StringBuilder(entry.length);
        write(record, again, 0);
        if (!record.isObject() || !Arrays.equals(again.toString().getBytes(StandardCharsets.UTF_8), entry)) {
            throw BadFrame.tampered("not_canonical", "The entry is not in canonical form (RFC 8785).");
        }
        return record;
    }

    private static JsonNode parse(byte[] bytes) throws JsonProcessingException {
        try (JsonParser parser = JSON.createParser(bytes)) {
            JsonNode record = JSON.readTree(parser);
            if (record == null || parser.nextToken() != null) {
                throw new com.fasterxml.jackson.core.JsonParseException(parser, "not one document");
            }
            return record;
        } catch (JsonProcessingException notJson) {
            throw notJson;
        } catch (IOException impossible) {
            throw new IllegalStateException("a byte array can be read", impossible);
        }
    }

    private static void write(JsonNode node, StringBuilder json, int depth) throws BadFrame {
        if (depth > DEPTH_MAX) {
            throw BadFrame.tampered("not_canonical", "The entry nests deeper than any record does.");
        }
        switch (node.getNodeType()) {
            case OBJECT -> writeObject(node, json, depth);
            case ARRAY -> {
                json.append('[');
                for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
                    write(elements.next(), json, depth + 1);
                    json.append(elements.hasNext() ? "," : "");
                }
                json.append(']');
            }
            case STRING -> writeText(node.textValue(), json);
            case BOOLEAN -> json.append(node.booleanValue());
            case NUMBER -> {
                if (!node.isIntegralNumber() || !node.canConvertToLong() || Math.abs(node.longValue()) > INTEGER_MAX) {
                    throw BadFrame.tampered("not_canonical", "The entry has a number that a record never has.");
                }
                json.append(node.longValue());
            }
            case NULL, BINARY, MISSING, POJO ->
                throw BadFrame.tampered("not_canonical", "The entry has a kind of value that a record never has.");
        }
    }

    private static void writeObject(JsonNode node, StringBuilder json, int depth) throws BadFrame {
        // Names sort by UTF-16 code unit, which is Java's own order.
        TreeMap<String, JsonNode> properties = new TreeMap<>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            properties.put(property.getKey(), property.getValue());
        }
        String separator = "{";
        for (Map.Entry<String, JsonNode> property : properties.entrySet()) {
            json.append(separator);
            writeText(property.getKey(), json);
            json.append(':');
            write(property.getValue(), json, depth + 1);
            separator = ",";
        }
        json.append(properties.isEmpty() ? "{}" : "}");
    }

    private static void writeText(String text, StringBuilder json) {
        json.append('"');
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            switch (unit) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (unit < ' ') {
                        json.append("\\u00").append(unit < 16 ? "0" : "").append(Integer.toHexString(unit));
                    } else {
                        json.append(unit);
                    }
                }
            }
        }
        json.append('"');
    }
}
