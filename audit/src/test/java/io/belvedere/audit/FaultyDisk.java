package io.belvedere.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The real file system with faults on demand; what it writes it really writes. */
final class FaultyDisk implements Disk {
    final AtomicBoolean full = new AtomicBoolean();
    final AtomicInteger writesToFail = new AtomicInteger();
    final AtomicInteger forcesToFail = new AtomicInteger();
    /** What the next force hangs for; see {@link #hang}. */
    private final AtomicReference<Optional<Hang>> hang = new AtomicReference<>(Optional.empty());
    /** Calls on a file after a write or force of it failed: there must be none. */
    final AtomicInteger usesAfterFailure = new AtomicInteger();

    private final FileDisk real = new FileDisk();

    /** A disk that does not answer from one moment on until it is let go. */
    static final class Hang {
        private final CountDownLatch began = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);

        /** Waits until a force hangs. */
        void awaitBegin() throws InterruptedException {
            began.await();
        }

        void letGo() {
            letGo.countDown();
        }
    }

    /** Lets the next force hang. */
    Hang hang() {
        Hang next = new Hang();
        hang.set(Optional.of(next));
        return next;
    }

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
            Optional<Hang> hanging = hang.getAndSet(Optional.empty());
            if (hanging.isPresent()) {
                hang(hanging.get());
            }
            if (forcesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                failed = true;
                throw new IOException("Input/output error");
            }
            file.force();
        }

        private static void hang(Hang hanging) throws IOException {
            hanging.began.countDown();
            try {
                hanging.letGo.await();
            } catch (InterruptedException stopped) {
                throw new IOException(stopped);
            }
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
