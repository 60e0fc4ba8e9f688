package io.belvedere.server.identity;

import io.belvedere.model.error.BelvedereException;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Records a request whose credentials let nobody in. May block; called off the event loop. */
@FunctionalInterface
public interface Rejections {
    /** The body of the answer. */
    String record(@Nullable SocketAddress remote, BelvedereException why);
}
