package io.belvedere.server.doors;

import static io.belvedere.audit.AuditError.AUDIT_UNAVAILABLE;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.AuditTicket;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.audit.Receipt;
import io.belvedere.audit.ServerStart;
import io.belvedere.model.access.QueryId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real log, with its records also kept for the test, and a disk that can be taken away. */
final class RecordingAudit implements AuditLog {
    /** When the disk is gone. */
    enum Disk {
        WORKS,
        GONE,
        GONE_FOR_OUTCOMES
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static volatile Disk disk = Disk.WORKS;
    static final List<Entry> ENTRIES = new CopyOnWriteArrayList<>();
    static final List<AdminRecord> NOTES = new CopyOnWriteArrayList<>();

    /** A request's two records. */
    record Entry(DecisionRecord decision, OutcomeRecord outcome) {}

    private final AuditLog log;
    private final Map<String, DecisionRecord> open = new ConcurrentHashMap<>();

    private RecordingAudit(AuditLog log) {
        this.log = log;
    }

    /** Over a log of its own, which waits for the disk for longer than any test machine keeps it busy. */
    static RecordingAudit over(AuditSettings settings) {
        return new RecordingAudit(FileAuditLog.open(settings, PATIENCE));
    }

    static Entry of(QueryId id) {
        List<Entry> found = ENTRIES.stream()
                .filter(entry -> entry.decision().request().equals(id))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("a request leaves one decision and one outcome, " + id + " left " + found.size());
        }
        return found.getFirst();
    }

    @Override
    public AuditTicket open(DecisionRecord decision) {
        require(Disk.WORKS, Disk.GONE_FOR_OUTCOMES);
        AuditTicket ticket = log.open(decision);
        open.put(ticket.id(), decision);
        return ticket;
    }

    @Override
    public Receipt close(AuditTicket ticket, OutcomeRecord outcome) {
        require(Disk.WORKS);
        Receipt receipt = log.close(ticket, outcome);
        ENTRIES.add(new Entry(open.remove(ticket.id()), outcome));
        return receipt;
    }

    @Override
    public Receipt refuse(DecisionRecord decision, OutcomeRecord outcome) {
        require(Disk.WORKS);
        Receipt receipt = log.refuse(decision, outcome);
        ENTRIES.add(new Entry(decision, outcome));
        return receipt;
    }

    private static void require(Disk... enough) {
        if (!List.of(enough).contains(disk)) {
            throw AUDIT_UNAVAILABLE.error("The audit log takes no record now; try again later.");
        }
    }

    @Override
    public Receipt note(AdminRecord event) {
        Receipt receipt = log.note(event);
        NOTES.add(event);
        return receipt;
    }

    @Override
    public boolean available() {
        return disk == Disk.WORKS && log.available();
    }

    @Override
    public String origin() {
        return log.origin();
    }

    @Override
    public ServerStart start() {
        return log.start();
    }

    @Override
    public void close() {
        log.close();
    }
}
