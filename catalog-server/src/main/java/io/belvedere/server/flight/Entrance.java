package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;
import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.identity.Authenticated;
import io.belvedere.server.identity.CallerAuthentication;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.FlightServiceGrpc;

/**
 * Looks at the credentials of every call before a byte of its messages is read, whatever the call is. A handshake is answered here: who gives a
 * name and a password gets a token for the calls that follow. Safe for use by many threads.
 */
final class Entrance implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HANDSHAKE =
            FlightServiceGrpc.getHandshakeMethod().getFullMethodName();

    private final CallerAuthentication callers;
    private final Sessions sessions;
    private final FlightDoor.Rejected rejected;
    private final ScheduledExecutorService clock;

    Entrance(
            CallerAuthentication callers,
            Sessions sessions,
            FlightDoor.Rejected rejected,
            ScheduledExecutorService clock) {
        this.callers = callers;
        this.sessions = sessions;
        this.rejected = rejected;
        this.clock = clock;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional<InetSocketAddress> address = address(call);
        try {
            String authorization = authorization(headers);
            Authenticated who =
                    callers.authenticate(sessions.credentials(authorization)).orElseThrow(Entrance::refusal);
            if (call.getMethodDescriptor().getFullMethodName().equals(HANDSHAKE)) {
                return welcome(call, authorization);
            }
            Context entered = new Visit(who, headers, address).entered();
            return inTime(call, Contexts.interceptCall(entered, call, headers, next));
        } catch (RuntimeException refusal) {
            if (refusal instanceof BelvedereException why) {
                rejected.record(address.map(Visit::host), why);
            }
            Metadata trailers = new Metadata();
            call.close(Failures.refused(refusal, trailers), trailers);
            return new ServerCall.Listener<>() {};
        }
    }

    private static String authorization(Metadata headers) {
        Iterable<String> all = headers.getAll(AUTHORIZATION);
        Iterator<String> values = all == null ? Collections.emptyIterator() : all.iterator();
        if (!values.hasNext()) {
            throw refusal();
        }
        String value = values.next();
        if (values.hasNext()) {
            throw refusal();
        }
        return value;
    }

    private <Q, A> ServerCall.Listener<Q> welcome(ServerCall<Q, A> call, String authorization) {
        Metadata answer = new Metadata();
        answer.put(AUTHORIZATION, sessions.token(authorization));
        call.sendHeaders(answer);
        call.close(Status.OK, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    /** A call whose request does not arrive holds its place for a while only. */
    private <Q, A> ServerCall.Listener<Q> inTime(ServerCall<Q, A> call, ServerCall.Listener<Q> listener) {
        ScheduledFuture<?> late = clock.schedule(
                () -> {
                    Metadata trailers = new Metadata();
                    call.close(
                            Status.DEADLINE_EXCEEDED.withDescription(
                                    REQUEST_INVALID.name() + ": The request did not arrive in time."),
                            trailers);
                },
                FlightLimits.ARRIVAL_TIME.toMillis(),
                TimeUnit.MILLISECONDS);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onHalfClose() {
                late.cancel(false);
                super.onHalfClose();
            }

            @Override
            public void onCancel() {
                late.cancel(false);
                super.onCancel();
            }

            @Override
            public void onComplete() {
                late.cancel(false);
                super.onComplete();
            }
        };
    }

    private static Optional<InetSocketAddress> address(ServerCall<?, ?> call) {
        return Optional.ofNullable(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast);
    }

    private static BelvedereException refusal() {
        return NOT_AUTHENTICATED.error("Send a valid token: Authorization: Bearer <token>.");
    }
}
