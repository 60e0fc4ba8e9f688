package io.belvedere.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The real file system with faults on demand; what it writes it really writes. */
final class FaultyDisk implements Disk {
    final AtomicBoolean full = new AtomicBoolean();
    final AtomicInteger writesToFail = new AtomicInteger();
    final AtomicInteger forcesToFail = new AtomicInteger();
    final AtomicLong hangMillis = new AtomicLong();
    /** Calls on a file after a write or force of it failed: there must be none. */
    final AtomicInteger usesAfterFailure = new AtomicInteger();

    private final FileDisk real = new FileDisk();

    @Override
    public SegmentFile allocate(Path file, int bytes) throws IOException {
        if (full.get()) {
            throw new IOException("No space left on device");
        }
        return new FaultyFile(real.allocate(file, bytes));
    }

    @Override
    public void publish(Path allocated, Path name) throws IOException {
        real.publish(allocated, name);
    }

    private final class FaultyFile implements SegmentFile {
        private final SegmentFile file;
        private boolean failed;

        FaultyFile(SegmentFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            use();
            if (writesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                failed = true;
                file.write(bytes.slice(0, bytes.remaining() / 2), position);
                throw new IOException("Input/output error");
            }
            file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
            use();
            long hang = hangMillis.getAndSet(0);
            if (hang > 0) {
                try {
                    Thread.sleep(hang);
                } catch (InterruptedException stopped) {
                    throw new IOException(stopped);
                }
            }
            if (forcesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                failed = true;
                throw new IOException("Input/output error");
            }
            file.force();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            use();
            file.truncate(bytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }

        private void use() {
            if (failed) {
                usesAfterFailure.incrementAndGet();
            }
        }
    }
}
