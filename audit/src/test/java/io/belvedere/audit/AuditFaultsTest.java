package io.belvedere.audit;

import static io.belvedere.audit.AuditError.AUDIT_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.audit.verify.AuditVerifier;
import io.belvedere.audit.verify.Finding;
import io.belvedere.audit.verify.VerifyReport;
import io.belvedere.model.error.BelvedereException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFaultsTest {
    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void aFailedForceRefusesTheRequestAndGoesOnInANewSegment() throws Exception {
        failOnceAndRecover(() -> disk.forcesToFail.set(1));
    }

    @Test
    void aFailedWriteRefusesTheRequestAndGoesOnInANewSegment() throws Exception {
        failOnceAndRecover(() -> disk.writesToFail.set(1));
    }

    private void failOnceAndRecover(Runnable fault) throws Exception {
        try (FileAuditLog log = open(Samples.SMALL)) {
            log.close(log.open(Samples.decision(1)), Samples.ok());
            fault.run();
            unavailable(() -> log.open(Samples.decision(2)));
            assertThat(log.available()).isFalse();
            awaitAvailable(log);
            log.close(log.open(Samples.decision(3)), Samples.ok());
        }
        assertThat(disk.usesAfterFailure).hasValue(0);
        VerifyReport report = verify();
        assertThat(report.findings()).extracting(Finding::kind).containsExactly("suspect_range");
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.requests()).isEqualTo(3);
        assertThat(outcomes()).containsExactly("ok", "failed AUDIT_UNAVAILABLE", "ok");
    }

    @Test
    void aFailureOfTheFirstWriteOfASegmentIsOverwritten() throws Exception {
        LogLimits everyBatch = limits(Duration.ZERO, 512, 256);
        try (FileAuditLog log = open(everyBatch)) {
            disk.forcesToFail.set(2);
            unavailable(() -> log.open(Samples.decision(1)));
            awaitAvailable(log);
            log.close(log.open(Samples.decision(2)), Samples.ok());
        }
        assertThat(verify().findings()).extracting(Finding::kind).containsExactly("suspect_range");
    }

    @Test
    void anOutcomeWhoseWriteFailedIsWrittenLater() throws Exception {
        try (FileAuditLog log = open(Samples.SMALL)) {
            AuditTicket ticket = log.open(Samples.decision(1));
            disk.forcesToFail.set(1);
            unavailable(() -> log.close(ticket, Samples.ok()));
            awaitAvailable(log);
        }
        assertThat(outcomes()).containsExactly("ok");
    }

    @Test
    void whileTheDiskFailsEverythingIsRefused() throws Exception {
        try (FileAuditLog log = open(Samples.SMALL)) {
            AuditTicket ticket = log.open(Samples.decision(1));
            disk.forcesToFail.set(1_000_000);
            unavailable(() -> log.open(Samples.decision(2)));
            unavailable(() -> log.open(Samples.decision(3)));
            unavailable(() -> log.refuse(Samples.decision(4), Samples.ok()));
            unavailable(() -> log.close(ticket, Samples.ok()));
            assertThat(log.available()).isFalse();
        }
        assertThat(disk.usesAfterFailure).hasValue(0);
    }

    @Test
    void aHangingDiskRefusesWithinASecondAndTheLateDecisionGetsItsOutcome() throws Exception {
        try (FileAuditLog log = open(Samples.SMALL)) {
            disk.hangMillis.set(2_000);
            long start = System.nanoTime();
            unavailable(() -> log.open(Samples.decision(1)));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(950), Duration.ofMillis(1_950));
            assertThat(log.available()).isFalse();
            awaitAvailable(log);
            log.close(log.open(Samples.decision(2)), Samples.ok());
        }
        assertThat(outcomes()).containsExactlyInAnyOrder("failed AUDIT_UNAVAILABLE", "ok");
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        LogLimits four = limits(Duration.ofHours(1), 4, 256);
        int refusedAtOnce = 0;
        try (FileAuditLog log = open(four);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            disk.hangMillis.set(2_000);
            List<Future<Duration>> callers = new ArrayList<>();
            for (int caller = 0; caller < 40; caller++) {
                int number = caller;
                callers.add(threads.submit(() -> {
                    long start = System.nanoTime();
                    unavailable(() -> log.open(Samples.decision(number)));
                    return Duration.ofNanos(System.nanoTime() - start);
                }));
            }
            for (Future<Duration> caller : callers) {
                refusedAtOnce += caller.get().compareTo(Duration.ofMillis(500)) < 0 ? 1 : 0;
            }
        }
        assertThat(refusedAtOnce).isBetween(20, 39);
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void requestsAtOnceAreBounded() throws Exception {
        LogLimits three = limits(Duration.ofHours(1), 512, 3);
        try (FileAuditLog log = open(three)) {
            AuditTicket first = log.open(Samples.decision(1));
            log.open(Samples.decision(2));
            log.open(Samples.decision(3));
            unavailable(() -> log.open(Samples.decision(4)));
            log.close(first, Samples.ok());
            log.open(Samples.decision(5));
        }
    }

    @Test
    void aFullDiskStopsDecisionsAndStillTakesOutcomes() throws Exception {
        try (FileAuditLog log = open(Samples.SMALL)) {
            List<AuditTicket> running = new ArrayList<>();
            for (int number = 0; number < 200; number++) {
                running.add(log.open(Samples.decision(number)));
            }
            disk.full.set(true);
            long written = fill(log);
            assertThat(written).isGreaterThan(100);
            assertThat(log.available()).isFalse();
            for (AuditTicket ticket : running) {
                log.close(ticket, Samples.ok());
            }
            unavailable(() -> log.open(Samples.decision(9_001)));
            disk.full.set(false);
            awaitAvailable(log);
            log.close(log.open(Samples.decision(9_002)), Samples.ok());
        }
        VerifyReport report = verify();
        assertThat(report.findings()).isEmpty();
        assertThat(records())
                .filteredOn(record -> record.get("type").asText().equals("audit_blocked"))
                .hasSize(1);
    }

    /** Refuses requests until the disk is said to be full; how many went in. */
    private static long fill(FileAuditLog log) {
        String statement = "SELECT " + "x".repeat(8_000);
        for (long number = 10_000; number < 20_000; number++) {
            try {
                log.refuse(Samples.decision(number, statement), Samples.ok());
            } catch (BelvedereException full) {
                assertThat(full.code()).isEqualTo(AUDIT_UNAVAILABLE);
                return number - 10_000;
            }
        }
        return Long.MAX_VALUE;
    }

    @Test
    void aLogWithoutRoomForItsFirstSegmentDoesNotOpen() {
        disk.full.set(true);
        unavailable(() -> open(Samples.SMALL));
    }

    private FileAuditLog open(LogLimits limits) {
        return FileAuditLog.open(Samples.settings(folder), limits, disk, System::nanoTime);
    }

    private static LogLimits limits(Duration segmentAge, int queued, int tickets) {
        return new LogLimits(
                Samples.SMALL.segmentBytes(),
                Samples.SMALL.reserveBytes(),
                segmentAge,
                Samples.SMALL.durableWithin(),
                queued,
                tickets,
                Samples.SMALL.retryEvery());
    }

    private static void awaitAvailable(FileAuditLog log) throws InterruptedException {
        for (int tries = 0; !log.available(); tries++) {
            assertThat(tries).as("tries until the log is available").isLessThan(500);
            Thread.sleep(20);
        }
    }

    private static void unavailable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(AUDIT_UNAVAILABLE));
    }

    private VerifyReport verify() {
        return new AuditVerifier(Clock.systemUTC()).verify(folder, List.of());
    }

    private List<JsonNode> records() throws Exception {
        return SecondReader.entries(Samples.epoch(folder, 1));
    }

    private List<String> outcomes() throws Exception {
        return records().stream()
                .filter(record -> record.get("type").asText().equals("outcome"))
                .map(record -> (record.get("status").asText() + " "
                                + record.path("code").asText())
                        .strip())
                .toList();
    }
}
