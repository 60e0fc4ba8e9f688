package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.BatchReader;
import io.belvedere.federation.arrow.Batches;
import io.belvedere.federation.arrow.DuckDbBatches;
import io.belvedere.federation.arrow.PostgresCopy;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.ShardConnection;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.SharedSnapshot;
import io.belvedere.federation.source.SourceFailures;
import io.belvedere.federation.source.Sources.Source;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One statement at one shard, from borrowing a connection to its last row, on one thread. It is sent a second time only when the
 * source refused it or asked for that, and no row was read.
 */
final class ShardStatement {
    private static final int ATTEMPTS_MAX = 2;
    private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration RETRY_PAUSE_MAX = Duration.ofMillis(100);
    /** Kept back from the deadline, so that the source's own time-out comes before ours. */
    private static final Duration RESERVE = Duration.ofMillis(500);

    private final Run run;
    private final Step.Fetch fetch;
    private final Source source;
    private final ShardPool shard;
    private final FanOut.Part part;
    private final Predicate<VectorSchemaRoot> sink;
    private final Runnable ended;
    private final RandomGenerator random;
    // Written by the one thread that runs it; read by whoever looks at the query.
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile SourceStatement sent;
    // Used by the one thread that runs it.
    private Reading reading;
    private boolean alone;
    private boolean toldOfEnd;
    private long sentNanos;

    /** How the rows of the statement are read. */
    private enum Reading {
        AT_ONCE,
        /** At once; bit by bit by a second statement when there are more than {@value Step#FEW_ROWS_AT_ONCE}. */
        UP_TO_A_BOUND,
        BIT_BY_BIT
    }

    /**
     * @param sink takes a batch over; false when no more are wanted
     * @param ended is told, once, that no batch follows; where nothing else waits for the connection, before its transaction is ended
     */
    ShardStatement(
            Run run,
            Step.Fetch fetch,
            Source source,
            ShardPool shard,
            FanOut.Part part,
            Predicate<VectorSchemaRoot> sink,
            Runnable ended,
            RandomGenerator random) {
        this.run = run;
        this.fetch = fetch;
        this.source = source;
        this.shard = shard;
        this.part = part;
        this.sink = sink;
        this.ended = ended;
        this.random = random;
        this.reading = reading(fetch.volume(), shard);
        this.sent = SourceStatement.render(shard.kind(), fetch.sql(), part.keys());
    }

    private static Reading reading(Step.Volume volume, ShardPool shard) {
        return switch (volume) {
            case FEW -> Reading.AT_ONCE;
            // Where a cursor costs nothing there is nothing to hope for.
            case FEW_EXPECTED -> shard.readsAtOnceInOneTrip() ? Reading.UP_TO_A_BOUND : Reading.BIT_BY_BIT;
            case MANY -> Reading.BIT_BY_BIT;
        };
    }

    /** Reads all rows into the sink and writes the timeline's entry. */
    void execute() {
        Timeline.Live shown = run.context().timeline().begin(fetch.name(), () -> facts("running"));
        String status = "failed";
        run.noteWhenLeftBehind(() -> shown.end(facts("cancelled")));
        try {
            status = attemptInTurn(shown) ? "ok" : "cancelled";
            tellOfEnd(shown, status);
        } catch (BelvedereException e) {
            status = run.stopped() ? "cancelled" : "failed";
            throw e;
        } finally {
            shown.end(facts(status));
        }
    }

    private boolean attemptInTurn(Timeline.Live shown) {
        Runnable turn = run.awaitTurn(shard, shard.concurrencyNow());
        try {
            return attemptAll(shown);
        } finally {
            turn.run();
        }
    }

    private boolean attemptAll(Timeline.Live shown) {
        while (true) {
            attempts.incrementAndGet();
            try {
                return attempt(shown);
            } catch (SQLException e) {
                if (run.stopped()) {
                    shard.stopped(e);
                    return false;
                }
                if (rows.get() == 0 && attempts.get() < ATTEMPTS_MAX && alone && isLostAtOnce(e) && timeForAnother()) {
                    // A connection that died while it stood idle shows it only here; it costs no retry.
                    shard.distrustIdle();
                    continue;
                }
                shard.failed(e);
                if (rows.get() > 0
                        || attempts.get() >= ATTEMPTS_MAX
                        || !timeForAnother()
                        || !shard.mayRetry(e)
                        || !pause()) {
                    throw SourceFailures.translate(source.definition().name(), e);
                }
            }
        }
    }

    /** How an attempt ended that did not fail. */
    private enum End {
        LAST_ROW,
        NO_MORE_WANTED,
        /** There are more than are read at once; none was given. */
        TOO_MANY_AT_ONCE
    }

    /** True when the last row was read. */
    private boolean attempt(Timeline.Live shown) throws SQLException {
        End end = attemptOnce(shown);
        if (end == End.TOO_MANY_AT_ONCE) {
            reading = Reading.BIT_BY_BIT;
            end = attemptOnce(shown);
        }
        return end == End.LAST_ROW;
    }

    private End attemptOnce(Timeline.Live shown) throws SQLException {
        Duration timeout = statementTimeout();
        try (ShardConnection connection = borrow(timeout)) {
            alone = connection.isAlone();
            if (sent.keys() > 0 && !sent.fits(connection.statementBytesMax())) {
                sent = SourceStatement.render(shard.kind(), fetch.sql(), withoutKeys());
            }
            if (!alone) {
                shard.requireFit(connection, sent.sql());
            }
            String text = connection.text(sent.sql());
            Statement statement = prepare(connection, text);
            shard.bound(statement, timeout);
            sentNanos = System.nanoTime();
            try (StatementCancel cancel = new StatementCancel(statement, connection)) {
                run.onStop(cancel::cancel);
                run.check();
                End end = read(connection, statement, text);
                if (end != End.NO_MORE_WANTED && cancel.finish()) {
                    statement.close();
                    connection.finished();
                    if (end == End.LAST_ROW && connection.snapshotNanos().isEmpty()) {
                        tellOfEnd(shown, "ok");
                    }
                }
                return end;
            } catch (SQLException e) {
                if (reading == Reading.UP_TO_A_BOUND && SourceFailures.kind(e) == SourceFailures.Kind.LIMIT) {
                    return End.TOO_MANY_AT_ONCE;
                }
                throw shard.explained(e, Duration.ofNanos(System.nanoTime() - sentNanos), timeout);
            }
        }
    }

    /** The timeline first: whoever hears of the end may look there. */
    private void tellOfEnd(Timeline.Live shown, String status) {
        if (!toldOfEnd) {
            toldOfEnd = true;
            shown.end(facts(status));
            ended.run();
        }
    }

    private ShardConnection borrow(Duration timeout) throws SQLException {
        String query = run.context().query().toString();
        Deadline deadline = run.context().deadline();
        Optional<SharedSnapshot> snapshot = run.snapshot(shard);
        if (snapshot.isPresent()) {
            return shard.borrow(query, deadline, timeout, snapshot.get());
        }
        boolean fallenBack = reading != reading(fetch.volume(), shard);
        return fetch.volume() != Step.Volume.MANY && !fallenBack && attempts.get() == 1
                ? shard.borrowForOneTrip(query, deadline, timeout, sent.sql())
                : shard.borrow(query, deadline, timeout);
    }

    /** As of when the connection's next rows are, on this server's clock. */
    private Instant asOf(ShardConnection connection) {
        return run.context().timeline().at(connection.snapshotNanos().orElseGet(System::nanoTime));
    }

    /** Without the keys the source gives more rows, never fewer; the join checks again. */
    private List<Optional<ShippedKeys>> withoutKeys() {
        run.keyBudget().tooMany(source.definition().name());
        if (part.ofShard() > 1) {
            throw FederationError.LIMIT_EXCEEDED.error(
                    "Source '" + source.definition().name()
                            + "' takes no statement as long as the keys of this query need; narrow the query.");
        }
        return part.keys().stream().map(_ -> Optional.<ShippedKeys>empty()).toList();
    }

    private Duration statementTimeout() {
        Deadline deadline = run.context().deadline();
        Duration left = deadline.remaining().minus(RESERVE);
        if (left.isNegative() || left.isZero()) {
            throw Run.timedOut();
        }
        Duration longest = source.definition().limits().statementTimeout();
        return left.compareTo(longest) < 0 ? left : longest;
    }

    private Statement prepare(ShardConnection connection, String text) throws SQLException {
        // Rows that stand in memory can be counted before the first is given.
        int type = reading == Reading.UP_TO_A_BOUND ? ResultSet.TYPE_SCROLL_INSENSITIVE : ResultSet.TYPE_FORWARD_ONLY;
        Statement statement = sent.parameters().isEmpty()
                ? connection.jdbc().createStatement(type, ResultSet.CONCUR_READ_ONLY)
                : connection.jdbc().prepareStatement(text, type, ResultSet.CONCUR_READ_ONLY);
        switch (reading) {
            case AT_ONCE -> {}
            case UP_TO_A_BOUND -> statement.setMaxRows(Step.FEW_ROWS_AT_ONCE + 1);
            case BIT_BY_BIT -> statement.setFetchSize(shard.fetchRows());
        }
        statement.setEscapeProcessing(false);
        if (statement instanceof PreparedStatement prepared) {
            for (int i = 0; i < sent.parameters().size(); i++) {
                parameter(prepared, i + 1, sent.parameters().get(i));
            }
        }
        return statement;
    }

    /** PostgreSQL takes a text for whatever the statement makes of it; a text is text elsewhere. */
    private void parameter(PreparedStatement statement, int index, String value) throws SQLException {
        if (shard.kind() == SourceKind.POSTGRESQL) {
            statement.setObject(index, value, Types.OTHER);
        } else {
            statement.setNString(index, value);
        }
    }

    private End read(ShardConnection connection, Statement statement, String text) throws SQLException {
        Instant asOf = asOf(connection);
        Optional<Batches> opened = open(connection, statement, text);
        if (opened.isEmpty()) {
            return End.TOO_MANY_AT_ONCE;
        }
        try (Batches reader = opened.get()) {
            run.read(source.definition().name(), asOf.minus(shard.behind()), asOf);
            for (Optional<VectorSchemaRoot> next = reader.next(); next.isPresent(); next = reader.next()) {
                VectorSchemaRoot batch = next.get();
                rows.addAndGet(batch.getRowCount());
                bytes.addAndGet(bytes(batch));
                if (!sink.test(batch)) {
                    return End.NO_MORE_WANTED;
                }
            }
            return End.LAST_ROW;
        }
    }

    /**
     * Empty when there are more rows than are read at once. The cursor is closed with its statement, after the socket where rows are left:
     * closing it alone would read them all.
     */
    private Optional<Batches> open(ShardConnection connection, Statement statement, String text) throws SQLException {
        if (shard.kind() == SourceKind.POSTGRESQL
                && reading == Reading.BIT_BY_BIT
                && sent.parameters().isEmpty()) {
            Optional<BatchReader> copy =
                    PostgresCopy.open(connection.jdbc(), text, fetch.columnsAtSource(), fetch.tests(), run.memory());
            if (copy.isPresent()) {
                return Optional.of(copy.get());
            }
        }
        if (shard.kind().isFiles()) {
            ResultSet cursor = FileStatement.query(connection.jdbc(), statement, text);
            return Optional.of(DuckDbBatches.open(cursor, fetch.columnsAtSource(), run.memory()));
        }
        ResultSet cursor = connection.query(statement, text);
        return reading == Reading.UP_TO_A_BOUND && isMoreThanTheBound(cursor)
                ? Optional.empty()
                : Optional.of(
                        BatchReader.of(cursor, fetch.columnsAtSource(), fetch.tests(), shard.kind(), run.memory()));
    }

    private static boolean isMoreThanTheBound(ResultSet rows) throws SQLException {
        boolean more = rows.absolute(Step.FEW_ROWS_AT_ONCE + 1);
        rows.beforeFirst();
        return more;
    }

    private static long bytes(VectorSchemaRoot batch) {
        long sum = 0;
        for (FieldVector vector : batch.getFieldVectors()) {
            sum += vector.getBufferSize();
        }
        return sum;
    }

    /** What is dead says so as soon as it is asked; a source that was lost at its work counts as a failure of the source. */
    private boolean isLostAtOnce(SQLException failure) {
        return System.nanoTime() - sentNanos < AT_ONCE_NANOS
                && SourceFailures.kind(failure) == SourceFailures.Kind.INFRASTRUCTURE
                && !SourceFailures.isSilence(failure);
    }

    private boolean timeForAnother() {
        return run.context().deadline().remaining().compareTo(RETRY_PAUSE_MAX.plus(RESERVE)) > 0;
    }

    /** A pause of random length before the second attempt, so that those who failed together do not come back together. */
    private boolean pause() {
        try {
            Thread.sleep(Duration.ofNanos(random.nextLong(RETRY_PAUSE_MAX.toNanos())));
            return !run.stopped();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Timeline.FetchFacts facts(String status) {
        SourceStatement text = sent;
        return new Timeline.FetchFacts(
                source.definition().name().value(),
                shard.shardName(),
                text.shown(),
                text.sha256(),
                text.keys(),
                rows.get(),
                bytes.get(),
                attempts.get(),
                status);
    }
}
