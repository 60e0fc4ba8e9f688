package io.belvedere.federation.source;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.source.Breaker.Outcome;
import io.belvedere.federation.source.ConnectionStarter.Begin;
import io.belvedere.federation.source.SourceObserver.Event;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connections to one shard: as many at a time as the source's limits say, made when first needed, kept while they are used.
 * It is also the bulkhead: who finds all in use waits {@link #PERMIT_WAIT} at most. Catalog look-ups, probes and cancels have lanes
 * of their own, so that a full pool can still be asked and emptied. Safe for use by many threads.
 */
public final class ShardPool implements AutoCloseable {
    static final Duration PERMIT_WAIT = Duration.ofSeconds(2);
    /** Letting us in costs a few milliseconds, whatever is asked next; this long means that the source is in trouble. */
    static final Duration SLOW = Duration.ofSeconds(1);

    private final SourceName source;
    private final SourceKind kind;
    private final Shard shard;
    private final Driver driver;
    private final SourceObserver observer;
    private final RetryBudget retries;
    private final ConnectionStarter starter;
    private final Breaker breaker;
    private final Connector connector;
    private final ControlLane control;
    private final Orphans orphans;
    private final SchemaCheck schema;
    private final ReplicaLag lag;
    private final AdaptiveLimit queries;
    private final AdaptiveLimit lookups = new AdaptiveLimit(1, System::nanoTime);
    private final IdleConnections idle = new IdleConnections();
    private final AtomicBoolean tending = new AtomicBoolean();

    /**
     * @param retries shared by the shards of the source
     * @param node names this server among those that use the source
     * @param live the statements that run now, of all pools of this server
     */
    ShardPool(
            SourceDefinition definition,
            Shard shard,
            Secrets secrets,
            FilesRoot files,
            SourceObserver observer,
            RetryBudget retries,
            ServerNode node,
            Set<ShardConnection> live) {
        this.source = definition.name();
        this.kind = definition.kind();
        this.shard = shard;
        this.observer = observer;
        this.retries = retries;
        this.driver = Driver.of(definition, files);
        this.breaker =
                new Breaker(System::nanoTime, () -> ThreadLocalRandom.current().nextLong(), this::tell);
        this.connector = new Connector(shard, driver, secrets, breaker, this::tell);
        this.control = new ControlLane(connector, Activity.of(kind));
        this.orphans = new Orphans(control, node, live);
        this.starter = new ConnectionStarter(this, driver, connector, idle, orphans, node);
        this.schema = new SchemaCheck(definition);
        this.lag = new ReplicaLag(definition, driver);
        this.queries = new AdaptiveLimit(definition.limits().concurrency(), System::nanoTime);
    }

    public String shardName() {
        return shard.name();
    }

    public SourceKind kind() {
        return kind;
    }

    /** Tells the observer what happened at this shard. */
    public void tell(Event event) {
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
        retries.called();
        return borrow(queries, query, deadline, statementTimeout, Begin.FIRST, Optional.empty());
    }

    /**
     * As {@link #borrow(String, Deadline, Duration)}, for one statement. Where the product can and the connection answered a moment ago,
     * no transaction is begun: {@link ShardConnection#text} has it all, and it takes one round trip.
     */
    public ShardConnection borrowForOneTrip(String query, Deadline deadline, Duration statementTimeout, String sql)
            throws SQLException {
        retries.called();
        Begin when = driver.oneTrip().isPresent() && schema.trusts(sql) && lag.trusts()
                ? Begin.WITH_THE_STATEMENT
                : Begin.FIRST;
        return borrow(queries, query, deadline, statementTimeout, when, Optional.empty());
    }

    /** As {@link #borrow(String, Deadline, Duration)}, with a transaction that sees the state that others of the query see. */
    public ShardConnection borrow(String query, Deadline deadline, Duration statementTimeout, SharedSnapshot snapshot)
            throws SQLException {
        Optional<ShardConnection> resting = snapshot.takeResting();
        if (resting.isPresent()) {
            return starter.resume(resting.get(), statementTimeout);
        }
        retries.called();
        return borrow(queries, query, deadline, statementTimeout, Begin.FIRST, Optional.of(snapshot));
    }

    /** As {@link #borrow}, for a look-up in the source's own catalog. */
    ShardConnection borrowForLookup(Deadline deadline, Duration statementTimeout) throws SQLException {
        return borrow(lookups, "lookup", deadline, statementTimeout, Begin.FIRST, Optional.empty());
    }

    private ShardConnection borrow(
            AdaptiveLimit lane,
            String query,
            Deadline deadline,
            Duration statementTimeout,
            Begin when,
            Optional<SharedSnapshot> snapshot)
            throws SQLException {
        if (!breaker.admits()) {
            throw FederationError.SOURCE_UNAVAILABLE.error(
                    "Source '" + source + "' did not answer a moment ago; try again in a few seconds.");
        }
        acquire(lane, deadline);
        boolean borrowed = false;
        try {
            long begin = System.nanoTime();
            ShardConnection connection = starter.start(query, statementTimeout, when, snapshot);
            boolean slow = System.nanoTime() - begin > SLOW.toNanos();
            connection.lend(slow ? Outcome.SLOW : Outcome.ANSWERED, lane::release);
            borrowed = true;
            return connection;
        } finally {
            if (!borrowed) {
                lane.release();
            }
        }
    }

    private void acquire(AdaptiveLimit lane, Deadline deadline) {
        Duration wait = deadline.remaining().compareTo(PERMIT_WAIT) < 0 ? deadline.remaining() : PERMIT_WAIT;
        try {
            if (lane.tryAcquire(wait)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tell(Event.BULKHEAD_FULL);
        throw FederationError.OVERLOADED.error("Source '" + source
                + "' is busy with as many statements as it may be asked at a time; try again later.");
    }

    /** Bounds a statement that the transaction's own limit does not bound. */
    public void bound(Statement statement, Duration statementTimeout) throws SQLException {
        driver.bound(statement, statementTimeout);
    }

    /** The failure of a statement that ran so long, told apart from one whose time was over. */
    public SQLException explained(SQLException failure, Duration ran, Duration statementTimeout) {
        return driver.explained(failure, ran, statementTimeout);
    }

    /** Takes back a connection whose statement came to its end. */
    void takeBack(ShardConnection connection, Outcome outcome) {
        orphans.ended(connection);
        answered(outcome);
        idle.add(connection);
    }

    /** The statement was given up and its socket is closed; the source is looked at soon. */
    void unconfirmed(ShardConnection connection) {
        orphans.givenUp(connection);
    }

    /** The source did not react when it was asked to stop a statement. */
    void silent(ShardConnection connection) {
        orphans.givenUp(connection);
        silent();
    }

    private void silent() {
        tell(Event.SOCKET_CLOSED);
        tell(Event.ZOMBIE_SUSPECTED);
        lost();
    }

    void cancel(ShardConnection connection) throws SQLException {
        tell(Event.CANCEL_ASKED);
        driver.cancel(connection.opened(), connection.tag(), control);
    }

    void kill(ShardConnection connection) throws SQLException {
        if (control.kill(connection.opened().session(), connection.tag())) {
            tell(Event.SESSION_KILLED);
        }
    }

    /**
     * Says how a statement failed; not to be told of statements that we stopped ourselves. Connections that stand idle are no longer
     * trusted when the source was lost.
     */
    public void failed(SQLException failure) {
        switch (SourceFailures.kind(failure)) {
            case INFRASTRUCTURE -> {
                if (SourceFailures.isSilence(failure)) {
                    silent();
                } else {
                    lost();
                }
            }
            // Counted where they were refused.
            case CREDENTIALS -> {}
            case DRIFT -> {
                schema.forget();
                answered(Outcome.ANSWERED);
            }
            // The source answered: it is up.
            case CONTENTION, TIMEOUT, DATA, LIMIT, STATEMENT -> answered(Outcome.ANSWERED);
        }
    }

    /** Says how a statement ended that we stopped ourselves: a source that stays silent even then is in trouble. */
    public void stopped(SQLException failure) {
        if (SourceFailures.isSilence(failure)) {
            silent();
        }
    }

    private void answered(Outcome outcome) {
        breaker.called(outcome);
        if (outcome == Outcome.ANSWERED) {
            queries.well();
        } else {
            queries.ill();
        }
    }

    private void lost() {
        breaker.called(Outcome.FAILED);
        queries.ill();
        idle.dropAll();
    }

    /** A connection that stood idle was found dead; the others have died of the same cause. */
    public void distrustIdle() {
        idle.dropAll();
    }

    /** Whether a statement that failed, with no row read, is to be sent once more. Takes from the source's budget of retries. */
    public boolean mayRetry(SQLException failure) {
        if (!SourceFailures.mayRetry(failure)) {
            return false;
        }
        boolean granted = retries.spend();
        tell(granted ? Event.RETRIED : Event.RETRY_REFUSED);
        return granted;
    }

    /**
     * Compares the tables that a statement uses with what the shard has, and looks whether the shard is current, when that was not done
     * of late.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code SCHEMA_DRIFT}; {@code SOURCE_UNAVAILABLE} when a replica is further
     *     behind than the source's definition allows
     */
    public void requireFit(ShardConnection connection, String sql) throws SQLException {
        lag.require(connection.jdbc());
        schema.require(connection.jdbc(), sql);
    }

    /** By how much rows that are read now may be older than now, where the source's definition bounds it. */
    public Duration behind() {
        return lag.behind();
    }

    /** Rows that a cursor is asked for at first. */
    public int fetchRows() {
        return driver.fetchRows();
    }

    /** Whether statements can go out in one trip, but all rows of such a one stand in memory then. */
    public boolean readsAtOnceInOneTrip() {
        return driver.oneTrip().filter(trip -> !trip.streams()).isPresent();
    }

    /** The statement as it is sent, with the query's id in it where the product has no other place for it. */
    String text(ShardConnection connection, String sql, Optional<Duration> alone) {
        return alone.isPresent()
                ? oneTrip().text(sql, connection.tag(), alone.get())
                : driver.tag(sql, connection.tag());
    }

    ResultSet query(Statement statement, String text, boolean alone) throws SQLException {
        if (alone) {
            return oneTrip().run(statement, text);
        }
        return statement instanceof PreparedStatement prepared ? prepared.executeQuery() : statement.executeQuery(text);
    }

    private OneTrip oneTrip() {
        return driver.oneTrip().orElseThrow();
    }

    /** What has to be done every second: old connections, the breaker's probe, statements that outlived their query. */
    void tend() {
        if (!tending.compareAndSet(false, true)) {
            return;
        }
        try {
            idle.sweep();
            control.sweep(IdleConnections.IDLE_NANOS_MAX);
            queries.recover();
            if (breaker.waitsForCredentials() && connector.hasNewSecret()) {
                breaker.credentialsChanged();
            }
            if (breaker.wantsProbe()) {
                breaker.probed(probe());
            }
            if (!breaker.waitsForCredentials()) {
                for (int ended = orphans.look(); ended > 0; ended--) {
                    tell(Event.ZOMBIE_ENDED);
                }
            }
        } finally {
            tending.set(false);
        }
    }

    /** Tries whether the source lets us in, on a connection of its own. */
    private Outcome probe() {
        long begin = System.nanoTime();
        try {
            ShardConnection connection = starter.probe();
            connection.jdbc().rollback();
            orphans.ended(connection);
            idle.add(connection);
            return System.nanoTime() - begin > SLOW.toNanos() ? Outcome.SLOW : Outcome.ANSWERED;
        } catch (SQLException | io.belvedere.model.error.BelvedereException e) {
            return Outcome.FAILED;
        }
    }

    /** Connections standing idle; for tests and metrics. */
    public int idleConnections() {
        return idle.size();
    }

    /** Connections lent now; for tests and metrics. */
    public int lentConnections() {
        return orphans.lent();
    }

    /** Statements that could start now without waiting; for tests and metrics. */
    public int freePermits() {
        return queries.free();
    }

    /** Statements that the shard is asked at a time, as things are: never more than the source's limits say. */
    public int concurrencyNow() {
        return queries.limit();
    }

    /**
     * Listens to a channel of a PostgreSQL shard until what it gives is closed.
     *
     * @param heard told of each notification, and of each time that some may have been missed; must not block
     */
    public AutoCloseable listen(String channel, Runnable heard) {
        if (kind != SourceKind.POSTGRESQL) {
            throw new IllegalArgumentException("only PostgreSQL notifies");
        }
        return new NotificationListener(connector, channel, heard);
    }

    /** Whether the shard is asked at all, as things are; for tests and metrics. */
    public boolean admits() {
        return breaker.admits();
    }

    /** Lets idle connections go now, and each lent one when it comes back. */
    @Override
    public void close() {
        idle.close();
        control.close();
    }

    @Override
    public String toString() {
        return source + "/" + shard.name();
    }
}
