package io.belvedere.audit;

import io.belvedere.audit.OutcomeRecord.Status;
import java.nio.file.Path;
import java.time.Duration;

/** A log of three starts in many segments, the last but one of them of several frames. */
public final class ManySegments {
    private ManySegments() {}

    /** Writes it; every log is closed, so every segment ends with its last frame. */
    public static void write(Path folder) throws InterruptedException {
        LogLimits standard = Samples.SMALL;
        LogLimits shortSegments = new LogLimits(
                standard.segmentBytes(),
                standard.reserveBytes(),
                Duration.ofMillis(40),
                standard.durableWithin(),
                standard.decisionsQueued(),
                standard.ticketsOpen(),
                standard.retryEvery());
        for (int start = 0; start < 3; start++) {
            try (FileAuditLog log =
                    FileAuditLog.open(Samples.settings(folder), shortSegments, new FileDisk(), System::nanoTime)) {
                for (int request = 0; request < 9; request++) {
                    AuditTicket ticket = log.open(Samples.decision(100 * start + request));
                    log.refuse(Samples.decision(100 * start + 50 + request), Samples.outcome(Status.DENIED));
                    log.close(ticket, Samples.ok());
                    if (request % 3 == 2) {
                        Thread.sleep(60);
                    }
                }
            }
        }
    }
}
