package io.belvedere.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.belvedere.audit.OutcomeRecord.Status;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The published schema says what is written, no less and no more. */
class RecordSchemaTest {
    private static final Path SCHEMA = Path.of("..", "docs", "schemas", "audit-record.schema.json");

    @TempDir
    Path folder;

    private JsonNode document;
    private JsonSchema schema;

    @BeforeEach
    void readSchema() throws Exception {
        document = new ObjectMapper().readTree(Files.readString(SCHEMA));
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(document);
    }

    @Test
    void itsKindsAndStatusesAreThoseOfTheCode() {
        assertThat(texts(document.at("/properties/type/enum"))).isEqualTo(AuditLog.TYPES);
        assertThat(texts(document.at("/$defs/outcome/properties/status/enum")))
                .isEqualTo(Arrays.stream(Status.values())
                        .map(status -> status.name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(document.get("$id").asText()).endsWith("/v1");
    }

    @Test
    void everyKindOfRecordThatIsWrittenIsValid() throws Exception {
        Set<String> kinds = new HashSet<>();
        for (JsonNode record : everyKind()) {
            assertThat(schema.validate(record)).as(record.toString()).isEmpty();
            kinds.add(record.get("type").asText());
        }
        assertThat(kinds).containsExactlyInAnyOrderElementsOf(AuditLog.TYPES);
    }

    @Test
    void noFieldMayBeMissingOrAdded() throws Exception {
        for (JsonNode record : everyKind()) {
            ObjectNode added = record.deepCopy();
            added.put("password", "x");
            assertThat(schema.validate(added)).isNotEmpty();
            for (String field : List.of("seq", "ts", "log", "mono", "type", "truncated")) {
                ObjectNode missing = record.deepCopy();
                missing.remove(field);
                assertThat(schema.validate(missing)).as(field).isNotEmpty();
            }
        }
    }

    /** Records of every kind, each written by a log, the rare ones provoked. */
    private List<JsonNode> everyKind() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        MovableClock clock = new MovableClock(Instant.parse("2026-11-22T10:00:00.123456Z"));
        List<JsonNode> records = new ArrayList<>();
        try (FileAuditLog log =
                FileAuditLog.open(Samples.settings(folder, clock), Samples.SMALL, disk, System::nanoTime)) {
            log.note(new AdminRecord("catalog_load", Map.of("views", "3")));
            log.note(new AdminRecord("policy_change", Map.of("revision", "r2")));
            log.note(new AdminRecord("policy_alarm", Map.of("why", "signature", "revision", "r2")));
            log.note(new AdminRecord("view_deprecate", Map.of("view", "crm.a@1.0.0", "since", "2026-10-01")));
            log.note(new AdminRecord("dimension_refresh", Map.of("dimension", "ref.countries", "request", "r")));
            log.note(new AdminRecord("dimension_load", work()));
            log.note(new AdminRecord("dimension_loaded", work()));
            log.note(new AdminRecord("dimension_watermark", work()));
            log.note(new AdminRecord("cache_flush", Map.of("cache", "plans", "req", "r")));
            clock.set(Instant.parse("2026-11-22T09:59:00Z"));
            log.close(log.open(Samples.decision(1)), Samples.ok());
            log.refuse(nobody(), Samples.outcome(Status.DENIED));
            log.close(log.open(loud()), Samples.ok());
            disk.full.set(true);
            String statement = "SELECT " + "x".repeat(8_000);
            try {
                for (int number = 0; number < 10_000; number++) {
                    log.refuse(Samples.decision(number, statement), Samples.ok());
                }
            } catch (io.belvedere.model.error.BelvedereException full) {
                disk.full.set(false);
            }
            while (!log.available()) {
                Thread.sleep(20);
            }
        }
        Samples.small(folder).close();
        records.addAll(SecondReader.entries(Samples.epoch(folder, 1)));
        records.addAll(SecondReader.entries(Samples.epoch(folder, 2)));
        return records;
    }

    /** An agent that breaks the glass, sends handles and looks as two others. */
    private static DecisionRecord loud() {
        DecisionRecord some = Samples.decision(3);
        Caller agent = new Caller(
                "https://idp.example",
                "ana",
                "Ana",
                Caller.Kind.AGENT,
                Set.of("analyst"),
                Map.of(),
                Optional.of(new Caller.Agent("https://idp.example", "report-bot")));
        DecisionRecord.Previewed as =
                new DecisionRecord.Previewed(Samples.caller(), some.decision().orElseThrow());
        return new DecisionRecord(
                some.request(),
                Optional.of(agent),
                Optional.empty(),
                Operation.PREVIEW,
                some.protocol(),
                Optional.empty(),
                some.views(),
                some.statement(),
                some.decision(),
                Optional.of("a fire"),
                new DecisionRecord.Handles(Optional.of("ab".repeat(32)), Optional.of("cd".repeat(32))),
                List.of(as, new DecisionRecord.Previewed(agent, as.decision())));
    }

    private static DecisionRecord nobody() {
        DecisionRecord some = Samples.decision(2);
        return new DecisionRecord(
                some.request(),
                Optional.empty(),
                Optional.empty(),
                some.operation(),
                some.protocol(),
                Optional.of("not an address"),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, String> work() {
        return Map.of("subject", "service:belvedere", "dimension", "ref.countries", "source", "crm", "req", "r");
    }
}
