package io.belvedere.server.http;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses what is written. A flush sends everything so far in a form that the client can read, so that rows arrive when they are there.
 * {@link #finish} writes the end that says that nothing is missing; a stream that is closed without it never looks whole. Whoever opened
 * it closes it; the stream behind stays open. Used by one thread.
 */
final class CodedStream extends OutputStream {
    private static final int BUFFER_BYTES = 16 * 1024;
    /** Rows are waited for: a little smaller is not worth much longer. */
    private static final int ZSTD_LEVEL = 1;

    private final Valve valve;
    private final OutputStream coder;
    private boolean finished;

    private CodedStream(Valve valve, OutputStream coder) {
        this.valve = valve;
        this.coder = coder;
    }

    static CodedStream open(Coding coding, OutputStream out) throws IOException {
        Valve valve = new Valve(out);
        return new CodedStream(
                valve,
                switch (coding) {
                    case ZSTD -> new ZstdOutputStreamNoFinalizer(valve, ZSTD_LEVEL);
                    case GZIP -> new FastGzip(valve);
                    case IDENTITY -> valve;
                });
    }

    @Override
    public void write(int value) throws IOException {
        coder.write(value);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        coder.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
        coder.flush();
    }

    /** Writes the end; the last call before {@link #close}. */
    void finish() throws IOException {
        if (!finished) {
            finished = true;
            coder.close();
            valve.out().flush();
        }
    }

    /** Frees what the coder holds. */
    @Override
    public void close() throws IOException {
        if (!finished) {
            finished = true;
            valve.shut();
            coder.close();
        }
    }

    /** Passes bytes on until it is shut; closing it closes nothing behind. */
    private static final class Valve extends FilterOutputStream {
        private boolean shut;

        private Valve(OutputStream out) {
            super(out);
        }

        private OutputStream out() {
            return out;
        }

        private void shut() {
            shut = true;
        }

        @Override
        public void write(int value) throws IOException {
            if (!shut) {
                out.write(value);
            }
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (!shut) {
                out.write(source, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!shut) {
                out.flush();
            }
        }

        @Override
        public void close() {
            shut = true;
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        private FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES, true);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
