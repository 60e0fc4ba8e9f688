package io.belvedere.server.doors;

import static io.belvedere.federation.FederationError.CANCELLED;
import static io.belvedere.federation.FederationError.SOURCE_UNAVAILABLE;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.federation.run.Timeline;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows out of nothing, in place of sources. {@link #next} says what the next query does; text cells are {@code text-ROW}, number
 * cells the row's number.
 */
final class FakeRows implements RowStream {
    static final int BATCH_ROWS = 500;

    /** What a query does. */
    sealed interface Behaviour {
        /** Gives so many rows. */
        record Give(int rows) implements Behaviour {}

        /** Gives so many batches, then its source is lost. */
        record Lose(int batches) implements Behaviour {}

        /** Gives a row and names a source that is missing. */
        record Miss(String source) implements Behaviour {}

        /** Gives so many rows, then waits until it is cancelled. */
        record GiveAndWait(int rows) implements Behaviour {}

        /** Waits until it is cancelled. */
        record Wait() implements Behaviour {}
    }

    static volatile Behaviour next = new Behaviour.Give(3);
    static final AtomicInteger OPENED = new AtomicInteger();

    private final Behaviour behaviour = next;
    private final RootAllocator memory = new RootAllocator();
    private final List<OutputColumn> columns;
    private final VectorSchemaRoot batch;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private int given;

    private FakeRows(List<OutputColumn> columns) {
        this.columns = columns;
        this.batch = VectorSchemaRoot.create(ArrowTypes.schema(columns), memory);
    }

    static RowStream open(ExecutablePlan plan, RunContext context) {
        OPENED.incrementAndGet();
        context.timeline()
                .add(new Timeline.Entry(
                        "fetch",
                        Duration.ZERO,
                        Duration.ofMillis(1),
                        Optional.of(new Timeline.FetchFacts(
                                "crm", "crm", "SELECT 'sql-canary'", "00", 0, 7, 70, 1, "ok"))));
        return new FakeRows(plan.columns());
    }

    @Override
    public List<OutputColumn> columns() {
        return columns;
    }

    @Override
    public boolean next() {
        return switch (behaviour) {
            case Behaviour.Give(int rows) -> fill(Math.min(BATCH_ROWS, rows - given));
            case Behaviour.Lose(int batches) -> {
                if (given >= batches * BATCH_ROWS) {
                    throw SOURCE_UNAVAILABLE.error("Source 'crm' does not answer.");
                }
                yield fill(BATCH_ROWS);
            }
            case Behaviour.Miss _ -> fill(1 - given);
            case Behaviour.GiveAndWait(int rows) ->
                given < rows ? fill(Math.min(BATCH_ROWS, rows - given)) : waitForCancel();
            case Behaviour.Wait _ -> waitForCancel();
        };
    }

    private boolean waitForCancel() {
        try {
            cancelled.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw CANCELLED.error("The query was cancelled.");
    }

    private boolean fill(int rows) {
        if (rows <= 0) {
            return false;
        }
        for (FieldVector vector : batch.getFieldVectors()) {
            vector.reset();
            for (int row = 0; row < rows; row++) {
                set(vector, row, given + row);
            }
            vector.setValueCount(rows);
        }
        batch.setRowCount(rows);
        given += rows;
        return true;
    }

    private static void set(FieldVector vector, int row, int value) {
        switch (vector) {
            case VarCharVector text -> text.setSafe(row, ("text-" + value).getBytes(StandardCharsets.UTF_8));
            case IntVector ints -> ints.setSafe(row, value);
            case BigIntVector longs -> longs.setSafe(row, 9_007_199_254_740_993L + value);
            case DecimalVector decimals ->
                decimals.setSafe(row, BigDecimal.valueOf(value).setScale(decimals.getScale()));
            case DateDayVector days -> days.setSafe(row, value);
            case TimeStampMicroVector times -> times.setSafe(row, value * 1_500_000L);
            default -> throw new IllegalStateException("no fake for " + vector.getMinorType());
        }
    }

    @Override
    public VectorSchemaRoot batch() {
        return batch;
    }

    @Override
    public List<String> incompleteSources() {
        return behaviour instanceof Behaviour.Miss(String source) ? List.of(source) : List.of();
    }

    @Override
    public List<DimensionReading> dimensions() {
        return List.of();
    }

    @Override
    public List<SourceReading> readings() {
        return List.of(new SourceReading("fake", Instant.EPOCH, Instant.EPOCH));
    }

    @Override
    public void cancel() {
        cancelled.countDown();
    }

    @Override
    public void close() {
        batch.close();
        memory.close();
    }
}
