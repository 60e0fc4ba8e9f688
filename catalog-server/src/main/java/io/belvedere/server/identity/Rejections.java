package io.belvedere.server.identity;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Records a request without valid credentials. May block; called off the event loop. */
@FunctionalInterface
public interface Rejections {
    /** The body of the answer. */
    String record(@Nullable SocketAddress remote);
}
