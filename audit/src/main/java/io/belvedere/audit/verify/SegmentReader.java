package io.belvedere.audit.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Reads the frames of a segment one by one, in constant memory. The caller closes it. */
final class SegmentReader implements AutoCloseable {
    static final int ENTRY_BYTES_MAX = 60 * 1024;
    private static final int HEADER_BYTES = 40;
    private static final int CHAIN_BYTES = 32;
    private static final int SECTOR_BYTES = 512;
    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long bufferOffset;

    SegmentReader(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
    }

    /** A frame whose checksum holds. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Frame(long offset, byte[] chain, byte[] entry) {
        long end() {
            return offset + HEADER_BYTES + entry.length;
        }
    }

    /** How a segment ends where no frame follows. */
    enum Tail {
        /** Nothing, or zeros that were allocated and not used. */
        CLEAN,
        /** A write that a crash cut short: bytes that the disk never got are zero up to the edge of a sector, or past the end. */
        TORN,
        /** Bytes that were a frame, or are none of this log's. */
        CHANGED
    }

    /** The frame at an offset; empty when the bytes there are no whole frame with the right checksum. */
    Optional<Frame> frame(long offset) throws IOException {
        if (!load(offset, HEADER_BYTES)) {
            return Optional.empty();
        }
        int length = buffer.getInt();
        int crc = buffer.getInt();
        byte[] chain = new byte[CHAIN_BYTES];
        buffer.get(chain);
        if (length <= 0 || length > ENTRY_BYTES_MAX || !load(offset + HEADER_BYTES, length)) {
            return Optional.empty();
        }
        byte[] entry = new byte[length];
        buffer.get(entry);
        CRC32C actual = new CRC32C();
        actual.update(length >>> 24);
        actual.update(length >>> 16);
        actual.update(length >>> 8);
        actual.update(length);
        actual.update(chain);
        actual.update(entry);
        return (int) actual.getValue() == crc ? Optional.of(new Frame(offset, chain, entry)) : Optional.empty();
    }

    /** What follows an offset at which there is no frame. */
    Tail tail(long offset) throws IOException {
        long size = channel.size();
        long used = used(offset, size);
        if (used == offset) {
            return Tail.CLEAN;
        }
        if (size - offset < HEADER_BYTES) {
            return Tail.TORN;
        }
        load(offset, HEADER_BYTES);
        int length = buffer.getInt();
        boolean plausible = length > 0 && length <= ENTRY_BYTES_MAX;
        if (wholeEntry(offset + HEADER_BYTES, used)) {
            return Tail.CHANGED;
        }
        long end = plausible ? Math.max(used, offset + HEADER_BYTES + length) : used;
        return end > size || hole(offset, end) ? Tail.TORN : Tail.CHANGED;
    }

    /** Whether a writer may be at work: it leaves allocated zeros at the end until it is done. */
    boolean mayGrow() throws IOException {
        long size = channel.size();
        return size > 0 && load(size - 1, 1) && buffer.get() == 0;
    }

    /** Forgets what was read ahead, because the file may have grown. */
    void forget() {
        buffer.limit(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Whether the bytes end where a record does: then none is missing, and it is the frame around them that is wrong. */
    private boolean wholeEntry(long from, long to) throws IOException {
        if (to <= from || to - from > ENTRY_BYTES_MAX || !load(from, (int) (to - from))) {
            return false;
        }
        byte[] bytes = new byte[(int) (to - from)];
        buffer.get(bytes);
        return RecordReader.isJson(bytes);
    }

    private boolean hole(long from, long end) throws IOException {
        long at = from;
        while (at < end) {
            long edge = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            // The first two bytes of every frame are zero: they are no hole.
            boolean lengthOnly = at == from && edge - at <= 2 && edge < end;
            if (!lengthOnly && used(at, edge) == at) {
                return true;
            }
            at = edge;
        }
        return false;
    }

    /** One past the last byte in the range that is not zero; {@code from} when all are. */
    private long used(long from, long to) throws IOException {
        long used = from;
        for (long at = from; at < to; ) {
            int step = (int) Math.min(BUFFER_BYTES, to - at);
            if (!load(at, step)) {
                return used;
            }
            for (int index = 0; index < step; index++) {
                if (buffer.get() != 0) {
                    used = at + index + 1;
                }
            }
            at += step;
        }
        return used;
    }

    /** Makes the bytes readable from the buffer's position; false when the file ends before. */
    private boolean load(long offset, int length) throws IOException {
        if (offset < bufferOffset || offset + length > bufferOffset + buffer.limit()) {
            buffer.clear();
            bufferOffset = offset;
            long at = offset;
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    break;
                }
                at += read;
            }
            buffer.flip();
        }
        if (offset + length > bufferOffset + buffer.limit()) {
            return false;
        }
        buffer.position((int) (offset - bufferOffset));
        return true;
    }
}
