package io.belvedere.bench;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditTicket;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.audit.Receipt;
import io.belvedere.audit.ServerStart;
import io.belvedere.bench.StepTimes.Step;

/** A log whose two records of a query are timed. */
record TimedAudit(AuditLog log, StepTimes times) implements AuditLog {
    @Override
    public AuditTicket open(DecisionRecord decision) {
        return times.timed(Step.RECORD_INTENT, () -> log.open(decision));
    }

    @Override
    public Receipt close(AuditTicket ticket, OutcomeRecord outcome) {
        return times.timed(Step.RECORD_OUTCOME, () -> log.close(ticket, outcome));
    }

    @Override
    public Receipt refuse(DecisionRecord decision, OutcomeRecord outcome) {
        return log.refuse(decision, outcome);
    }

    @Override
    public Receipt note(AdminRecord event) {
        return log.note(event);
    }

    @Override
    public boolean available() {
        return log.available();
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
