package io.belvedere.audit;

import io.belvedere.audit.Append.Durable;
import io.belvedere.audit.OutcomeRecord.Status;
import io.belvedere.model.access.QueryId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes all that waits, up to a batch, writes it at once, forces it once, and only then answers;
 * it never waits for more to come.
 *
 * <p>A record that has its place is written or the log stays unavailable: after a failed write or force the segment is left
 * alone, and the same bytes go to a new one, with a {@code recovery} record that names the doubtful range and an outcome for
 * each decision whose request was refused meanwhile.
 */
final class LogWriter {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMillis(50);

    private final LogLimits limits;
    private final LongSupplier nanos;
    private final RecordForm form;
    private final Sequencer sequencer;
    private final Segments segments;
    private final LinkedBlockingQueue<Append> queue;
    private final AtomicInteger tickets = new AtomicInteger();
    private final Thread thread;

    /** Why decisions are refused now; the writer's thread writes it. */
    private volatile State state = State.READY;

    private volatile boolean closing;
    private volatile long retryAtNanos;
    private volatile long busySinceNanos = Long.MIN_VALUE;

    // Below: owned by the writer's thread.
    private final Map<Long, QueryId> open = new TreeMap<>();
    private final List<Acknowledgement> placed = new ArrayList<>();
    private final List<Decided> refused = new ArrayList<>();
    private @Nullable Suspect suspect;

    private enum State {
        READY,
        /** The disk has no room for another segment: only outcomes are written, into the reserve. */
        BLOCKED,
        /** The last write or force failed: nothing is written until a new segment takes it. */
        FAILED
    }

    private record Acknowledgement(CompletableFuture<Durable> waiting, Durable durable, Optional<Decided> decided) {}

    private record Decided(long sequence, QueryId request) {}

    private record Suspect(String segment, long offset, long fromSequence) {}

    LogWriter(LogLimits limits, LongSupplier nanos, RecordForm form, Sequencer sequencer, Segments segments) {
        this.limits = limits;
        this.nanos = nanos;
        this.form = form;
        this.sequencer = sequencer;
        this.segments = segments;
        this.queue = new LinkedBlockingQueue<>(limits.decisionsQueued() + limits.ticketsOpen());
        this.thread = Thread.ofPlatform().name("audit-writer").daemon().unstarted(this::run);
    }

    /** Writes the first records on the caller's thread, then starts the writer. */
    void start(List<Draft> first) throws IOException {
        segments.begin(0);
        for (Draft draft : first) {
            sequencer.place(draft);
            if (sequencer.unwrittenBytes() > LogLimits.BATCH_BYTES) {
                flushFirst();
            }
        }
        flushFirst();
        thread.start();
    }

    private void flushFirst() throws IOException {
        segments.append(sequencer.unwritten());
        sequencer.written();
    }

    /** Whether a decision would be taken now. */
    boolean available() {
        long busySince = busySinceNanos;
        boolean stuck = busySince != Long.MIN_VALUE
                && nanos.getAsLong() - busySince > limits.durableWithin().toNanos();
        return state == State.READY && !closing && !stuck && thread.isAlive();
    }

    /** Hands a decision over; false when it must be refused at once. */
    boolean offerDecision(Append.Decide decision) {
        if (tickets.incrementAndGet() > limits.ticketsOpen() || !offer(decision)) {
            tickets.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Hands over what is not an outcome; false when it must be refused at once. */
    boolean offer(Append append) {
        boolean hopeless = state != State.READY && nanos.getAsLong() - retryAtNanos < 0;
        return !closing && !hopeless && queue.size() < limits.decisionsQueued() && queue.offer(append);
    }

    /** Hands an outcome over, which has room whenever its ticket was given; false only when the log is closed. */
    boolean offerOutcome(Append.End end) {
        return !closing && queue.offer(end);
    }

    /** Ends what is open, writes the closing record and stops. */
    void close() {
        closing = true;
        try {
            thread.join(CLOSE_WITHIN);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing || !queue.isEmpty()) {
                if (state == State.FAILED && !reopened()) {
                    if (closing) {
                        break;
                    }
                    TimeUnit.NANOSECONDS.sleep(IDLE.toNanos());
                    continue;
                }
                step(take());
            }
            finish();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            closing = true;
            segments.close();
            queue.forEach(this::refuse);
        }
    }

    private void step(List<Append> batch) {
        // Without traffic too, a blocked log looks for room: nobody sends requests to a server that is not ready.
        if (batch.isEmpty() && refused.isEmpty() && state != State.BLOCKED) {
            return;
        }
        busySinceNanos = nanos.getAsLong();
        makeRoom(batch);
        batch.forEach(this::sequence);
        answerRefused();
        commit();
        busySinceNanos = Long.MIN_VALUE;
    }

    private List<Append> take() throws InterruptedException {
        List<Append> batch = new ArrayList<>();
        Append head = queue.poll(refused.isEmpty() ? IDLE.toMillis() : 0, TimeUnit.MILLISECONDS);
        int bytes = 0;
        while (head != null) {
            batch.add(head);
            bytes += head.bytes();
            Append following = queue.peek();
            boolean fits = following != null
                    && batch.size() < LogLimits.BATCH_ENTRIES / 2
                    && bytes + following.bytes() <= LogLimits.BATCH_BYTES;
            head = fits ? queue.poll() : null;
        }
        return batch;
    }

    /** Goes on in a new segment when the batch needs one; without room for a new one, decisions end here. */
    private void makeRoom(List<Append> batch) {
        int bytes = (batch.size() + refused.size() + 2) * LogLimits.SMALL_OUTCOME_BYTES;
        for (Append append : batch) {
            bytes += append.bytes();
        }
        boolean fits = segments.fits(bytes);
        if (state == State.READY && fits && !segments.old()) {
            return;
        }
        if (nanos.getAsLong() - retryAtNanos < 0) {
            return;
        }
        Members change =
                new Members().text("prev_segment", segments.name(), 64).number("prev_bytes", segments.position());
        try {
            segments.begin(sequencer.next());
            state = State.READY;
            sequencer.place(form.own(RecordType.SEGMENT, change));
        } catch (IOException noRoom) {
            retryAtNanos = nanos.getAsLong() + limits.retryEvery().toNanos();
            if (state == State.READY && !fits) {
                state = State.BLOCKED;
                sequencer.place(form.own(RecordType.AUDIT_BLOCKED, new Members().text("reason", "no_segment", 64)));
            }
        }
    }

    private void sequence(Append append) {
        switch (append) {
            case Append.End(long decision, Draft outcome, var small, var waiting) -> {
                Durable durable = sequencer.place(state == State.BLOCKED ? small.get() : outcome, of(decision));
                open.remove(decision);
                tickets.decrementAndGet();
                placed.add(new Acknowledgement(waiting, durable, Optional.empty()));
            }
            case Append.Decide(QueryId request, Draft decision, var waiting)
            when state == State.READY -> {
                Durable durable = sequencer.place(decision);
                Decided decided = new Decided(durable.sequence(), request);
                if (waiting.isDone()) {
                    refused.add(decided);
                } else {
                    placed.add(new Acknowledgement(waiting, durable, Optional.of(decided)));
                }
            }
            case Append.Refuse(Draft decision, Draft outcome, var waiting)
            when state == State.READY -> {
                long sequence = sequencer.place(decision).sequence();
                placed.add(new Acknowledgement(waiting, sequencer.place(outcome, of(sequence)), Optional.empty()));
            }
            case Append.Note(Draft note, var waiting)
            when state == State.READY ->
                placed.add(new Acknowledgement(waiting, sequencer.place(note), Optional.empty()));
            case Append.Decide _, Append.Refuse _, Append.Note _ -> refuse(append);
        }
    }

    /** Gives each decision whose request was refused, because the disk took too long, its outcome. */
    private void answerRefused() {
        OutcomeRecord unavailable = outcome(Status.FAILED, Optional.of(AuditError.AUDIT_UNAVAILABLE.name()));
        for (Decided decided : refused) {
            sequencer.place(form.smallOutcome(decided.request(), unavailable), of(decided.sequence()));
            tickets.decrementAndGet();
        }
        refused.clear();
    }

    private void commit() {
        if (sequencer.unwrittenBytes() == 0) {
            return;
        }
        try {
            segments.append(sequencer.unwritten());
        } catch (IOException failure) {
            fail();
            return;
        }
        sequencer.written();
        for (Acknowledgement done : placed) {
            // Known as open before its caller hears of it, because the caller may close it at once.
            done.decided().ifPresent(decided -> open.put(decided.sequence(), decided.request()));
            if (!done.waiting().complete(done.durable())) {
                done.decided().ifPresent(this::giveUp);
            }
        }
        placed.clear();
    }

    private void giveUp(Decided decided) {
        open.remove(decided.sequence());
        refused.add(decided);
    }

    /** Leaves a segment whose last bytes are in doubt. It is never forced again: the system may have dropped them already. */
    private void fail() {
        suspect = new Suspect(segments.name(), segments.position(), sequencer.unwrittenFrom());
        segments.abandon();
        state = State.FAILED;
        retryAtNanos = nanos.getAsLong() + limits.retryEvery().toNanos();
        for (Acknowledgement failed : placed) {
            failed.waiting().completeExceptionally(unavailable());
            failed.decided().ifPresent(refused::add);
        }
        placed.clear();
    }

    /** Tries, now and then, to write what is in doubt again, to a new segment. */
    private boolean reopened() {
        if (nanos.getAsLong() - retryAtNanos < 0 && !closing) {
            return false;
        }
        try {
            segments.begin(sequencer.unwrittenFrom());
            Suspect doubtful = suspect;
            if (doubtful != null) {
                Members range = new Members()
                        .text("segment", doubtful.segment(), 64)
                        .number("offset", doubtful.offset())
                        .number("from_seq", doubtful.fromSequence());
                sequencer.place(form.own(RecordType.RECOVERY, new Members().object("suspect", range)));
                suspect = null;
            }
            answerRefused();
            segments.append(sequencer.unwritten());
            sequencer.written();
            state = State.READY;
            return true;
        } catch (IOException still) {
            segments.abandon();
            retryAtNanos = nanos.getAsLong() + limits.retryEvery().toNanos();
            return false;
        }
    }

    private void finish() {
        if (state == State.FAILED) {
            return;
        }
        answerRefused();
        OutcomeRecord drained = outcome(Status.NODE_DRAIN, Optional.empty());
        open.forEach((sequence, request) -> sequencer.place(form.smallOutcome(request, drained), of(sequence)));
        sequencer.place(form.own(RecordType.CLOSE, new Members()));
        commit();
    }

    private void refuse(Append append) {
        append.durable().completeExceptionally(unavailable());
        if (append instanceof Append.Decide) {
            tickets.decrementAndGet();
        }
    }

    static Exception unavailable() {
        return AuditError.AUDIT_UNAVAILABLE.error("The audit log could not make the record durable; try again later.");
    }

    static OutcomeRecord outcome(Status status, Optional<String> code) {
        return new OutcomeRecord(status, code, 0, 0, Optional.empty(), Duration.ZERO, List.of(), List.of());
    }

    private static Members of(long decision) {
        return new Members().number("decision_seq", decision);
    }
}
