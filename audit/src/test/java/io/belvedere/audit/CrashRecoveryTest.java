package io.belvedere.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.verify.AuditVerifier;
import io.belvedere.audit.verify.Finding;
import io.belvedere.audit.verify.VerifyReport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed, really, and the start after it. */
class CrashRecoveryTest {
    @TempDir
    Path folder;

    @Test
    void aKilledServerLosesNoAcknowledgedRecordAndItsOpenRequestsGetAnOutcome() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        for (int crash = 1; crash <= 3; crash++) {
            acknowledged.addAll(runAndKill(150 * crash));
        }
        Samples.small(folder).close();
        VerifyReport report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
        assertThat(report.crashes()).isGreaterThanOrEqualTo(3);
        assertThat(report.pending()).isZero();

        Set<String> written = new HashSet<>();
        for (int epoch = 1; epoch <= 4; epoch++) {
            for (JsonNode record : SecondReader.entries(Samples.epoch(folder, epoch))) {
                written.add(record.get("log").asText() + "/" + record.get("seq").asText());
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(400);
        assertThat(written).containsAll(acknowledged);
    }

    /** Lets a child write until it has said so many receipts, then kills it; the records it was told are durable. */
    private Set<String> runAndKill(int receipts) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Set<String> acknowledged = new HashSet<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && acknowledged.size() < receipts) {
                acknowledged.add(line);
                line = lines.readLine();
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed by signal 9").isEqualTo(137);
        return acknowledged;
    }

    @Test
    void aTornTailIsIncompleteUntilTheNextStartCutsItAndSaysSo() throws Exception {
        Path segment = logWithoutEnd();
        long used = usedBytes(segment);
        // A frame of which the disk got the first sectors only.
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(used);
            file.writeInt(2_000);
            int written = (int) (512 - (used + 4) % 512 + 512);
            file.write("x".repeat(written).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(verify().findings()).extracting(Finding::kind).containsExactly("torn_tail");
        assertThat(verify().exitCode()).isEqualTo(2);

        Samples.small(folder).close();
        assertThat(verify().exitCode()).isZero();
        assertThat(verify().crashes()).isEqualTo(1);
        assertThat(Files.size(segment)).isEqualTo(used);
        JsonNode recovery = last("recovery");
        assertThat(recovery.at("/damage/0/kind").asText()).isEqualTo("torn_tail");
        assertThat(recovery.at("/damage/0/offset").asLong()).isEqualTo(used);
        assertThat(recovery.get("unknown_crash").asInt()).isEqualTo(1);
    }

    @Test
    void aChangedRecordIsNeverCutAway() throws Exception {
        Path segment = logWithoutEnd();
        long used = usedBytes(segment);
        byte[] before;
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(used - 10);
            int one = file.read();
            file.seek(used - 10);
            file.write(one ^ 1);
        }
        before = Files.readAllBytes(segment);
        assertThat(verify().exitCode()).isEqualTo(1);
        Samples.small(folder).close();
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
        assertThat(last("recovery").at("/damage/0/kind").asText()).isEqualTo("changed");
        assertThat(verify().exitCode()).isEqualTo(1);
    }

    @Test
    void aStartThatDiedInItsOwnRecoveryIsMadeUpFor() throws Exception {
        logWithoutEnd();
        // A start that got as far as making its folder, twice.
        Files.createDirectory(Samples.epoch(folder, 2));
        Files.createDirectory(Samples.epoch(folder, 3));
        Samples.small(folder).close();
        assertThat(verify().findings()).isEmpty();
        assertThat(verify().crashes()).isEqualTo(1);
    }

    /** A log with one finished and one open request whose writer went without closing it; the segment it was in. */
    private Path logWithoutEnd() throws Exception {
        Path other = folder.resolve("copy");
        Path segment = Samples.epoch(folder, 1).resolve(Frame.segmentName(0));
        try (FileAuditLog log = Samples.small(other)) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
            log.open(Samples.decision(2));
            Files.createDirectories(segment.getParent());
            Files.copy(Samples.epoch(other, 1).resolve(Frame.segmentName(0)), segment);
            Files.createFile(Samples.epoch(folder, 1).resolveSibling("lock"));
        }
        try (var files = Files.walk(other)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return segment;
    }

    private static long usedBytes(Path segment) throws Exception {
        return TornTail.used(Files.readAllBytes(segment), 0);
    }

    private JsonNode last(String type) throws Exception {
        return SecondReader.entries(Samples.epoch(folder, 2)).stream()
                .filter(record -> record.get("type").asText().equals(type))
                .reduce((_, second) -> second)
                .orElseThrow();
    }

    private VerifyReport verify() {
        return new AuditVerifier(Clock.systemUTC()).verify(folder, List.of());
    }
}
