package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The connections to one shard: as many at a time as the source's limits say, made when first needed, kept while they are used.
 * It is also the bulkhead: who finds all in use waits {@link #PERMIT_WAIT} at most. Safe for use by many threads.
 */
public final class ShardPool implements AutoCloseable {
    static final Duration PERMIT_WAIT = Duration.ofSeconds(2);
    private static final long IDLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long AGE_NANOS_MAX = TimeUnit.MINUTES.toNanos(30);
    /** How long a statement may stay silent on the socket beyond its own time at the server. */
    private static final Duration SOCKET_GRACE = Duration.ofSeconds(5);

    private final SourceName source;
    private final SourceKind kind;
    private final Shard shard;
    private final Secrets secrets;
    private final Driver driver;
    private final SourceObserver observer;
    private final Breaker breaker;
    private final SchemaCheck schema;
    private final Semaphore queries;
    /** A lane of its own, so that statistics never take a query's place. */
    private final Semaphore lookups = new Semaphore(1, true);

    // Guarded by itself; the most recently used connection first.
    private final Deque<ShardConnection> idle = new ArrayDeque<>();
    // Guarded by idle.
    private boolean closed;

    ShardPool(SourceDefinition definition, Shard shard, Secrets secrets, SourceObserver observer) {
        this.source = definition.name();
        this.kind = definition.kind();
        this.shard = shard;
        this.secrets = secrets;
        this.observer = observer;
        this.driver = Driver.of(kind);
        this.breaker = new Breaker(System::nanoTime);
        this.schema = new SchemaCheck(definition);
        this.queries = new Semaphore(definition.limits().concurrency(), true);
    }

    public String shardName() {
        return shard.name();
    }

    /** Tells the observer what happened at this shard. */
    public void tell(SourceObserver.Event event) {
        observer.happened(source, shard.name(), event);
    }

    /**
     * A connection with a read-only transaction begun, for one statement. The borrower closes it.
     *
     * @param query the query's id, shown to the source
     * @throws SQLException when the source does not let us in; see {@link SourceFailures}
     * @throws io.belvedere.model.error.BelvedereException {@code OVERLOADED} when all connections stay in use,
     *     {@code SOURCE_UNAVAILABLE} while the breaker is open
     */
    public ShardConnection borrow(String query, Deadline deadline, Duration statementTimeout) throws SQLException {
        return borrow(queries, query, deadline, statementTimeout);
    }

    /** As {@link #borrow}, for a look-up in the source's own catalog. */
    ShardConnection borrowForLookup(Deadline deadline, Duration statementTimeout) throws SQLException {
        return borrow(lookups, "lookup", deadline, statementTimeout);
    }

    private ShardConnection borrow(Semaphore lane, String query, Deadline deadline, Duration statementTimeout)
            throws SQLException {
        if (!breaker.admits()) {
            throw FederationError.SOURCE_UNAVAILABLE.error(
                    "Source '" + source + "' did not answer a moment ago; try again in a few seconds.");
        }
        acquire(lane, deadline);
        boolean borrowed = false;
        try {
            ShardConnection connection = begin(lane, query, statementTimeout);
            borrowed = true;
            return connection;
        } finally {
            if (!borrowed) {
                lane.release();
            }
        }
    }

    private void acquire(Semaphore lane, Deadline deadline) {
        Duration wait = deadline.remaining().compareTo(PERMIT_WAIT) < 0 ? deadline.remaining() : PERMIT_WAIT;
        try {
            if (lane.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell(SourceObserver.Event.BULKHEAD_FULL);
        throw FederationError.OVERLOADED.error("Source '" + source
                + "' is busy with as many statements as it may be asked at a time; try again later.");
    }

    /** Idle connections first; one that has died meanwhile shows it here, before any statement was sent, and costs no retry. */
    private ShardConnection begin(Semaphore lane, String query, Duration statementTimeout) throws SQLException {
        for (Optional<ShardConnection> kept = pollIdle(); kept.isPresent(); kept = pollIdle()) {
            ShardConnection connection = kept.get();
            try {
                return start(connection, lane, query, statementTimeout);
            } catch (SQLException e) {
                connection.discard();
                if (SourceFailures.kind(e) != SourceFailures.Kind.INFRASTRUCTURE) {
                    throw e;
                }
            }
        }
        ShardConnection connection = connect();
        try {
            return start(connection, lane, query, statementTimeout);
        } catch (SQLException e) {
            connection.discard();
            throw e;
        }
    }

    private ShardConnection start(ShardConnection connection, Semaphore lane, String query, Duration statementTimeout)
            throws SQLException {
        connection.jdbc().setNetworkTimeout(Runnable::run, (int) Driver.CONNECT_TIMEOUT.toMillis());
        driver.begin(connection.jdbc(), query, statementTimeout);
        connection
                .jdbc()
                .setNetworkTimeout(
                        Runnable::run,
                        Math.toIntExact(statementTimeout.plus(SOCKET_GRACE).toMillis()));
        connection.lend(lane::release);
        return connection;
    }

    private ShardConnection connect() throws SQLException {
        String password = secrets.require(shard.connection().password());
        try {
            java.sql.Connection jdbc = driver.connect(shard.connection(), password);
            try {
                ShardConnection connection = new ShardConnection(this, jdbc, driver.statementBytesMax(jdbc));
                tell(SourceObserver.Event.CONNECTED);
                return connection;
            } catch (SQLException e) {
                jdbc.abort(Runnable::run);
                throw e;
            }
        } catch (SQLException e) {
            if (SourceFailures.kind(e) == SourceFailures.Kind.CREDENTIALS) {
                tell(SourceObserver.Event.CREDENTIALS_REFUSED);
                throw e;
            }
            // Whatever keeps us out, it is the source that is not there, not a statement that is wrong.
            throw new SQLException("cannot connect", "08001", e);
        }
    }

    private Optional<ShardConnection> pollIdle() {
        synchronized (idle) {
            return Optional.ofNullable(idle.pollFirst());
        }
    }

    /** Takes a clean connection back, or lets it go when it is old or the pool is closed. */
    void takeBack(ShardConnection connection) {
        synchronized (idle) {
            if (!closed && connection.ageNanos() < AGE_NANOS_MAX) {
                idle.addFirst(connection);
                return;
            }
        }
        connection.discard();
    }

    /** Lets connections go that nobody has needed for a while. */
    void sweep() {
        List<ShardConnection> stale = new ArrayList<>();
        synchronized (idle) {
            while (!idle.isEmpty() && idle.peekLast().idleNanos() > IDLE_NANOS_MAX) {
                stale.add(idle.pollLast());
            }
        }
        stale.forEach(ShardConnection::discard);
    }

    /** Says how a statement went, for the breaker; not to be told of statements that we stopped ourselves. */
    public void succeeded() {
        breaker.succeeded();
    }

    /** As {@link #succeeded()}, with the failure. Connections that stand idle are no longer trusted when the source was lost. */
    public void failed(SQLException failure) {
        SourceFailures.Kind failed = SourceFailures.kind(failure);
        breaker.failed(failed);
        if (failed == SourceFailures.Kind.INFRASTRUCTURE) {
            dropIdle();
        }
        if (failed == SourceFailures.Kind.DRIFT) {
            schema.forget();
        }
    }

    /**
     * Compares the tables that a statement uses with what the shard has, when that was not done of late.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code SCHEMA_DRIFT}
     */
    public void requireSchema(ShardConnection connection, String sql) throws SQLException {
        schema.require(connection.jdbc(), sql);
    }

    /** The statement as it is sent, with the query's id in it where the product has no other place for it. */
    public String tag(String sql, String query) {
        return driver.tag(sql, query);
    }

    /** Asks the database to stop what a connection runs; from any thread. */
    public void cancel(ShardConnection connection, Statement running) throws SQLException {
        driver.cancel(connection.jdbc(), running);
    }

    public SourceKind kind() {
        return kind;
    }

    private void dropIdle() {
        List<ShardConnection> dropped;
        synchronized (idle) {
            dropped = List.copyOf(idle);
            idle.clear();
        }
        dropped.forEach(ShardConnection::discard);
    }

    /** Connections standing idle; for tests and metrics. */
    public int idleConnections() {
        synchronized (idle) {
            return idle.size();
        }
    }

    /** Statements that could start now without waiting; for tests and metrics. */
    public int freePermits() {
        return queries.availablePermits();
    }

    /** Lets idle connections go now, and each lent one when it comes back. */
    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        dropIdle();
    }

    @Override
    public String toString() {
        return source + "/" + shard.name();
    }
}
