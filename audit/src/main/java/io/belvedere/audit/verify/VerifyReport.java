package io.belvedere.audit.verify;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a verification found.
 *
 * @param logs one for each start, in order
 * @param findings in the order they were met
 * @param requests decisions that have their outcome
 * @param crashes requests whose outcome is not known because the server stopped
 * @param pending decisions of the last log that may still get theirs
 * @param receipts receipts whose record is in the log
 */
public record VerifyReport(
        List<LogSummary> logs,
        List<Finding> findings,
        long requests,
        long crashes,
        long pending,
        List<String> receipts) {
    public VerifyReport {
        logs = List.copyOf(logs);
        findings = List.copyOf(findings);
        receipts = List.copyOf(receipts);
    }

    /** The first of the gravest findings. */
    public Optional<Finding> firstBad() {
        return findings.stream().min(Comparator.comparing(Finding::severity));
    }

    /** 0 for a log that is whole. */
    public int exitCode() {
        return firstBad().map(bad -> bad.severity().exitCode()).orElse(0);
    }

    /** Records that are verified. */
    public long records() {
        return logs.stream().mapToLong(LogSummary::records).sum();
    }
}
