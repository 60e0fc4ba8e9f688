package io.belvedere.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.audit.OutcomeRecord.Status;
import io.belvedere.audit.Receipt;
import io.belvedere.audit.Samples;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifierTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aLogOfTwoStartsIsWhole() {
        writeTwoStarts();
        VerifyReport report = verify(List.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
        assertThat(report.requests()).isEqualTo(4);
        assertThat(report.logs()).extracting(LogSummary::origin).containsExactly("test/audit/n1/1", "test/audit/n1/2");
        assertThat(report.logs()).extracting(LogSummary::state).containsOnly(LogSummary.State.CLOSED);
    }

    @Test
    void aLogThatIsBeingWrittenIsWholeAndSaysWhatIsPending() {
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder))) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
            log.open(Samples.decision(2));
            VerifyReport report = verify(List.of());
            assertThat(report.findings()).isEmpty();
            assertThat(report.pending()).isEqualTo(1);
            assertThat(report.logs().getLast().state()).isEqualTo(LogSummary.State.OPEN);
            VerifyReport muchLater =
                    new AuditVerifier(Clock.offset(Clock.systemUTC(), Duration.ofHours(1))).verify(folder, List.of());
            assertThat(muchLater.exitCode()).isEqualTo(2);
            assertThat(muchLater.findings().getFirst().kind()).isEqualTo("decision_without_outcome");
        }
    }

    @Test
    void aWriterAtWorkIsNeverTakenForATamperer() throws Exception {
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder))) {
            Thread writer = Thread.ofPlatform().start(() -> {
                for (long number = 0; number < 3_000; number++) {
                    log.close(log.open(Samples.decision(number)), Samples.ok());
                    // Slowly enough for several looks on any machine.
                    LockSupport.parkNanos(1_000_000);
                }
            });
            int looks = 0;
            do {
                assertThat(verify(List.of()).findings()).isEmpty();
                looks++;
            } while (writer.isAlive());
            assertThat(looks).isGreaterThan(1);
        }
    }

    @Test
    void aFlippedBitIsNamedByFileOffsetAndSequence() throws Exception {
        writeTwoStarts();
        Path segment = folder.resolve("test/audit/n1/1/seg-00000000000000000000.wal");
        byte[] bytes = Files.readAllBytes(segment);
        int secondFrame = 40 + length(bytes, 0);
        bytes[secondFrame + 40 + 5] ^= 1;
        Files.write(segment, bytes);
        assertThat(run("verify", folder.toString())).isEqualTo(1);
        assertThat(text(out))
                .contains("in test/audit/n1/1/seg-00000000000000000000.wal at byte " + secondFrame + ", record 1")
                .contains("CHANGED");
    }

    @Test
    void aReceiptIsFoundAndAWrongOneIsNot() {
        Receipt receipt;
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder))) {
            receipt = log.close(log.open(Samples.decision(1)), Samples.ok());
        }
        assertThat(verify(List.of(receipt)).receipts()).containsExactly(receipt.id());
        assertThat(run("verify", folder.toString(), "--receipt", receipt.id() + ":" + receipt.leafHash()))
                .isZero();
        Receipt wrong = new Receipt(receipt.id(), "0".repeat(64));
        assertThat(verify(List.of(wrong)).firstBad().orElseThrow().kind()).isEqualTo("receipt_of_another_record");
        Receipt lost = new Receipt("test/audit/n1/1/99", receipt.leafHash());
        assertThat(verify(List.of(lost)).firstBad().orElseThrow().kind()).isEqualTo("receipt_without_record");
        Receipt elsewhere = new Receipt("test/audit/n9/1/99", receipt.leafHash());
        assertThat(verify(List.of(elsewhere)).exitCode()).isEqualTo(2);
    }

    @Test
    void theFirstLogCannotBeCutWithoutTheSecondShowingIt() throws Exception {
        writeTwoStarts();
        Path segment = folder.resolve("test/audit/n1/1/seg-00000000000000000000.wal");
        byte[] bytes = Files.readAllBytes(segment);
        int end = 0;
        int last = 0;
        while (end < bytes.length) {
            last = end;
            end += 40 + length(bytes, end);
        }
        Files.write(segment, java.util.Arrays.copyOf(bytes, last));
        assertThat(verify(List.of()).firstBad().orElseThrow().kind()).isEqualTo("earlier_log_changed");
    }

    @Test
    void aMissingLogIsIncomplete() throws Exception {
        writeTwoStarts();
        delete(folder.resolve("test/audit/n1/1"));
        VerifyReport report = verify(List.of());
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.findings().getFirst().kind()).isEqualTo("missing_log");
    }

    @Test
    void anEmptyFolderAndWrongUseAreNoProofOfAnything() {
        assertThat(run("verify", folder.toString())).isEqualTo(3);
        assertThat(run("verify", folder.resolve("none").toString())).isEqualTo(3);
        assertThat(run("verify")).isEqualTo(3);
        assertThat(run("verify", folder.toString(), "--jsn")).isEqualTo(3);
        assertThat(run("show", folder.toString())).isEqualTo(3);
        assertThat(run("show", folder.toString(), "--last", "0")).isEqualTo(3);
        assertThat(run("verify", folder.toString(), "--receipt", "x")).isEqualTo(3);
    }

    @Test
    void theJsonSaysWhatIsNotAnchored() throws Exception {
        writeTwoStarts();
        assertThat(run("verify", folder.toString(), "--json")).isZero();
        var json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(text(out));
        assertThat(json.get("records").asLong()).isEqualTo(13);
        assertThat(json.get("first_bad").isNull()).isTrue();
        assertThat(json.get("anchored_to").isNull()).isTrue();
        assertThat(json.get("unverified_tail").asLong()).isEqualTo(13);
    }

    @Test
    void showsTheRecordsOfARequestWithoutNamesUnlessTold() {
        writeTwoStarts();
        String request = Samples.decision(1).request().toString();
        assertThat(run("show", folder.toString(), "--request", request)).isZero();
        assertThat(text(out).lines()).hasSize(2);
        assertThat(text(out))
                .contains("allow  analyst.region")
                .contains("email=email")
                .doesNotContain(Samples.SUBJECT);
        out.reset();
        assertThat(run("show", folder.toString(), "--request", request, "--decrypt"))
                .isZero();
        assertThat(text(out)).contains(Samples.SUBJECT).contains("192.0.2.77").doesNotContain(Samples.SECRET_VALUE);
        out.reset();
        assertThat(run("show", folder.toString(), "--last", "3")).isZero();
        assertThat(text(out).lines()).hasSize(3);
    }

    @Test
    void showsBrokenGlassFirstAndAsWhomSomebodyLookedByNameOnlyWhenTold() {
        DecisionRecord some = Samples.decision(1);
        Caller other = new Caller("https://idp.example", "bob-canary", "Bob", Caller.Kind.HUMAN, Set.of(), Map.of());
        try (AuditLog log = FileAuditLog.open(Samples.settings(folder))) {
            log.close(
                    log.open(new DecisionRecord(
                            some.request(),
                            some.caller(),
                            some.purpose(),
                            Operation.PREVIEW,
                            some.protocol(),
                            some.remoteAddress(),
                            some.views(),
                            some.statement(),
                            some.decision(),
                            Optional.of("the shop is on fire"),
                            new DecisionRecord.Handles(Optional.of("ab".repeat(32)), Optional.empty()),
                            List.of(new DecisionRecord.Previewed(
                                    other, some.decision().orElseThrow())))),
                    Samples.ok());
        }
        String request = some.request().toString();
        assertThat(run("show", folder.toString(), "--request", request)).isZero();
        assertThat(text(out))
                .contains("decision  BREAK-GLASS the shop is on fire  allow", "previewed as ", "prepared abababababab")
                .doesNotContain("bob-canary");
        out.reset();
        assertThat(run("show", folder.toString(), "--request", request, "--decrypt"))
                .isZero();
        assertThat(text(out)).contains("bob-canary");
        assertThat(verify(List.of()).findings()).isEmpty();
    }

    private void writeTwoStarts() {
        for (int start = 0; start < 2; start++) {
            try (AuditLog log = FileAuditLog.open(Samples.settings(folder))) {
                log.close(log.open(Samples.decision(2 * start + 1)), Samples.ok());
                log.refuse(Samples.decision(2 * start + 2), Samples.outcome(Status.DENIED));
            }
        }
    }

    private VerifyReport verify(List<Receipt> receipts) {
        return new AuditVerifier(Clock.systemUTC()).verify(folder, receipts);
    }

    private int run(String... arguments) {
        return VerifyMain.run(List.of(arguments), new PrintStream(out, true), new PrintStream(err, true));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    private static int length(byte[] bytes, int at) {
        return java.nio.ByteBuffer.wrap(bytes, at, 4).getInt();
    }

    private static void delete(Path log) throws Exception {
        try (var files = Files.list(log)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(log);
    }
}
