package io.belvedere.server.flight;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The connections that are open: so many at most, and each can be cut. Safe for use by many threads. */
final class Connections {
    private final int most;
    private final Map<SocketAddress, Channel> open = new ConcurrentHashMap<>();

    Connections(int most) {
        this.most = most;
    }

    /** A place to listen at whose connections are counted. */
    NioServerSocketChannel listener() {
        return new NioServerSocketChannel() {
            @Override
            protected int doReadMessages(List<Object> accepted) throws Exception {
                int before = accepted.size();
                int count = super.doReadMessages(accepted);
                for (int i = accepted.size() - 1; i >= before; i--) {
                    if (!admitted((Channel) accepted.get(i))) {
                        ((Channel) accepted.remove(i)).unsafe().closeForcibly();
                        count = 0;
                    }
                }
                return count;
            }
        };
    }

    /** Only the thread that accepts calls this, so that the count cannot be passed. */
    private boolean admitted(Channel connection) {
        SocketAddress remote = connection.remoteAddress();
        if (remote == null || open.size() >= most) {
            return false;
        }
        open.put(remote, connection);
        var _ = connection.closeFuture().addListener(_ -> open.remove(remote, connection));
        return true;
    }

    /** Closes the connection from that address at once; what was written and not yet sent is dropped. */
    void cut(SocketAddress remote) {
        Channel connection = open.get(remote);
        if (connection != null) {
            // From the socket's end: a close that passes the handlers waits until the client has read all there is.
            connection.eventLoop().execute(() -> {
                var _ = connection.pipeline().firstContext().close();
            });
        }
    }

    int count() {
        return open.size();
    }
}
