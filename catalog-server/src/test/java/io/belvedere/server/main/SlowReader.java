package io.belvedere.server.main;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;

/**
 * A client that reads a row, rests and reads the next, on a thread of its own: what the server said first is heard even when the
 * connection is reset soon after, as the kernel then drops what nobody has read yet.
 */
final class SlowReader implements AutoCloseable {
    private static final int ROW_BYTES = 240;
    private static final Duration REST = Duration.ofMillis(500);

    private final WireClient client;
    private volatile String heard = "";

    private SlowReader(WireClient client) {
        this.client = client;
    }

    /** Begins to read what this client asked for; closing the reader closes the client. */
    static SlowReader start(WireClient client) {
        SlowReader reader = new SlowReader(client);
        Thread.ofVirtual().start(reader::read);
        return reader;
    }

    /** The beginning of the answer; nothing before there is one, and not more than its first row. */
    String heard() {
        return heard;
    }

    private void read() {
        try {
            String some = client.readSome(ROW_BYTES);
            heard = some;
            while (!some.isEmpty()) {
                Thread.sleep(REST);
                some = client.readSome(ROW_BYTES);
            }
        } catch (SocketException cut) {
            // The server gave this reader up, or the test is over.
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException("A slow reader broke down", broken);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
