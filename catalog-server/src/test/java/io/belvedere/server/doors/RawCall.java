package io.belvedere.server.doors;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Calls of any method with any bytes. */
final class RawCall {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private RawCall() {}

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(name)
                .build();
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMetadataSize(64 << 20)
                .build();
    }

    /** How a call ends that sends one message. */
    static Status to(int port, String method, String authorization, byte[] message) throws Exception {
        Metadata headers = new Metadata();
        if (!authorization.isEmpty()) {
            headers.put(AUTHORIZATION, authorization);
        }
        return send(port, method, headers, message);
    }

    /** How a call ends that has so many headers. */
    static Status withHeaders(int port, int count) throws Exception {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer dev-ana");
        for (int i = 0; i < count; i++) {
            headers.put(Metadata.Key.of("x-" + i, Metadata.ASCII_STRING_MARSHALLER), "value");
        }
        return send(port, "arrow.flight.protocol.FlightService/ListActions", headers, new byte[0]);
    }

    private static Status send(int port, String method, Metadata headers, byte[] message) throws Exception {
        ManagedChannel channel = channel(port);
        try {
            CompletableFuture<Status> end = new CompletableFuture<>();
            ClientCall<byte[], byte[]> call = channel.newCall(method(method), CallOptions.DEFAULT);
            call.start(ended(end), headers);
            call.request(Integer.MAX_VALUE);
            call.sendMessage(message);
            call.halfClose();
            return end.get(60, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }

    private static ClientCall.Listener<byte[]> ended(CompletableFuture<Status> end) {
        return new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
                end.complete(status);
            }
        };
    }

    /** Calls that began and send nothing. */
    record Held(ManagedChannel channel, List<Status> ended) implements AutoCloseable {
        @Override
        public void close() {
            try {
                channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static Held hold(int port, int calls) {
        Held held = new Held(channel(port), new CopyOnWriteArrayList<>());
        for (int i = 0; i < calls; i++) {
            Metadata headers = new Metadata();
            headers.put(AUTHORIZATION, "Bearer dev-ana");
            CompletableFuture<Status> end = new CompletableFuture<>();
            var _ = end.thenAccept(held.ended()::add);
            ClientCall<byte[], byte[]> call =
                    held.channel().newCall(method("arrow.flight.protocol.FlightService/DoGet"), CallOptions.DEFAULT);
            call.start(ended(end), headers);
            call.request(1);
        }
        return held;
    }
}
