package io.belvedere.federation.run;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.ExecutablePlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a plan that has shorter ways to its result: each attempt's few rows are held until it is certain that they are the
 * answer; when none is, the plan itself runs.
 */
final class AttemptStream implements RowStream {
    private static final String READ_TO_ITS_END = "ok";

    private final ExecutablePlan plan;
    private final RunContext context;
    private final Function<ExecutablePlan, RowStream> open;
    private final Runnable release;
    private final Deque<ExecutablePlan.Attempt> left;
    /** Batches of an attempt, the first being the current one once it was asked for; owned by this, used by the one reader. */
    private final Deque<VectorSchemaRoot> held = new ArrayDeque<>();

    private boolean decided;
    private boolean holding;
    private boolean closed;
    private @Nullable VectorSchemaRoot given;
    // Written by the one reader, read by whoever cancels; guarded by this.
    private RowStream current;
    private boolean cancelled;

    /** @param release gives back what the attempts share, called once */
    AttemptStream(ExecutablePlan plan, RunContext context, Function<ExecutablePlan, RowStream> open, Runnable release) {
        this.release = release;
        this.plan = plan;
        this.context = context;
        this.open = open;
        this.left = new ArrayDeque<>(plan.attempts());
        this.current = open.apply(plan.attempt(left.getFirst()));
    }

    @Override
    public List<OutputColumn> columns() {
        return plan.columns();
    }

    @Override
    public boolean next() {
        if (!decided) {
            decide();
            decided = true;
        }
        if (!holding) {
            return current.next();
        }
        drop();
        given = held.poll();
        return given != null;
    }

    private void decide() {
        while (!left.isEmpty()) {
            int before = context.timeline().entries().size();
            long rows = hold();
            if (isComplete(left.removeFirst(), rows, before)) {
                holding = true;
                return;
            }
            closeHeld();
            current.close();
            turnTo(open.apply(left.isEmpty() ? plan.withoutAttempts() : plan.attempt(left.getFirst())));
        }
    }

    private long hold() {
        long rows = 0;
        while (current.next()) {
            rows += current.batch().getRowCount();
            held.add(moved(current.batch()));
        }
        return rows;
    }

    /** Enough rows came out, or the source gave all it has. */
    private boolean isComplete(ExecutablePlan.Attempt attempt, long rows, int before) {
        if (rows >= attempt.rowsWanted()) {
            return true;
        }
        List<Timeline.FetchFacts> fetches = context.timeline().entries().stream()
                .skip(before)
                .filter(entry -> entry.name().equals(attempt.driver()))
                .flatMap(entry -> entry.fetch().stream())
                .toList();
        return !fetches.isEmpty()
                && fetches.stream().allMatch(fetch -> fetch.status().equals(READ_TO_ITS_END))
                && fetches.stream().mapToLong(Timeline.FetchFacts::rows).sum() < attempt.driverRowsMax();
    }

    private static VectorSchemaRoot moved(VectorSchemaRoot from) {
        List<FieldVector> vectors = new ArrayList<>();
        for (FieldVector vector : from.getFieldVectors()) {
            TransferPair pair = vector.getTransferPair(vector.getAllocator());
            pair.transfer();
            vectors.add((FieldVector) pair.getTo());
        }
        return new VectorSchemaRoot(vectors);
    }

    private void turnTo(RowStream next) {
        boolean stop;
        synchronized (this) {
            current = next;
            stop = cancelled;
        }
        if (stop) {
            next.cancel();
        }
    }

    @Override
    public VectorSchemaRoot batch() {
        if (!holding) {
            return current.batch();
        }
        if (given == null) {
            throw new IllegalStateException("next() has not given a batch");
        }
        return given;
    }

    @Override
    public List<String> incompleteSources() {
        return current.incompleteSources();
    }

    @Override
    public List<SourceReading> readings() {
        return current.readings();
    }

    @Override
    public List<DimensionReading> dimensions() {
        return current.dimensions();
    }

    @Override
    public void cancel() {
        RowStream running;
        synchronized (this) {
            cancelled = true;
            running = current;
        }
        running.cancel();
    }

    private void drop() {
        if (given != null) {
            given.close();
            given = null;
        }
    }

    private void closeHeld() {
        held.forEach(VectorSchemaRoot::close);
        held.clear();
    }

    /** What is held goes before the memory it stands in. */
    @Override
    public void close() {
        drop();
        closeHeld();
        current.close();
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
