package io.belvedere.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A segment that is being written. Used by one thread at a time. */
interface SegmentFile extends Closeable {
    /** Writes all of the bytes at the position, in one call to the system where it takes them at once. */
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Returns when what was written is on the disk. After a failure the file is never forced again. */
    void force() throws IOException;

    /** Cuts what was allocated and not used. */
    void truncate(long bytes) throws IOException;
}
