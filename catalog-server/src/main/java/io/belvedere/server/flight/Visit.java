package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.server.identity.Authenticated;
import io.belvedere.server.pipeline.Request;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A call by a caller who was let in, and what its headers ask for. JDBC clients send headers as properties of the connection.
 *
 * @param address where it came from
 */
record Visit(Authenticated who, Metadata headers, Optional<InetSocketAddress> address) {
    private static final Context.Key<Visit> CURRENT = Context.key("belvedere.visit");
    private static final Metadata.Key<String> PURPOSE = header("belvedere-purpose");
    private static final Metadata.Key<String> BREAK_GLASS = header("belvedere-break-glass");
    private static final Metadata.Key<String> TIMEOUT = header("belvedere-timeout");
    private static final Metadata.Key<String> PARTIAL = header("belvedere-partial");
    private static final Metadata.Key<String> TRACEPARENT = header("traceparent");

    private static Metadata.Key<String> header(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /** The call that the current thread works for. */
    static Visit current() {
        Visit visit = CURRENT.get();
        if (visit == null) {
            throw new IllegalStateException("a call without a caller got past the entrance");
        }
        return visit;
    }

    Context entered() {
        return Context.current().withValue(CURRENT, this);
    }

    Caller caller() {
        return who.caller();
    }

    /** Whether the caller takes a result whose contract lets rows be missing, which most clients have no way to show. */
    boolean takesPartial() {
        return value(PARTIAL).filter("accept"::equals).isPresent();
    }

    /** The call as the pipeline's request. */
    Request request(QueryId id) {
        return new Request(
                id,
                who.caller(),
                who.standing(),
                text(PURPOSE, Request.PURPOSE_LENGTH_MAX),
                text(BREAK_GLASS, Request.BREAK_GLASS_LENGTH_MAX),
                timeout(),
                Protocol.FLIGHT,
                address.map(Visit::host),
                value(TRACEPARENT));
    }

    /** The address without the port. */
    static String host(InetSocketAddress address) {
        return String.valueOf(address.getAddress().getHostAddress());
    }

    private Optional<String> text(Metadata.Key<String> key, int lengthMax) {
        Optional<String> text = value(key);
        if (text.filter(given -> given.isBlank() || given.length() > lengthMax).isPresent()) {
            throw REQUEST_INVALID.error("The header " + key.name() + " has 1 to " + lengthMax + " characters.");
        }
        return text;
    }

    /** What the header asks for; the client's own deadline where there is none. */
    private Optional<Duration> timeout() {
        Optional<Duration> asked = value(TIMEOUT).map(Visit::duration);
        if (asked.isPresent()) {
            return asked;
        }
        return Optional.<Deadline>ofNullable(Context.current().getDeadline())
                .map(deadline -> Duration.ofNanos(Math.max(1, deadline.timeRemaining(TimeUnit.NANOSECONDS))));
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.isPositive()) {
                return duration;
            }
        } catch (DateTimeException notOne) {
            throw REQUEST_INVALID.error("A timeout is an ISO 8601 duration, for example PT10S.");
        }
        throw REQUEST_INVALID.error("A timeout is more than zero, for example PT10S.");
    }

    private Optional<String> value(Metadata.Key<String> key) {
        return Optional.ofNullable(headers.get(key));
    }

    /** Neither tokens nor addresses. */
    @Override
    public String toString() {
        return "visit of " + who.caller().subject();
    }
}
