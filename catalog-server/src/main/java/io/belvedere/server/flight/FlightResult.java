package io.belvedere.server.flight;

import static io.belvedere.federation.FederationError.SOURCE_UNAVAILABLE;
import static io.belvedere.server.ServerError.CLIENT_GONE;
import static io.belvedere.server.ServerError.SLOW_READER;

import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.server.http.TerminalFrame;
import io.belvedere.server.pipeline.DeprecatedUse;
import io.belvedere.server.pipeline.Interruption;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQuery;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A Flight stream as a result's sink: a batch is sent when the client has read what came before it. The terminal frame is the metadata of a last
 * batch without rows; a result that is not complete ends with an error in its place.
 */
final class FlightResult implements ResultSink {
    private final ServerStreamListener client;
    private final BufferAllocator memory;
    private final Partial partial;
    private final Runnable cut;
    private final AtomicReference<RunningQuery> query = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private boolean gone;
    // The rest is the request's thread's.
    private Schema schema = new Schema(List.of());
    private Optional<VectorSchemaRoot> sent = Optional.empty();
    private long bytes;

    /** What the caller does with a result whose contract lets rows be missing. */
    enum Partial {
        REFUSED,
        TAKEN
    }

    /** @param cut frees a write that the client does not read */
    FlightResult(ServerStreamListener client, BufferAllocator memory, Partial partial, Runnable cut) {
        this.client = client;
        this.memory = memory;
        this.partial = partial;
        this.cut = cut;
        client.setOnReadyHandler(this::wake);
        client.setOnCancelHandler(this::left);
    }

    @Override
    public void watch(RunningQuery running) {
        running.onInterrupt(this::stop);
        query.set(running);
        if (client.isCancelled()) {
            left();
        }
    }

    private void left() {
        RunningQuery running = query.get();
        if (running != null) {
            running.interrupt(Interruption.CLIENT);
        }
        lock.lock();
        try {
            gone = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void stop() {
        cut.run();
        left();
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin(Head head) {
        schema = new Schema(ArrowTypes.schema(head.columns()).getFields(), metadata(head));
    }

    private static Map<String, String> metadata(Head head) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put("belvedere.queryId", head.query().toString());
        metadata.put("belvedere.auditId", head.auditId());
        if (!head.deprecated().isEmpty()) {
            metadata.put(
                    "belvedere.deprecated",
                    head.deprecated().stream().map(DeprecatedUse::text).collect(Collectors.joining("\n")));
        }
        return metadata;
    }

    @Override
    public void write(VectorSchemaRoot batch) {
        awaitReader();
        try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
            // Of one allocator with the batch, whose buffers it borrows.
            VectorSchemaRoot root = started(batch.getVector(0).getAllocator());
            new VectorLoader(root).load(record);
            client.putNext();
            root.clear();
            bytes += record.computeBodyLength();
        }
    }

    private VectorSchemaRoot started(BufferAllocator allocator) {
        if (sent.isEmpty()) {
            VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
            client.start(root);
            sent = Optional.of(root);
        }
        return sent.get();
    }

    private void awaitReader() {
        lock.lock();
        try {
            while (!gone && !client.isReady()) {
                changed.await();
            }
            if (gone) {
                throw CLIENT_GONE.error("The client closed the stream before the result was complete.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CLIENT_GONE.error("The stream was closed before the result was complete.", interrupted);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end(ResultEnd end) {
        if (end.status() == ResultEnd.Status.PARTIAL && partial == Partial.REFUSED) {
            throw SOURCE_UNAVAILABLE.error(
                    "Rows of " + String.join(", ", end.incompleteSources())
                            + " are missing, which the view's contract allows; send the header belvedere-partial: accept to get the others.");
        }
        awaitReader();
        try (VectorSchemaRoot root = started(memory)) {
            // A batch, though it has no rows: readers of Arrow's Go library, ADBC's among them, take no metadata alone.
            root.setRowCount(0);
            byte[] frame = TerminalFrame.json(end).getBytes(StandardCharsets.UTF_8);
            ArrowBuf metadata = memory.buffer(frame.length);
            metadata.writeBytes(frame);
            client.putNext(metadata);
        }
        client.completed();
    }

    /** Rows that are at hand, written into a batch. */
    @FunctionalInterface
    interface Rows {
        void write(VectorSchemaRoot batch);
    }

    /** Sends rows that are at hand, a batch each; no query runs, so a client that does not read is watched over here. */
    void list(Schema columns, List<Rows> batches) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(columns, memory)) {
            client.start(root);
            for (Rows batch : batches) {
                awaitReaderInTime();
                batch.write(root);
                client.putNext();
                root.clear();
            }
        }
        client.completed();
    }

    private void awaitReaderInTime() {
        lock.lock();
        try {
            long left = FlightLimits.LISTING_TIME.toNanos();
            while (!gone && !client.isReady() && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (gone || left <= 0) {
                cut.run();
                throw SLOW_READER.error("The client did not read for too long.");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CLIENT_GONE.error("The stream was closed before the result was complete.", interrupted);
        } finally {
            lock.unlock();
        }
    }

    /** An error of a call always has a status of its own. */
    @Override
    public boolean committed() {
        return false;
    }

    @Override
    public long bytes() {
        return bytes;
    }
}
