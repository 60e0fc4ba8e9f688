package io.belvedere.server.main;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client on a bare socket, which can do what no HTTP library does: stop reading, read a trickle, and leave without a word. */
final class WireClient implements AutoCloseable {
    private static final int RECEIVE_BYTES = 4_096;

    private final Socket socket = new Socket();

    /** Sends a query and reads nothing. */
    WireClient(URI base, String token, String sql, String timeout) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.setSoTimeout(120_000);
        socket.connect(new InetSocketAddress(base.getHost(), base.getPort()), 5_000);
        socket.getOutputStream().write(request(token, sql, timeout));
        socket.getOutputStream().flush();
    }

    /** The bytes of a query by HTTP. */
    static byte[] request(String token, String sql, String timeout) {
        String body = "{\"sql\": \"" + sql.replace("\"", "\\\"") + "\", \"timeout\": \"" + timeout + "\"}";
        String request = "POST /api/v1/query HTTP/1.1\r\nHost: belvedere\r\nConnection: close\r\nAuthorization: Bearer "
                + token + "\r\nAccept: application/x-ndjson\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
        return request.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads so many bytes of the answer, or all there are. */
    String read(int bytes) throws IOException {
        InputStream in = socket.getInputStream();
        return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    /** Waits for bytes of the answer, reads at most so many, and returns nothing once it has ended. */
    String readSome(int bytes) throws IOException {
        byte[] some = new byte[bytes];
        int read = socket.getInputStream().read(some);
        return read < 0 ? "" : new String(some, 0, read, StandardCharsets.UTF_8);
    }

    /** This end's port, by which the kernel tells connections apart. */
    int port() {
        return socket.getLocalPort();
    }

    /** Says that it sends no more, and stays. */
    void closeHalf() throws IOException {
        socket.shutdownOutput();
    }

    /** Leaves as a killed process does: the connection is reset. */
    @Override
    public void close() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
