package io.belvedere.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The segments of the epoch that is being written: one current, and one allocated ahead so that a change of segment costs a
 * rename. The last part of every segment is a reserve, used only when the disk has no room for the next. Owned by the
 * writer's thread; the spare alone is allocated on another.
 */
final class Segments {
    static final String SPARE = "spare.tmp";

    private final Path folder;
    private final Disk disk;
    private final LogLimits limits;
    private final LongSupplier nanos;

    private @Nullable SegmentFile current;
    private String name = "";
    private long position;
    private long startedNanos;
    private @Nullable FutureTask<SegmentFile> spare;

    Segments(Path folder, Disk disk, LogLimits limits, LongSupplier nanos) {
        this.folder = folder;
        this.disk = disk;
        this.limits = limits;
        this.nanos = nanos;
    }

    /** The current segment's file name. */
    String name() {
        return name;
    }

    /** Bytes used of the current segment. */
    long position() {
        return position;
    }

    /** Whether the bytes fit before the reserve. */
    boolean fits(int bytes) {
        return position + bytes <= limits.segmentBytes() - limits.reserveBytes();
    }

    boolean old() {
        return nanos.getAsLong() - startedNanos > limits.segmentAge().toNanos();
    }

    /** Goes on in a new segment; the one before is cut to what was used. Fails without having changed anything. */
    void begin(long firstSequence) throws IOException {
        SegmentFile next = takeSpare();
        String nextName = Frame.segmentName(firstSequence);
        try {
            disk.publish(folder.resolve(SPARE), folder.resolve(nextName));
        } catch (IOException failure) {
            closeQuietly(next);
            throw failure;
        }
        seal();
        current = next;
        name = nextName;
        position = 0;
        startedNanos = nanos.getAsLong();
    }

    /** Writes at the end of the current segment and returns when it is on the disk. */
    void append(ByteBuffer bytes) throws IOException {
        SegmentFile file = current;
        if (file == null) {
            throw new IOException("no segment is open");
        }
        int length = bytes.remaining();
        if (position + length > limits.segmentBytes()) {
            throw new IOException("the segment is full");
        }
        file.write(bytes, position);
        file.force();
        position += length;
        if (position > limits.segmentBytes() / 2) {
            var _ = spareAhead();
        }
    }

    /** Leaves the current segment as it is, for good: what a failed write or force left on the disk is not known. */
    void abandon() {
        SegmentFile file = current;
        current = null;
        if (file != null) {
            closeQuietly(file);
        }
    }

    /** Cuts the current segment to what was used and closes it. */
    void seal() {
        SegmentFile file = current;
        if (file == null) {
            return;
        }
        try {
            file.truncate(position);
        } catch (IOException leftOver) {
            // Zeros at the end of a segment are no record: readers accept them.
        }
        abandon();
    }

    /** Seals the current segment and gives the spare's space back. */
    void close() {
        seal();
        FutureTask<SegmentFile> waiting = spare;
        spare = null;
        if (waiting != null) {
            try {
                closeQuietly(waiting.get());
            } catch (InterruptedException | ExecutionException nothingAllocated) {
                return;
            } finally {
                folder.resolve(SPARE).toFile().delete();
            }
        }
    }

    private FutureTask<SegmentFile> spareAhead() {
        FutureTask<SegmentFile> allocation = spare;
        if (allocation == null) {
            allocation = new FutureTask<>(() -> disk.allocate(folder.resolve(SPARE), limits.segmentBytes()));
            spare = allocation;
            Thread.ofVirtual().name("audit-spare").start(allocation);
        }
        return allocation;
    }

    private SegmentFile takeSpare() throws IOException {
        FutureTask<SegmentFile> allocation = spareAhead();
        try {
            return allocation.get();
        } catch (ExecutionException failure) {
            throw new IOException("no segment could be allocated", failure.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        } finally {
            spare = null;
        }
    }

    private static void closeQuietly(SegmentFile file) {
        try {
            file.close();
        } catch (IOException ignored) {
            // Nothing is lost: what counts was forced before.
        }
    }
}
