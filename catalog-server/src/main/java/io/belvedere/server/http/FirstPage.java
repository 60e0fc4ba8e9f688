package io.belvedere.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Holds back the first bytes of a response, so that an error among them can still have a status of its own. What goes past the
 * first page passes straight through and blocks while the client does not read. Used by one thread.
 */
final class FirstPage extends OutputStream {
    private final int bytesMax;
    private final Opening opening;
    private ByteArrayOutputStream page = new ByteArrayOutputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private boolean committed;
    private long bytes;

    FirstPage(int bytesMax, Opening opening) {
        this.bytesMax = bytesMax;
        this.opening = opening;
    }

    /** Opens the way to the client: once, when the first page is about to leave. */
    @FunctionalInterface
    interface Opening {
        /** {@code held} bytes are about to leave; they are all there is, or more follow. */
        OutputStream open(int held) throws IOException;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        if (!committed && page.size() + length > bytesMax) {
            commit();
        }
        if (committed) {
            out.write(source, offset, length);
        } else {
            page.write(source, offset, length);
        }
        bytes += length;
    }

    /** Does nothing before the first page has left, so that a writer's habit of flushing does not send it early. */
    @Override
    public void flush() throws IOException {
        if (committed) {
            out.flush();
        }
    }

    /** Sends the first page. */
    void commit() throws IOException {
        if (!committed) {
            out = opening.open(page.size());
            committed = true;
            page.writeTo(out);
            page = new ByteArrayOutputStream(0);
        }
    }

    boolean committed() {
        return committed;
    }

    long bytes() {
        return bytes;
    }
}
