package io.belvedere.federation.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the sockets of the MariaDB driver and notes the last one each thread got, so that we can close it ourselves: the driver's own
 * {@code abort} sends {@code KILL} with a bare connection id, which behind a load balancer may be somebody else's. The driver makes
 * one by name, which is why it is public.
 */
public final class SocketNotes extends SocketFactory {
    private static final ThreadLocal<@Nullable Socket> LAST = new ThreadLocal<>();

    /** The last socket that was made on this thread; the note is dropped. */
    static Socket take() {
        Socket socket = LAST.get();
        LAST.remove();
        if (socket == null) {
            throw new IllegalStateException("the driver made its socket elsewhere");
        }
        return socket;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        LAST.set(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        throw unused();
    }

    private static IOException unused() {
        return new IOException("the driver connects its sockets itself");
    }
}
