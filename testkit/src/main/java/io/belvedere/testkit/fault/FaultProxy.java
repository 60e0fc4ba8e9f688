package io.belvedere.testkit.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a server on this machine and fails as it is told, while connections run. Data and cancel requests of one client can fare
 * differently: {@link #injectNew} leaves the connections alone that stand. Safe for use by many threads; close it to cut all connections.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 256;
    private static final long SEED = 20_240_611;

    private final int port;
    private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private final Random jitter = new Random(SEED);
    private volatile int targetPort;
    private volatile Fault faultOfNew = new Fault.None();
    // Guarded by this: one of the two holds the port.
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private @Nullable Socket holder;
    private boolean closed;

    private FaultProxy(int targetPort) throws IOException {
        this.targetPort = targetPort;
        this.port = listen(0);
    }

    /** A proxy on a free port before the server that listens on this port of the loopback interface. */
    public static FaultProxy before(int targetPort) {
        try {
            return new FaultProxy(targetPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Connections that came in so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections that stand now. */
    public int standing() {
        return open.size();
    }

    /** Does this to every connection, those that stand and those to come. Lets clients in again after {@link #refuse()}. */
    public void inject(Fault fault) {
        injectNew(fault);
        injectStanding(fault);
    }

    /** Does this to the connections that stand only. */
    public void injectStanding(Fault fault) {
        List.copyOf(open).forEach(connection -> connection.inject(fault));
    }

    /** Does this to connections to come only. */
    public void injectNew(Fault fault) {
        faultOfNew = fault;
        accept();
    }

    /** Leads connections to come to another server, as a balancer with several nodes behind it does. */
    public void forwardNewTo(int otherPort) {
        targetPort = otherPort;
    }

    /** Lets everything pass again; what a black hole held back goes on its way. */
    public void heal() {
        inject(new Fault.None());
    }

    /** Refuses clients to come, as a port does where nobody listens; connections that stand go on. */
    public synchronized void refuse() {
        if (closed || holder != null) {
            return;
        }
        try {
            if (listener != null && acceptor != null) {
                listener.close();
                acceptor.join();
            }
            // Bound and not listening: the kernel refuses, and nobody else can take the port.
            Socket bound = new Socket();
            bound.setReuseAddress(true);
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            holder = bound;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Sends a TCP reset to both sides of every connection that stands. */
    public void resetAll() {
        List.copyOf(open).forEach(ProxiedConnection::reset);
    }

    private synchronized void accept() {
        if (closed || holder == null) {
            return;
        }
        try {
            holder.close();
            holder = null;
            var _ = listen(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized int listen(int wanted) throws IOException {
        ServerSocket socket = new ServerSocket(wanted, BACKLOG, InetAddress.getLoopbackAddress());
        listener = socket;
        acceptor = Thread.ofVirtual().name("fault-proxy").start(() -> acceptAll(socket));
        return socket.getLocalPort();
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                var _ = accepted.incrementAndGet();
                connect(client);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        } catch (IOException down) {
            // As the server itself would do it.
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(client, server, jitter, open::remove);
        open.add(connection);
        // Asked for only now, so that a fault injected meanwhile is not missed.
        connection.inject(faultOfNew);
        connection.start();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            closeQuietly(listener);
            closeQuietly(holder);
        }
        resetAll();
    }

    private static void closeQuietly(@Nullable AutoCloseable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("A socket does not close", e);
        }
    }
}
