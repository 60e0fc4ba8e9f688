package io.belvedere.audit.verify;

import io.belvedere.audit.Receipt;
import io.belvedere.audit.verify.EpochVerifier.Position;
import io.belvedere.audit.verify.EpochVerifier.Previous;
import io.belvedere.audit.verify.LogSummary.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies the logs below a folder, offline, in constant memory and without a key. For each record, in this order: frame length
 * and checksum, canonical form, schema, sequence and log, time, chain, the order of a log's own records, the chain from start to
 * start, and that each decision has its one outcome.
 *
 * <p>What it cannot see without a copy kept elsewhere: records or whole logs cut from the end, and a log written anew by
 * somebody who can write the folder. It says so. It may read a log that is being written.
 */
public final class AuditVerifier {
    private final Clock clock;

    public AuditVerifier(Clock clock) {
        this.clock = clock;
    }

    /** Verifies, and looks for the record of each receipt. What cannot be read is a finding, not an exception. */
    public VerifyReport verify(Path folder, List<Receipt> kept) {
        List<Finding> findings = new ArrayList<>();
        List<LogSummary> logs = new ArrayList<>();
        Receipts receipts = new Receipts(kept);
        long requests = 0;
        long crashes = 0;
        long pending = 0;
        try {
            List<List<LogFolders.Epoch>> nodes = Files.isDirectory(folder) ? LogFolders.find(folder) : List.of();
            if (nodes.isEmpty()) {
                findings.add(unreadable("no_log", "There is no audit log here."));
            }
            for (List<LogFolders.Epoch> epochs : nodes) {
                Pairing pairing = new Pairing();
                verifyNode(epochs, pairing, receipts, logs, findings);
                requests += pairing.requests();
                crashes += pairing.crashes();
                pending += pairing.pending();
            }
            receipts.finish(findings);
        } catch (IOException | UncheckedIOException failure) {
            findings.add(unreadable("unreadable", "A file or folder of the log could not be read."));
        }
        return new VerifyReport(logs, findings, requests, crashes, pending, receipts.found());
    }

    private void verifyNode(
            List<LogFolders.Epoch> epochs,
            Pairing pairing,
            Receipts receipts,
            List<LogSummary> logs,
            List<Finding> findings)
            throws IOException {
        Optional<Previous> previous = Optional.empty();
        for (int at = 0; at < epochs.size(); at++) {
            Position position = at == epochs.size() - 1 ? Position.LAST : Position.FOLLOWED;
            Previous verified =
                    new EpochVerifier(epochs.get(at), position, pairing, receipts, findings).verify(previous);
            logs.add(verified.summary());
            boolean wroteNothing =
                    verified.summary().records() == 0 && verified.summary().state() != State.BROKEN;
            previous = wroteNothing ? previous : Optional.of(verified);
        }
        String lastOpen = previous.map(Previous::summary)
                .filter(summary -> summary.state() != State.CLOSED)
                .map(LogSummary::origin)
                .orElse("");
        pairing.finish(clock.instant(), lastOpen, findings);
    }

    private static Finding unreadable(String kind, String detail) {
        return new Finding(Severity.UNREADABLE, kind, "", -1, -1, detail);
    }
}
