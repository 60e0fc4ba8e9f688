package io.belvedere.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One kept HTTP/1.1 connection that sends a query and reads the whole answer, with as little work of its own as can be: the client
 * shares the machine with what it measures. Used by one thread.
 */
final class WireClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final byte[] head;
    private final StringBuilder line = new StringBuilder();
    private byte[] body = new byte[64 * 1024];

    WireClient(int port, String token) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        this.head = ("POST /api/v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                        + "\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: ")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends the JSON body of a query and gives the whole answer; one that does not say it is complete is an error. */
    String query(String json) throws IOException {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        byte[] length = (content.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + length.length + content.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(length, 0, request, head.length, length.length);
        System.arraycopy(content, 0, request, head.length + length.length, content.length);
        socket.getOutputStream().write(request);
        String answer = answer();
        if (!answer.contains("\"status\":\"complete\"")) {
            throw new IOException("the query ended with " + answer);
        }
        return answer;
    }

    private String answer() throws IOException {
        int length = -1;
        readLine();
        for (readLine(); !line.isEmpty(); readLine()) {
            if (startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).strip());
            }
        }
        int read = length >= 0 ? read(0, length) : chunks();
        return new String(body, 0, read, StandardCharsets.UTF_8);
    }

    private int chunks() throws IOException {
        int at = 0;
        while (true) {
            readLine();
            int size = Integer.parseInt(line.toString(), 16);
            if (size == 0) {
                do {
                    readLine();
                } while (!line.isEmpty());
                return at;
            }
            at = read(at, size);
            readLine();
        }
    }

    private int read(int at, int count) throws IOException {
        if (at + count > body.length) {
            body = java.util.Arrays.copyOf(body, 2 * (at + count));
        }
        if (in.readNBytes(body, at, count) < count) {
            throw new EOFException("the server closed the connection");
        }
        return at + count;
    }

    private boolean startsWith(String name) {
        return line.length() >= name.length()
                && line.substring(0, name.length()).equalsIgnoreCase(name);
    }

    private void readLine() throws IOException {
        line.setLength(0);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
