package io.belvedere.server.pipeline;

import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A query from its admission to its outcome. The request's thread moves it on; any thread may look at it and interrupt it.
 */
public final class RunningQuery {
    private final Request request;
    private final Operation operation;
    private final Timeline timeline;
    private final AtomicReference<Interruption> interruption = new AtomicReference<>();
    private final AtomicReference<RowStream> stream = new AtomicReference<>();
    private final AtomicReference<Runnable> unblock = new AtomicReference<>();
    private volatile Deadline deadline;
    private volatile String state = "waiting";
    private volatile List<String> views = List.of();
    private volatile Optional<String> statement = Optional.empty();
    private volatile Allow.Detail detail = Allow.Detail.SHAPE;
    private volatile long rows;
    // When the write that is under way began, on the monotonic clock; 0 when none is.
    private volatile long writingSince;
    private volatile boolean ending;

    RunningQuery(Request request, Operation operation, Timeline timeline, Deadline deadline) {
        this.request = request;
        this.operation = operation;
        this.timeline = timeline;
        this.deadline = deadline;
    }

    Request request() {
        return request;
    }

    Operation operation() {
        return operation;
    }

    Timeline timeline() {
        return timeline;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The deadline can only come nearer. */
    void within(Duration limit) {
        deadline = deadline.within(limit);
    }

    void moveOn(String next) {
        state = next;
    }

    void resolved(List<String> viewIds, String normalised) {
        views = List.copyOf(viewIds);
        statement = Optional.of(normalised);
    }

    void allowed(Allow.Detail granted) {
        detail = granted;
    }

    void delivered(long rowsSoFar) {
        rows = rowsSoFar;
    }

    /** Throws when the query was interrupted or is past its deadline; called between the steps of the walk. */
    void checkpoint() {
        Interruption reason = interruption.get();
        if (reason != null) {
            throw reason.error();
        }
        if (deadline.passed()) {
            throw Interruption.DEADLINE.error();
        }
    }

    Optional<Interruption> interruption() {
        return Optional.ofNullable(interruption.get());
    }

    /** Gives interruptions a stream to cancel; until {@link #detach()}. */
    void attach(RowStream opened) {
        stream.set(opened);
        if (interruption.get() != null) {
            opened.cancel();
        }
    }

    void detach() {
        stream.set(null);
    }

    /** Gives interruptions a way to free the request's thread from a write that blocks. */
    public void onInterrupt(Runnable action) {
        unblock.set(action);
    }

    /** Marks the begin and the end of a write to the client. */
    void writing(Runnable write) {
        writingSince = System.nanoTime();
        try {
            write.run();
        } finally {
            writingSince = 0;
        }
    }

    /** As {@link #writing}, for the last words of a query that has its outcome: only a client that does not read them cuts them short. */
    void ending(Runnable lastWords) {
        ending = true;
        writing(lastWords);
    }

    /** Stops the query; the first reason counts. Whether this call was the first, and came before the query's end. */
    public boolean interrupt(Interruption reason) {
        if (ending || !interruption.compareAndSet(null, reason)) {
            return false;
        }
        RowStream opened = stream.get();
        if (opened != null) {
            opened.cancel();
        }
        freeWriter();
        return true;
    }

    private void freeWriter() {
        Runnable action = unblock.get();
        if (action != null && writingSince != 0) {
            action.run();
        }
    }

    /** Interrupts a write that has gone on past the deadline or for longer than a client may take to read. */
    void interruptIfStuck(Duration slowReader) {
        long since = writingSince;
        if (since == 0) {
            return;
        }
        boolean stalled = System.nanoTime() - since > slowReader.toNanos();
        boolean late = !ending && deadline.passed();
        boolean interrupted = (late || stalled) && interrupt(late ? Interruption.DEADLINE : Interruption.STALL);
        if (stalled && !interrupted) {
            // It was interrupted before this write began, or these are its last words.
            freeWriter();
        }
    }

    /** Ends the query when what its caller was let in by does not hold any more. */
    void interruptIfRevoked() {
        switch (request.standing().state()) {
            case HOLDS -> {}
            case ENDED -> interrupt(Interruption.REVOKED);
            case UNKNOWN -> interrupt(Interruption.UNVOUCHED);
        }
    }

    QueryStatus status() {
        return new QueryStatus(
                request.id(),
                request.caller(),
                operation,
                state,
                timeline.started(),
                timeline.elapsed(),
                views,
                statement,
                rows,
                Optional.empty(),
                detail,
                timeline.entries());
    }
}
