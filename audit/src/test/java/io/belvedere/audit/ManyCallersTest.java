package io.belvedere.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.audit.verify.AuditVerifier;
import io.belvedere.audit.verify.VerifyReport;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyCallersTest {
    private static final int CALLERS = 64;
    private static final int REQUESTS = 10_000;

    @TempDir
    Path folder;

    @Test
    void sixtyFourCallersWriteTwentyThousandRecordsThatVerify() {
        Set<String> receipts = ConcurrentHashMap.newKeySet();
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder))) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int caller = 0; caller < CALLERS; caller++) {
                    int first = caller;
                    threads.execute(() -> {
                        for (int request = first; request < REQUESTS; request += CALLERS) {
                            AuditTicket ticket = log.open(Samples.decision(request));
                            receipts.add(log.close(ticket, Samples.ok()).id());
                        }
                    });
                }
            }
        }
        assertThat(receipts).hasSize(REQUESTS);
        VerifyReport report = new AuditVerifier(Clock.systemUTC()).verify(folder, List.of());
        assertThat(report.findings()).isEmpty();
        assertThat(report.requests()).isEqualTo(REQUESTS);
        assertThat(report.records()).isEqualTo(2L * REQUESTS + 2);
    }

    @Test
    void aClockThatGoesBackIsSaid() throws Exception {
        MovableClock clock = new MovableClock(Instant.parse("2026-11-22T10:00:00Z"));
        try (FileAuditLog log = FileAuditLog.open(Samples.settings(folder, clock))) {
            clock.set(Instant.parse("2026-11-22T09:59:58.500Z"));
            log.close(log.open(Samples.decision(1)), Samples.ok());
            clock.set(Instant.parse("2026-11-22T09:00:00Z"));
            log.close(log.open(Samples.decision(2)), Samples.ok());
        }
        assertThat(SecondReader.entries(Samples.epoch(folder, 1)))
                .extracting(record -> record.get("type").asText())
                .containsExactly("open", "decision", "outcome", "clock_anomaly", "decision", "outcome", "close");
        assertThat(new AuditVerifier(clock).verify(folder, List.of()).findings())
                .isEmpty();
    }
}
