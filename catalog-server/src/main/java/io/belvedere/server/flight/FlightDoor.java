package io.belvedere.server.flight;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.ServerError;
import io.belvedere.server.http.ExplainedRows;
import io.belvedere.server.identity.CallerAuthentication;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RunningQueries;
import io.grpc.Context;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.auth.ServerAuthHandler;
import org.apache.arrow.memory.RootAllocator;
import org.jboss.logging.Logger;

/** The Flight SQL server: listens from its start until it is closed. Safe for use by many threads. */
public final class FlightDoor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FlightDoor.class);
    /** Messages of clients and answers about the catalog on their way; rows of results are counted elsewhere. */
    private static final long MEMORY_BYTES_MAX = 512L << 20;

    private static final int CLOSE_SECONDS = 5;

    private final Place place;
    private final Parts parts;
    private final Inside inside;
    // Set once, by the thread that starts the door.
    private volatile Optional<Server> server = Optional.empty();

    static {
        // Arrow's short cut around copying reads a class of gRPC by a method that later versions do not have; read
        // once, when its classes load.
        System.setProperty("arrow.flight.enable_zero_copy_read", "false");
    }

    /** A door that is still shut. */
    public FlightDoor(Place place, FlightLimits limits, Parts parts) {
        this.place = place;
        this.parts = parts;
        this.inside = new Inside(
                Executors.newThreadPerTaskExecutor(task -> Thread.ofVirtual()
                        .name("belvedere-flight-call")
                        .unstarted(Context.current().wrap(task))),
                Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                        .daemon()
                        .name("belvedere-flight-clock")
                        .factory()),
                new NioEventLoopGroup(1, new DefaultThreadFactory("belvedere-flight-accept", true)),
                new NioEventLoopGroup(
                        Runtime.getRuntime().availableProcessors(),
                        new DefaultThreadFactory("belvedere-flight-wire", true)),
                new RootAllocator(MEMORY_BYTES_MAX),
                new Connections(limits.connections()));
    }

    /**
     * Where to listen.
     *
     * @param identity certificate and key, in PEM; without it everything is readable on the way
     */
    public record Place(String host, int port, Optional<Identity> identity) {}

    /** The server's certificate chain and private key, in PEM. */
    public record Identity(Path certificate, Path key) {}

    /** What the door leads to, and who is let in. */
    public record Parts(
            QueryPipeline pipeline,
            RunningQueries queries,
            QueryIds ids,
            CallerAuthentication callers,
            Rejected rejected,
            ExplainedRows explained,
            String version,
            Clock clock) {}

    /** Records a call whose credentials let nobody in. */
    @FunctionalInterface
    public interface Rejected {
        void record(Optional<String> remote, BelvedereException why);
    }

    /** Starts to listen; {@code CONFIGURATION_INVALID} where that cannot be. */
    public void start() {
        try {
            server = Optional.of(builder().build().start());
            LOG.infof(
                    "Flight SQL listens at %s:%d%s",
                    place.host(), port(), place.identity().isPresent() ? ", TLS" : "");
        } catch (IOException | IllegalArgumentException failure) {
            throw ServerError.CONFIGURATION_INVALID.error(
                    "Flight SQL cannot listen at " + place.host() + ":" + place.port()
                            + "; check belvedere.flight.host, port, certificate and key.",
                    failure);
        }
    }

    private record Inside(
            ExecutorService calls,
            ScheduledExecutorService clock,
            EventLoopGroup acceptors,
            EventLoopGroup wires,
            RootAllocator memory,
            Connections connections) {}

    /** Flight's own authentication is off: {@link Entrance} stands before it. */
    @SuppressWarnings("deprecation")
    private NettyServerBuilder builder() throws IOException {
        SecureRandom chance = new SecureRandom();
        Seal seal = new Seal(chance);
        Tickets tickets = new Tickets(seal, parts.clock());
        Prepared prepared = new Prepared(chance, parts.clock());
        SqlDoor door = new SqlDoor(new SqlDoor.Parts(
                parts.pipeline(),
                parts.ids(),
                new Statements(parts.pipeline(), parts.explained()),
                new Listings(parts.pipeline(), new Abilities(parts.version())),
                new Actions(parts.pipeline(), prepared, tickets),
                prepared,
                tickets,
                inside.connections(),
                new Pace(parts.queries(), parts.pipeline(), parts.ids()),
                inside.memory()));
        Entrance entrance =
                new Entrance(parts.callers(), new Sessions(seal, parts.clock()), parts.rejected(), inside.clock());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(place.host(), place.port()))
                .channelFactory(inside.connections()::listener)
                .bossEventLoopGroup(inside.acceptors())
                .workerEventLoopGroup(inside.wires())
                .executor(inside.calls())
                .intercept(entrance)
                .addService(FlightGrpcUtils.createFlightService(
                        inside.memory(), door, ServerAuthHandler.NO_OP, inside.calls()));
        if (place.identity().isPresent()) {
            Identity identity = place.identity().get();
            builder.sslContext(GrpcSslContexts.forServer(
                            identity.certificate().toFile(), identity.key().toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build());
        }
        return bounded(builder);
    }

    private static NettyServerBuilder bounded(NettyServerBuilder builder) {
        return builder.maxInboundMessageSize(FlightLimits.MESSAGE_BYTES_MAX)
                .maxInboundMetadataSize(FlightLimits.METADATA_BYTES_MAX)
                .maxConcurrentCallsPerConnection(FlightLimits.CALLS_PER_CONNECTION_MAX)
                .maxRstFramesPerWindow(FlightLimits.RESETS_MAX, FlightLimits.RESETS_SECONDS)
                .flowControlWindow(FlightLimits.INBOUND_WINDOW_BYTES)
                .handshakeTimeout(FlightLimits.ARRIVAL_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(FlightLimits.SILENT_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(FlightLimits.ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(FlightLimits.ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionIdle(FlightLimits.IDLE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The port that is listened at; 0 while the door is shut. */
    public int port() {
        return server.map(Server::getPort).orElse(0);
    }

    /** Connections that are open. */
    public int connections() {
        return inside.connections().count();
    }

    /** Bytes of messages and answers about the catalog that are on their way. */
    public long bytes() {
        return inside.memory().getAllocatedMemory();
    }

    /** Ends what is under way; queries should have been drained before. */
    @Override
    public void close() {
        try {
            shut();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            inside.memory().close();
        }
    }

    private void shut() throws InterruptedException {
        if (server.isPresent()) {
            server.get().shutdownNow();
            server.get().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        inside.calls().shutdownNow();
        inside.calls().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        inside.clock().shutdownNow();
        inside.acceptors()
                .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .await(CLOSE_SECONDS, TimeUnit.SECONDS);
        inside.wires().shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).await(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
