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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFaultsTest {
    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    /** The log's own clock: a disk that failed is not tried again before the test says so. */
    private final AtomicLong nanos = new AtomicLong();

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
        try (FileAuditLog log = open(Samples.SMALL.durableWithin(Duration.ofSeconds(1)))) {
            AuditTicket ticket = openSometime(log);
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
    void aHangingDiskRefusesWithinItsTimeAndTheLateDecisionGetsItsOutcome() throws Exception {
        try (FileAuditLog log = open(Samples.SMALL.durableWithin(Duration.ofSeconds(1)))) {
            FaultyDisk.Hang hang = disk.hang();
            long start = System.nanoTime();
            unavailable(() -> log.open(Samples.decision(1)));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
            hang.awaitBegin();
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            assertThat(log.available()).isFalse();
            hang.letGo();
            awaitAvailable(log);
            log.close(openSometime(log), Samples.ok());
        }
        // A busy disk may take longer than its time again, before it takes the last.
        assertThat(outcomes())
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly("failed AUDIT_UNAVAILABLE", "ok")
                .containsOnlyOnce("ok");
        assertThat(verify().exitCode()).isZero();
    }

    private static AuditTicket openSometime(FileAuditLog log) {
        for (int number = 100; ; number++) {
            try {
                return log.open(Samples.decision(number));
            } catch (BelvedereException late) {
                assertThat(number).as("tries until a decision is taken").isLessThan(200);
            }
        }
    }

    /** Each caller would wait for a minute; most are refused while the disk still hangs. */
    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        int callers = 40;
        CountDownLatch refusedAtOnce = new CountDownLatch(callers / 2);
        List<Future<Optional<AuditTicket>>> answers = new ArrayList<>();
        try (FileAuditLog log = open(limits(Duration.ofHours(1), 4, 256));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            FaultyDisk.Hang hang = disk.hang();
            for (int caller = 0; caller < callers; caller++) {
                int number = caller;
                answers.add(threads.submit(() -> {
                    try {
                        return Optional.of(log.open(Samples.decision(number)));
                    } catch (BelvedereException refused) {
                        assertThat(refused.code()).isEqualTo(AUDIT_UNAVAILABLE);
                        refusedAtOnce.countDown();
                        return Optional.empty();
                    }
                }));
            }
            assertThat(refusedAtOnce.await(50, TimeUnit.SECONDS)).isTrue();
            hang.letGo();
            int taken = 0;
            for (Future<Optional<AuditTicket>> answer : answers) {
                taken += answer.get().isPresent() ? 1 : 0;
            }
            assertThat(taken).isBetween(1, callers / 2);
        }
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
        return FileAuditLog.open(Samples.settings(folder), limits, disk, nanos::get);
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

    private void awaitAvailable(FileAuditLog log) throws InterruptedException {
        for (int tries = 0; !log.available(); tries++) {
            assertThat(tries).as("tries until the log is available").isLessThan(3_000);
            nanos.addAndGet(Samples.SMALL.retryEvery().toNanos());
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
