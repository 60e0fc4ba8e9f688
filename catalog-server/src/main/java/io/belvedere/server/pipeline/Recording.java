package io.belvedere.server.pipeline;

import static io.belvedere.server.ServerError.INTERNAL_ERROR;
import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** Runs requests so that none of them ends without a record of how. Safe for use by many threads. */
final class Recording {
    private static final Logger LOG = Logger.getLogger(Recording.class);

    private final AuditLog audit;
    private final String policyEngine;
    private final RunningQueries queries;
    private final QueryObserver observer;

    Recording(AuditLog audit, String policyEngine, RunningQueries queries, QueryObserver observer) {
        this.audit = audit;
        this.policyEngine = policyEngine;
        this.queries = queries;
        this.observer = observer;
    }

    Access begin(Request request, Operation operation) {
        return new Access(queries.begin(request, operation), operation, policyEngine);
    }

    /** A request that has one answer and no rows. */
    <T> T answered(Request request, Operation operation, Answer<T> answer) {
        try (Access access = begin(request, operation)) {
            List<T> answers = new ArrayList<>(1);
            recorded(access, () -> 0, () -> answers.add(answer.give(access)));
            access.requireSuccess();
            return answers.getFirst();
        }
    }

    /** Runs a request and records how it ended; whatever happens, the outcome is written before this returns. */
    void recorded(Access access, LongSupplier bytes, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            access.failed(failure);
        } finally {
            OutcomeRecord outcome = access.outcomeRecord(bytes.getAsLong());
            recordOutcome(access, outcome);
            access.failure().ifPresent(failure -> log(access, failure));
            access.finished().ifPresent(queries::keep);
            observer.ended(access.query().status(), access.request().traceparent(), outcome);
        }
    }

    private void recordOutcome(Access access, OutcomeRecord outcome) {
        try {
            access.closed(
                    access.ticket().isPresent()
                            ? audit.close(access.ticket().get(), outcome)
                            : audit.refuse(access.decisionRecord(), outcome));
        } catch (RuntimeException unavailable) {
            // An answer without a recorded outcome is not called complete; an earlier failure says more than this one.
            if (access.failure().isEmpty()) {
                access.failed(unavailable);
            } else {
                LOG.errorf(
                        "The outcome of %s could not be recorded.",
                        access.request().id());
            }
        }
    }

    /** Records the decision and gives the answer that it opens. */
    <T> T open(Access access, T answer) {
        decision(access);
        return answer;
    }

    /** Writes the decision to the disk; from here on sources may be asked. */
    void decision(Access access) {
        access.recorded(audit.open(access.decisionRecord()));
    }

    /** Writes to the disk what a request is about to change, with the request's id. */
    void note(Access access, AdminRecord change) {
        Map<String, String> facts = new TreeMap<>(change.facts());
        facts.put("req", access.request().id().toString());
        audit.note(new AdminRecord(change.type(), facts));
    }

    /** Records a request whose credentials were missing or wrong; it goes no further. */
    void reject(QueryId id, Protocol protocol, Optional<String> remoteAddress, ErrorCode why) {
        DecisionRecord decision = new DecisionRecord(
                id,
                Optional.empty(),
                Optional.empty(),
                Operation.QUERY,
                protocol,
                remoteAddress,
                List.of(),
                Optional.empty(),
                Optional.empty());
        audit.refuse(
                decision,
                new OutcomeRecord(
                        why == NOT_AUTHENTICATED ? OutcomeRecord.Status.DENIED : OutcomeRecord.Status.FAILED,
                        Optional.of(why.name()),
                        0,
                        0,
                        Optional.empty(),
                        Duration.ZERO,
                        List.of(),
                        List.of()));
    }

    private static void log(Access access, BelvedereException failure) {
        ErrorCode code = failure.code();
        if (code == INTERNAL_ERROR) {
            LOG.errorf("%s %s%s", access.request().id(), code.name(), SafeTrace.of(failure));
        } else if (code.audience() == ErrorCode.Audience.OPERATOR) {
            LOG.warnf("%s %s %s%s", access.request().id(), code.name(), failure.detail(), SafeTrace.causes(failure));
        } else {
            LOG.debugf("%s %s", access.request().id(), code.name());
        }
    }

    /** What a request is answered with. */
    @FunctionalInterface
    interface Answer<T> {
        T give(Access access);
    }
}
