package io.belvedere.server.http;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jdk.net.ExtendedSocketOptions;

/** The connection that a result goes out on. Safe for use by many threads. */
final class ClientConnection {
    private static final int LAST_BYTES_SECONDS = 5;
    /** A client that left without a word is noticed after this and three unanswered questions: within half a minute. */
    private static final int SILENT_SECONDS = 10;

    private static final int ASK_EVERY_SECONDS = 5;
    private static final int ASK_TIMES = 3;

    private final HttpConnection connection;

    ClientConnection(HttpConnection connection) {
        this.connection = connection;
    }

    /** Has the kernel find out whether the client is there while there is nothing to send; one that is not ends the request. */
    void keepAsking() {
        if (connection instanceof ConnectionBase base) {
            ChannelConfig channel = base.channel().config();
            channel.setOption(ChannelOption.SO_KEEPALIVE, true);
            channel.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), SILENT_SECONDS);
            channel.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), ASK_EVERY_SECONDS);
            channel.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), ASK_TIMES);
        }
    }

    /** The way out to the client, never far ahead of the connection. */
    OutputStream paced(OutputStream out) {
        return connection instanceof ConnectionBase base
                ? new PacedStream(out, base.channel().eventLoop())
                : out;
    }

    /** Gives the client a moment to read what was sent last, then cuts. */
    void cutAfterLastBytes() {
        try {
            connection.close().toCompletionStage().toCompletableFuture().get(LAST_BYTES_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException notRead) {
            cut();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /**
     * Closes the socket at once; what was written and not yet sent is dropped. Every close that passes the framework's own handler waits
     * until the client has read all there is, so this one begins behind it.
     */
    void cut() {
        ChannelHandlerContext socketSide = connection instanceof ConnectionBase base
                ? base.channel().pipeline().firstContext()
                : null;
        if (socketSide != null) {
            var _ = socketSide.close();
        } else {
            connection.close();
        }
    }
}
