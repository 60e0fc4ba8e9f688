package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What every record has, whatever it says: the fields that the checks after this one rely on. */
final class RecordRules {
    private static final Set<String> TYPES = Set.of(
            "open",
            "close",
            "recovery",
            "segment",
            "clock_anomaly",
            "audit_blocked",
            "decision",
            "outcome",
            "catalog_load",
            "policy_change",
            "policy_alarm",
            "cache_flush",
            "dimension_refresh",
            "dimension_load",
            "dimension_loaded",
            "dimension_watermark",
            "view_deprecate");
    private static final Set<String> STATUSES = Set.of(
            "ok",
            "denied",
            "failed",
            "cancelled",
            "client_gone",
            "timeout",
            "limit",
            "partial",
            "source_lost",
            "node_drain",
            "slow_reader",
            "revoked",
            "unknown_crash");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,18}");
    private static final Pattern REQUEST = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private RecordRules() {}

    static void check(JsonNode record) throws BadFrame {
        require(record.path("v").asInt() == 1, "v");
        require(TYPES.contains(text(record, "type")), "type");
        for (String field : List.of("log", "node", "build")) {
            require(!text(record, field).isEmpty(), field);
        }
        require(record.path("truncated").isBoolean(), "truncated");
        require(TIME.matcher(text(record, "ts")).matches(), "ts");
        number(record, "seq");
        number(record, "mono");
        time(record);
        switch (text(record, "type")) {
            case "decision" -> {
                require(REQUEST.matcher(text(record, "req")).matches(), "req");
                require(!text(record, "operation").isEmpty(), "operation");
                require(!text(record, "protocol").isEmpty(), "protocol");
            }
            case "outcome" -> {
                require(REQUEST.matcher(text(record, "req")).matches(), "req");
                require(STATUSES.contains(text(record, "status")), "status");
                number(record, "decision_seq");
            }
            case "open" -> {
                if (record.has("prevOrigin") || record.has("prevSize") || record.has("prevChain")) {
                    require(!text(record, "prevOrigin").isEmpty(), "prevOrigin");
                    require(HASH.matcher(text(record, "prevChain")).matches(), "prevChain");
                    number(record, "prevSize");
                }
            }
            default -> {
                // The others have nothing that a later check relies on.
            }
        }
    }

    /** A whole number that may be written as a text, as those are that a reader of JSON might round. */
    static long number(JsonNode record, String field) throws BadFrame {
        JsonNode value = record.path(field);
        String digits = value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
        require(NUMBER.matcher(digits).matches(), field);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException tooLarge) {
            throw BadFrame.tampered("schema", "The record's field '" + field + "' is not as the schema has it.");
        }
    }

    static String text(JsonNode record, String field) {
        JsonNode value = record.path(field);
        return value.isTextual() ? value.textValue() : "";
    }

    static Instant time(JsonNode record) throws BadFrame {
        try {
            return Instant.parse(text(record, "ts"));
        } catch (DateTimeParseException noTime) {
            throw BadFrame.tampered("schema", "The record's field 'ts' is not as the schema has it.");
        }
    }

    private static void require(boolean holds, String field) throws BadFrame {
        if (!holds) {
            throw BadFrame.tampered("schema", "The record's field '" + field + "' is not as the schema has it.");
        }
    }
}
