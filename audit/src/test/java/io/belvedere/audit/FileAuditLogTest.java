package io.belvedere.audit;

import static io.belvedere.audit.SecondReader.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.OutcomeRecord.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditLogTest {
    @TempDir
    Path folder;

    @Test
    void anAllowedRequestLeavesItsDecisionAndItsOutcome() throws Exception {
        Receipt receipt;
        try (FileAuditLog log = Samples.small(folder)) {
            AuditTicket ticket = log.open(Samples.decision(1));
            assertThat(ticket.id()).isEqualTo("test/audit/n1/1/1");
            receipt = log.close(ticket, Samples.ok());
        }
        List<JsonNode> records = entries(Samples.epoch(folder, 1));
        assertThat(records)
                .extracting(record -> record.get("type").asText())
                .containsExactly("open", "decision", "outcome", "close");
        assertThat(records.get(1)
                        .at("/decision/obligations/0/rows/filter_template")
                        .asText())
                .isEqualTo("region = ?");
        assertThat(records.get(1).get("ip_net").asText()).isEqualTo("192.0.2.0/24");
        assertThat(records.get(2).get("decision_seq").asLong()).isEqualTo(1);
        assertThat(records.get(2).get("status").asText()).isEqualTo("ok");
        assertThat(receipt.id()).isEqualTo("test/audit/n1/1/2");
    }

    @Test
    void aRefusalLeavesBothRecordsAtOnce() throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            log.refuse(Samples.decision(1), Samples.outcome(Status.DENIED));
        }
        List<JsonNode> records = entries(Samples.epoch(folder, 1));
        assertThat(records.get(2).get("decision_seq").asLong()).isEqualTo(1);
        assertThat(records.get(2).get("status").asText()).isEqualTo("denied");
    }

    @Test
    void noRecordHoldsAValueOrAName() throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
        }
        for (JsonNode record : entries(Samples.epoch(folder, 1))) {
            assertThat(record.toString())
                    .doesNotContain(Samples.SECRET_VALUE)
                    .doesNotContain(Samples.SUBJECT)
                    .doesNotContain("Ana Analyst")
                    .doesNotContain("192.0.2.77");
        }
    }

    @Test
    void theSameCallerHasTheSamePseudonymAfterARestart() throws Exception {
        for (int start = 1; start <= 2; start++) {
            try (FileAuditLog log = Samples.small(folder)) {
                log.close(log.open(Samples.decision(start)), Samples.ok());
            }
        }
        String first =
                entries(Samples.epoch(folder, 1)).get(1).at("/subject/pid").asText();
        String second =
                entries(Samples.epoch(folder, 2)).get(2).at("/subject/pid").asText();
        assertThat(first).hasSize(64).isEqualTo(second);
    }

    @Test
    void aStartNamesTheOneBefore() throws Exception {
        Samples.small(folder).close();
        Samples.small(folder).close();
        List<JsonNode> records = entries(Samples.epoch(folder, 2));
        assertThat(records.get(0).get("prevOrigin").asText()).isEqualTo("test/audit/n1/1");
        assertThat(records.get(0).get("prevSize").asLong()).isEqualTo(2);
        assertThat(records.get(0).get("prevChain").asText()).hasSize(64);
        assertThat(records.get(1).get("type").asText()).isEqualTo("recovery");
    }

    @Test
    void aTicketClosesOnce() {
        try (FileAuditLog log = Samples.small(folder)) {
            AuditTicket ticket = log.open(Samples.decision(1));
            log.close(ticket, Samples.ok());
            assertThatIllegalStateException().isThrownBy(() -> log.close(ticket, Samples.ok()));
        }
    }

    @Test
    void theTicketOfAnotherLogIsRefusedAndStaysGood() {
        try (FileAuditLog log = Samples.small(folder.resolve("a"));
                FileAuditLog other = Samples.small(folder.resolve("b"))) {
            AuditTicket ticket = log.open(Samples.decision(1));
            assertThatIllegalArgumentException().isThrownBy(() -> other.close(ticket, Samples.ok()));
            assertThat(log.close(ticket, Samples.ok()).id()).isEqualTo("test/audit/n1/1/2");
        }
    }

    @Test
    void aRecordIsWaitedForForATimeWithinBounds() {
        for (Duration within : List.of(Duration.ofMillis(99), Duration.ofSeconds(61))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FileAuditLog.open(Samples.settings(folder), within))
                    .withMessageContaining("between 100 milliseconds and a minute");
        }
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder), Duration.ofSeconds(60))) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
        }
    }

    @Test
    void aSecondWriterIsRefused() {
        try (FileAuditLog log = Samples.small(folder)) {
            assertThatThrownBy(() -> Samples.small(folder)).hasMessageContaining("written by another server");
            assertThat(log.available()).isTrue();
        }
    }

    @Test
    void whatIsOpenWhenTheLogClosesIsDrained() throws Exception {
        AuditTicket ticket;
        FileAuditLog log = Samples.small(folder);
        ticket = log.open(Samples.decision(1));
        log.close();
        List<JsonNode> records = entries(Samples.epoch(folder, 1));
        assertThat(records.get(2).get("status").asText()).isEqualTo("node_drain");
        assertThatThrownBy(() -> log.close(ticket, Samples.ok())).hasMessageContaining("takes no record");
    }

    @Test
    void theKeyFileIsForItsOwnerOnlyAndRefusedOtherwise() throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
        }
        Path keys = folder.resolve("test/audit/n1/audit.keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> Samples.small(folder)).hasMessageContaining("key file");
    }

    @Test
    void aNoteIsOfAKnownKind() throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            log.note(new AdminRecord("catalog_load", Map.of("views", "3")));
        }
        assertThat(entries(Samples.epoch(folder, 1)).get(1).at("/facts/views").asText())
                .isEqualTo("3");
        assertThatIllegalArgumentException().isThrownBy(() -> new AdminRecord("close", Map.of()));
    }

    @Test
    void aCancelledThreadStillRecordsItsOutcome() throws Exception {
        try (FileAuditLog log = Samples.small(folder)) {
            AuditTicket ticket = log.open(Samples.decision(1));
            Thread.currentThread().interrupt();
            log.close(ticket, Samples.outcome(Status.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(entries(Samples.epoch(folder, 1)).get(2).get("status").asText())
                .isEqualTo("cancelled");
    }
}
