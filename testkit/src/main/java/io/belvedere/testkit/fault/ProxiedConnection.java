package io.belvedere.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client's connection through the proxy, on three virtual threads: what it sends, what the server answers, and the answers' way back. */
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 8 << 10;
    /** Answers on their way at a time; enough for a long line, little enough that a slow client holds the server back. */
    private static final int CHUNKS_MAX = 32;

    /** The end of all answers. */
    private static final Chunk END = new Chunk(new byte[0]);

    private final Socket client;
    private final Socket server;
    private final Random jitter;
    private final Consumer<ProxiedConnection> whenClosed;
    private final BlockingQueue<Chunk> answers = new ArrayBlockingQueue<>(CHUNKS_MAX);
    private final AtomicBoolean answersEnded = new AtomicBoolean();
    private final AtomicBoolean requestsEnded = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private Fault fault = new Fault.None();
    private Fault.@Nullable End ended;
    private long answeredBytes;
    private String sentTail = "";
    private boolean closed;

    ProxiedConnection(Socket client, Socket server, Random jitter, Consumer<ProxiedConnection> whenClosed) {
        this.client = client;
        this.server = server;
        this.jitter = jitter;
        this.whenClosed = whenClosed;
    }

    void start() throws IOException {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        var _ = Thread.ofVirtual().name("fault-proxy-requests").start(() -> guarded(this::forwardRequests));
        var _ = Thread.ofVirtual().name("fault-proxy-server").start(() -> guarded(this::readAnswers));
        var _ = Thread.ofVirtual().name("fault-proxy-answers").start(() -> guarded(this::forwardAnswers));
    }

    void inject(Fault next) {
        lock.lock();
        try {
            fault = next;
            ended = null;
            answeredBytes = 0;
            sentTail = "";
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void reset() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        reset(client);
        reset(server);
        answers.clear();
        var _ = answers.offer(END);
        whenClosed.accept(this);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed already, which is what was wanted.
            assert socket.isClosed();
        }
    }

    private void guarded(Pump pump) {
        try {
            pump.run();
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    private void forwardRequests() throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES];
        InputStream in = client.getInputStream();
        OutputStream out = server.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            awaitNoHole();
            Fault.@Nullable End end = watchForText(buffer, length);
            out.write(buffer, 0, length);
            if (end != null) {
                take(end);
            }
        }
        awaitNoHole();
        server.shutdownOutput();
        requestsEnded.set(true);
        closeWhenBothEnded();
    }

    /** The end that this text brings on; from now on no answer passes, because the fault is noted before the text is sent. */
    private Fault.@Nullable End watchForText(byte[] buffer, int length) {
        lock.lock();
        try {
            if (!(fault instanceof Fault.AfterText(String text, Fault.End end)) || ended != null) {
                return null;
            }
            String sent = sentTail + new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            if (!sent.contains(text)) {
                sentTail = sent.substring(Math.max(0, sent.length() - text.length() + 1));
                return null;
            }
            ended = end;
            return end;
        } finally {
            lock.unlock();
        }
    }

    private void readAnswers() throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES];
        InputStream in = server.getInputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            answers.put(new Chunk(Arrays.copyOf(buffer, length)));
        }
        answers.put(END);
    }

    private void forwardAnswers() throws IOException, InterruptedException {
        for (Chunk chunk = answers.take(); chunk.bytes.length > 0; chunk = answers.take()) {
            forward(chunk);
        }
        awaitNoHole();
        endAnswers();
    }

    private void forward(Chunk chunk) throws IOException, InterruptedException {
        int from = 0;
        while (from < chunk.bytes.length) {
            awaitNoHole();
            Fault now = fault();
            if (now instanceof Fault.Latency late) {
                sleepUntil(chunk.readNanos + delay(late).toNanos());
                awaitNoHole();
            }
            int length = (int) Math.min(chunk.bytes.length - from, stepBytes(now));
            client.getOutputStream().write(chunk.bytes, from, length);
            from += length;
            if (now instanceof Fault.Bandwidth(int bytesPerSecond)) {
                TimeUnit.NANOSECONDS.sleep(length * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
            }
            afterAnswer(length);
        }
    }

    private long stepBytes(Fault now) {
        return switch (now) {
            case Fault.Bandwidth(int bytesPerSecond) -> Math.max(1, bytesPerSecond / 20);
            case Fault.Slices(int bytes) -> bytes;
            case Fault.AfterBytes(long bytes, var _) -> bytes - answeredBytes();
            case Fault.None _, Fault.BlackHole _, Fault.Latency _, Fault.AfterText _ -> Long.MAX_VALUE;
        };
    }

    private void afterAnswer(int length) throws IOException {
        Fault.@Nullable End end = null;
        lock.lock();
        try {
            answeredBytes += length;
            if (ended == null
                    && fault instanceof Fault.AfterBytes(long bytes, Fault.End how)
                    && answeredBytes >= bytes) {
                ended = how;
                end = how;
            }
        } finally {
            lock.unlock();
        }
        if (end != null) {
            take(end);
        }
    }

    private void take(Fault.End end) throws IOException {
        switch (end) {
            case BLACK_HOLE -> {}
            case RESET -> reset();
            case HALF_CLOSE -> endAnswers();
        }
    }

    private void endAnswers() throws IOException {
        if (answersEnded.compareAndSet(false, true)) {
            client.shutdownOutput();
            closeWhenBothEnded();
        }
    }

    private void closeWhenBothEnded() throws IOException {
        if (answersEnded.get() && requestsEnded.get()) {
            client.close();
            server.close();
            whenClosed.accept(this);
        }
    }

    /** Waits while nothing may pass. */
    private void awaitNoHole() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && (fault instanceof Fault.BlackHole || ended != null)) {
                changed.await();
            }
            if (closed) {
                throw new IOException("the connection was reset");
            }
        } finally {
            lock.unlock();
        }
    }

    private Duration delay(Fault.Latency late) {
        long spread = late.jitter().toNanos();
        long more = spread == 0 ? 0 : jitter.nextLong(-spread, spread + 1);
        return Duration.ofNanos(Math.max(0, late.mean().toNanos() + more));
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
    }

    private Fault fault() {
        lock.lock();
        try {
            return fault;
        } finally {
            lock.unlock();
        }
    }

    private long answeredBytes() {
        lock.lock();
        try {
            return answeredBytes;
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Pump {
        void run() throws IOException, InterruptedException;
    }

    /** Bytes of an answer, and when they came from the server. */
    private static final class Chunk {
        private final byte[] bytes;
        private final long readNanos;

        Chunk(byte[] bytes) {
            this.bytes = bytes;
            this.readNanos = System.nanoTime();
        }
    }
}
