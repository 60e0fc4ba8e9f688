package io.belvedere.server.doors;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** An answer that is read while it goes on, chunk by chunk. */
final class HttpStream implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    private HttpStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    static HttpStream open(URI base, String token, String accept, String coding, String body) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setSoTimeout(60_000);
        String request = "POST /api/v1/query HTTP/1.1\r\nHost: belvedere\r\nAuthorization: Bearer " + token
                + "\r\nAccept: " + accept + "\r\nAccept-Encoding: " + coding
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        HttpStream stream = new HttpStream(socket);
        String head = stream.line();
        if (!head.startsWith("HTTP/1.1 200")) {
            throw new IOException(head);
        }
        while (!stream.line().isEmpty()) {
            // A header.
        }
        return stream;
    }

    /** The body, unpacked as it comes. */
    InputStream decoded(String coding) throws IOException {
        return coding.equals("gzip") ? new GZIPInputStream(new Chunks()) : new ZstdInputStream(new Chunks());
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the answer ended in a line");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** A chunked body without its frames. */
    private final class Chunks extends InputStream {
        private int left;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                String size = line();
                left = Integer.parseInt(size.isEmpty() ? line() : size, 16);
                if (left == 0) {
                    return -1;
                }
            }
            int count = in.read(target, offset, Math.min(left, length));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public int available() {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
