package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Requests that the router refuses before any door or caller is looked for, such as one of HTTP/1.1 without {@code Host}
 * (RFC 9112, section 3.2), as a problem. The answer is the same for everybody and repeats nothing of the request.
 */
@Singleton
final class Unroutable {
    private static final int BAD_REQUEST = 400;

    void register(@Observes Router router) {
        // Before the framework's own, which writes a line into the log for each.
        router.route().order(Integer.MIN_VALUE).failureHandler(Unroutable::refuse);
    }

    private static void refuse(RoutingContext refused) {
        boolean answered = refused.response().ended() || refused.response().headWritten();
        if (answered || refused.statusCode() != BAD_REQUEST || refused.request().authority() != null) {
            refused.next();
            return;
        }
        Problem problem = Problem.of(
                REQUEST_INVALID,
                "The request is not valid HTTP: it needs one readable Host header and a path.",
                Optional.empty());
        refused.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(problem.json());
    }
}
