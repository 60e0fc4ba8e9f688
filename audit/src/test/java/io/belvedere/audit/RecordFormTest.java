package io.belvedere.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.DecisionRecord.DecisionFacts;
import io.belvedere.audit.DecisionRecord.ObligationFacts;
import io.belvedere.audit.DecisionRecord.ViewUse;
import io.belvedere.audit.OutcomeRecord.DimensionUse;
import io.belvedere.audit.OutcomeRecord.SourceUse;
import io.belvedere.audit.OutcomeRecord.Status;
import io.belvedere.audit.verify.AuditVerifier;
import io.belvedere.model.access.Caller;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of hostile and of huge facts. */
class RecordFormTest {
    private static final String HOSTILE =
            "a\r\n\u001b[31m{\"type\":\"outcome\"}\u202e\u2066\u0000\u2028\ud800\ue000\\n\"é日😀";

    @TempDir
    Path folder;

    @Test
    void hostileTextIsOneRecordWithNothingThatActs() throws Exception {
        DecisionRecord plain = Samples.decision(1, HOSTILE);
        DecisionRecord hostile = new DecisionRecord(
                plain.request(),
                Optional.of(new Caller(HOSTILE, HOSTILE, HOSTILE, Caller.Kind.SERVICE, Set.of(HOSTILE), Map.of())),
                Optional.of(HOSTILE),
                plain.operation(),
                plain.protocol(),
                Optional.of(HOSTILE),
                List.of(new ViewUse(HOSTILE, HOSTILE, HOSTILE)),
                plain.statement(),
                plain.decision());
        JsonNode record = written(hostile).get(1);
        String expected =
                "a\\r\\n\\u{1b}[31m{\"type\":\"outcome\"}\\u{202e}\\u{2066}\\u{0}\\u{2028}\\u{d800}\\u{e000}\\\\n\"é日😀";
        assertThat(record.at("/stmt/norm").asText()).isEqualTo(expected);
        assertThat(record.get("purpose").asText()).isEqualTo(expected);
        assertThat(record.at("/views/0/requested_as").asText()).isEqualTo(expected);
        assertThat(record.get("truncated").asBoolean()).isTrue();
        assertThat(record.toString().chars().filter(character -> character < ' '))
                .isEmpty();
    }

    @Test
    void aLongStatementKeepsItsHeadAndTheHashOfTheWhole() throws Exception {
        JsonNode record = written(Samples.decision(1, "é".repeat(1_000_000))).get(1);
        assertThat(record.at("/stmt/norm").asText()).isEqualTo("é".repeat(4_096));
        assertThat(record.at("/stmt/truncated").asBoolean()).isTrue();
        assertThat(record.at("/stmt/norm_sha256").asText()).isEqualTo(sha256("é".repeat(1_000_000)));
        assertThat(record.get("truncated").asBoolean()).isTrue();
    }

    @Test
    void theLargestDecisionFitsAnEntryAndSaysWhatWasLeftOut() throws Exception {
        String long1 = "\"".repeat(500);
        List<ViewUse> views = new ArrayList<>();
        Map<String, ObligationFacts> obligations = new HashMap<>();
        for (int view = 0; view < 200; view++) {
            views.add(new ViewUse(long1 + view, long1, long1));
            Map<String, String> masks = new HashMap<>();
            for (int column = 0; column < 500; column++) {
                masks.put("column_" + column + long1, long1);
            }
            obligations.put(view + long1, new ObligationFacts(long1, Optional.of(new RowValues(long1)), masks));
        }
        Set<String> roles = new HashSet<>();
        for (int role = 0; role < Caller.ROLES_MAX; role++) {
            roles.add(role + long1);
        }
        DecisionRecord plain = Samples.decision(1);
        DecisionRecord huge = new DecisionRecord(
                plain.request(),
                Optional.of(new Caller(long1, long1, long1, Caller.Kind.HUMAN, roles, Map.of())),
                Optional.of(long1),
                plain.operation(),
                plain.protocol(),
                Optional.of(long1),
                views,
                Optional.of("\"".repeat(100_000)),
                Optional.of(new DecisionFacts(long1, long1, long1, long1, long1, Optional.of(long1), obligations)));
        JsonNode record = written(huge).get(1);
        assertThat(record.toString().length()).isLessThanOrEqualTo(LogLimits.ENTRY_BYTES);
        assertThat(record.get("views_total").asInt()).isEqualTo(200);
        assertThat(record.at("/decision/obligations_total").asInt()).isEqualTo(200);
        assertThat(record.at("/decision/obligations/0/columns_total").asInt()).isEqualTo(500);
        assertThat(record.at("/decision/obligations/0/columns_sha256").asText()).hasSize(64);
    }

    @Test
    void theLargestOutcomeFitsAndItsSmallFormFitsTheReserve() throws Exception {
        String long1 = "\"".repeat(500);
        List<SourceUse> sources = new ArrayList<>();
        List<String> incomplete = new ArrayList<>();
        List<DimensionUse> dimensions = new ArrayList<>();
        for (int source = 0; source < 500; source++) {
            sources.add(new SourceUse(long1, long1, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(1), long1));
            incomplete.add(long1);
            dimensions.add(new DimensionUse(long1, Instant.MAX, Duration.ofDays(1)));
        }
        OutcomeRecord huge = new OutcomeRecord(
                Status.PARTIAL,
                Optional.of(long1),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Optional.of(Duration.ofDays(1)),
                Duration.ofDays(1),
                sources,
                incomplete,
                Optional.of(Duration.ofDays(1)),
                dimensions);
        String word = "x".repeat(63);
        AuditSettings settings =
                new AuditSettings(folder, word, word, "\u202e".repeat(64), Clock.systemUTC(), Map.of());
        RecordForm form =
                new RecordForm(settings, settings.origin(Long.MAX_VALUE), AuditKeys.load(folder.resolve("k")));
        assertThat(form.smallOutcome(Samples.request(1), huge).bytes() + Frame.HEADER_BYTES)
                .isLessThanOrEqualTo(LogLimits.SMALL_OUTCOME_BYTES);
        assertThat(form.outcome(Samples.request(1), huge).bytes()).isLessThanOrEqualTo(LogLimits.ENTRY_BYTES);
        try (FileAuditLog log = Samples.small(folder)) {
            log.close(log.open(Samples.decision(1)), huge);
        }
        JsonNode record = SecondReader.entries(Samples.epoch(folder, 1)).get(2);
        assertThat(record.get("rows").asText()).isEqualTo("9223372036854775807");
        assertThat(record.get("rows").isTextual()).isTrue();
        assertThat(record.get("sources_total").asInt()).isEqualTo(500);
    }

    @Test
    void anIssuerWithABarSharesNoPseudonym() throws Exception {
        AuditKeys keys = AuditKeys.load(folder.resolve("keys"));
        String one = keys.pseudonym(new Caller("a|b", "c", "n", Caller.Kind.HUMAN, Set.of(), Map.of()), 2026);
        String other = keys.pseudonym(new Caller("a", "b|c", "n", Caller.Kind.HUMAN, Set.of(), Map.of()), 2026);
        assertThat(one).isNotEqualTo(other);
        assertThat(keys.pseudonym(Samples.caller(), 2026)).isNotEqualTo(keys.pseudonym(Samples.caller(), 2027));
    }

    @Test
    void rowValuesNeverPrint() {
        assertThat(Samples.decision(1).toString()).doesNotContain("region = '" + Samples.SECRET_VALUE);
    }

    @Test
    void onlyAddressesHaveANetwork() {
        assertThat(NetworkPrefix.of("203.0.113.9")).contains("203.0.113.0/24");
        assertThat(NetworkPrefix.of("2001:db8:1:2::3")).contains("2001:db8:1:0:0:0:0:0/48");
        assertThat(NetworkPrefix.of("localhost")).isEmpty();
        assertThat(NetworkPrefix.of("")).isEmpty();
    }

    private List<JsonNode> written(DecisionRecord decision) throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            log.close(log.open(decision), Samples.ok());
        }
        assertThat(new AuditVerifier(Clock.systemUTC())
                        .verify(folder, List.of())
                        .findings())
                .isEmpty();
        return SecondReader.entries(Samples.epoch(folder, 1));
    }

    private static String sha256(String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
}
