package io.belvedere.server.http;

import io.netty.channel.EventLoop;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Never further ahead of a connection's event loop than a few pieces. The framework's stream waits while the connection is full, but it learns
 * that only when the loop has come to what it was handed: a busy loop was handed megabytes for each client that does not read. Used by one
 * thread, which is not the loop's.
 */
final class PacedStream extends FilterOutputStream {
    /** As much as a connection holds before it says that it is full. */
    private static final int AHEAD_BYTES = 64 << 10;

    private final EventLoop loop;
    private int ahead;

    PacedStream(OutputStream out, EventLoop loop) {
        super(out);
        this.loop = loop;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            if (ahead >= AHEAD_BYTES) {
                awaitLoop();
                ahead = 0;
            }
            int some = Math.min(length - written, AHEAD_BYTES - ahead);
            out.write(source, offset + written, some);
            ahead += some;
            written += some;
        }
    }

    /** Waits until the loop has done all it was given before now; it ends every task, also those of a connection that was cut. */
    private void awaitLoop() throws IOException {
        try {
            loop.submit(() -> {}).get();
        } catch (RejectedExecutionException | ExecutionException stopped) {
            throw new IOException("The server's event loop has ended.", stopped);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while sending.", interrupted);
        }
    }
}
