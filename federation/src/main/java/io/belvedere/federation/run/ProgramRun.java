package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.arrow.HeldRows;
import io.belvedere.federation.arrow.QueueReader;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.engine.Engine;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.engine.EngineSession.Input;
import io.belvedere.federation.hash.Hasher;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.FewRows;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.RowShipment;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Sources.Source;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A plan with an engine in it. Each step has a thread of its own and begins when the steps it needs have ended. What the engine does
 * is done on platform threads, because it holds native frames while it waits for rows.
 */
final class ProgramRun {
    private final ExecutablePlan plan;
    private final Run run;
    private final Sources sources;
    private final ShardDirectory directory;
    private final EngineSession session;
    private final CacheTables tables;
    private final RandomGenerator random;
    private final Set<String> kept;
    private final Set<String> readOnce;
    private final BatchQueue result = new BatchQueue(1);
    /** Of steps that are kept and gave few rows: the rows. The others are tables. */
    private final Map<String, HeldRows> held = new ConcurrentHashMap<>();
    /** Of streams: what was read in the hope that it is all. Used by the thread that delivers. */
    private final Map<String, HeldRows> begun = new HashMap<>();
    /** Of every step that is kept: done when its rows are held or its table stands. */
    private final Map<String, CompletableFuture<Void>> ready = new HashMap<>();
    /** Of every fetch that streams: the queue its rows come through. */
    private final Map<String, Stream> streams = new HashMap<>();

    ProgramRun(
            ExecutablePlan plan,
            Run run,
            Sources sources,
            ShardDirectory directory,
            Engine engine,
            RandomGenerator random) {
        this.plan = plan;
        this.run = run;
        this.sources = sources;
        this.directory = directory;
        this.random = random;
        this.kept = KeptSteps.of(plan, sources);
        this.readOnce = KeptSteps.readOnce(plan);
        this.tables = new CacheTables(plan);
        this.session = engine.open();
    }

    /**
     * @param last gives back what the run holds besides, after its last thread has ended
     */
    RowStream start(Runnable last) {
        run.onStop(session::cancel);
        run.onStop(() -> result.fail(Run.cancelled()));
        ResultStream stream = new ResultStream(plan, run, result, () -> {
            release();
            last.run();
        });
        try {
            for (Step step : plan.steps()) {
                prepare(step);
            }
            for (Step step : plan.steps()) {
                run.start(Thread.ofVirtual().name("belvedere-step-" + step.name()), () -> execute(step));
            }
            return stream;
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private void release() {
        held.values().forEach(HeldRows::close);
        begun.values().forEach(HeldRows::close);
        session.close();
    }

    private void prepare(Step step) {
        if (step instanceof Step.Fetch fetch && !kept.contains(fetch.name())) {
            streams.put(fetch.name(), new Stream(FetchRun.queue(run), fetch.columns()));
        } else if (!(step instanceof Step.PassThrough)) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            ready.put(step.name(), done);
            run.onStop(() -> done.complete(null));
        }
    }

    private void execute(Step step) {
        switch (step) {
            case Step.Fetch fetch -> fetch(fetch);
            case Step.Derive derive -> inEngine(() -> derive(derive));
            case Step.Deliver last -> deliver(last);
            case Step.PassThrough(Step.Fetch fetch, Step.Merge _)
            when fetch.cache().isPresent() ->
                new CacheFetch(run, session, withValues(fetch), tables).read(List.of(), result);
            case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                new SourceResult(plan, run, sources, directory, random)
                        .start(new Step.PassThrough(withRows(withValues(fetch)), merge), result);
        }
    }

    private Step.Fetch withValues(Step.Fetch fetch) {
        if (fetch.values().isEmpty()) {
            return fetch;
        }
        String target = fetch.source().value();
        SourceKind kind = kind(fetch);
        List<String> literals = new ArrayList<>();
        for (ValueShipment value : fetch.values()) {
            await(value.from());
            HeldRows rows = held.get(value.from());
            literals.add(
                    rows == null
                            ? inEngine(() -> ValueReader.read(session, value, kind, target, run.memory()))
                            : ValueReader.read(rows, value, kind, target));
        }
        return fetch.with(literals);
    }

    private Step.Fetch withRows(Step.Fetch fetch) {
        if (fetch.rows().isEmpty()) {
            return fetch;
        }
        List<SqlTemplate.KnownRows> rows = new ArrayList<>();
        for (RowShipment shipment : fetch.rows()) {
            await(shipment.from());
            rows.add(Optional.ofNullable(held.get(shipment.from()))
                    .flatMap(few -> RowsWriter.write(few, shipment, kind(fetch)))
                    .orElseThrow(() -> FederationError.LIMIT_EXCEEDED.error(
                            "The rows of a dimension do not fit into a statement to source '" + fetch.source() + "'.",
                            new RowsDoNotFit())));
        }
        return fetch.inline(rows);
    }

    private void fetch(Step.Fetch planned) {
        Step.Fetch fetch = withRows(withValues(planned));
        List<Optional<ShippedKeys>> keys = new ArrayList<>();
        for (KeyShipment shipment : fetch.keys()) {
            await(shipment.from());
            Optional<ShippedKeys> read =
                    keys(shipment).filter(KeyConditions::areWrittenAlike).filter(run.keyBudget()::take);
            if (read.isEmpty()) {
                run.keyBudget().tooMany(fetch.source());
            }
            keys.add(read);
        }
        Stream stream = streams.get(fetch.name());
        if (fetch.cache().isPresent()) {
            cached(fetch, keys, Optional.ofNullable(stream));
            return;
        }
        Source source = sources.require(fetch.source());
        if (stream != null) {
            new FetchRun(
                            run,
                            fetch,
                            source,
                            directory,
                            stream.queue(),
                            FetchRun.Missing.FAILS_THE_QUERY,
                            random,
                            new AtomicLong())
                    .read(keys);
            return;
        }
        BatchQueue queue = FetchRun.queue(run);
        FetchRun fetchRun =
                new FetchRun(run, fetch, source, directory, queue, missing(fetch), random, new AtomicLong());
        fetchRun.start(keys);
        try {
            keep(fetch, queue);
        } catch (BelvedereException e) {
            if (run.stopped() || !fetchRun.isLost()) {
                throw e;
            }
            keep(fetch, new BatchQueue(0));
        }
        done(fetch.name());
    }

    private void cached(Step.Fetch fetch, List<Optional<ShippedKeys>> keys, Optional<Stream> stream) {
        CacheFetch reading = new CacheFetch(run, session, fetch, tables);
        if (stream.isPresent()) {
            reading.read(keys, stream.get().queue());
            return;
        }
        BatchQueue queue = FetchRun.queue(run);
        run.start(Thread.ofVirtual().name("belvedere-cache-" + fetch.name()), () -> reading.read(keys, queue));
        keep(fetch, queue);
        done(fetch.name());
    }

    private SourceKind kind(Step.Fetch fetch) {
        return fetch.cache().isPresent()
                ? SourceKind.DUCKDB
                : sources.require(fetch.source()).definition().kind();
    }

    private Optional<ShippedKeys> keys(KeyShipment shipment) {
        HeldRows rows = held.get(shipment.from());
        return rows == null
                ? inEngine(() -> KeyReader.read(session, shipment, run.memory()))
                : KeyReader.read(rows, shipment);
    }

    private void inEngine(Runnable work) {
        var _ = inEngine(() -> {
            work.run();
            return true;
        });
    }

    /** Does this on a platform thread, and waits for it. */
    static <T> T inEngine(Supplier<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        var _ = Thread.ofPlatform().daemon().name("belvedere-engine").start(() -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private FetchRun.Missing missing(Step.Fetch fetch) {
        return switch (Runner.missing(plan, fetch.source())) {
            case FAILS_THE_QUERY -> FetchRun.Missing.FAILS_THE_QUERY;
            case IS_ALLOWED, IS_ALLOWED_EVEN_LATE -> FetchRun.Missing.IS_ALLOWED_EVEN_LATE;
        };
    }

    /** Few rows stay as they came; more become a table. */
    private void keep(Step.Fetch fetch, BatchQueue queue) {
        HeldRows few = new HeldRows(fetch.columns());
        boolean isHeld = false;
        try {
            isHeld = readOnce.contains(fetch.name()) && few.fill(queue);
            if (isHeld) {
                held.put(fetch.name(), few);
            } else {
                inEngine(() -> table(fetch, few.readerBefore(queue, run.memory())));
            }
        } finally {
            if (!isHeld) {
                few.close();
            }
        }
    }

    private void table(Step.Fetch fetch, ArrowReader reader) {
        try (ArrowReader rows = reader) {
            session.keep(fetch.name(), rows, run.memory());
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error("Rows could not be kept.", e);
        }
    }

    private void derive(Step.Derive derive) {
        Duration begin = run.context().timeline().elapsed();
        if (derive.hashed().isEmpty()) {
            session.derive(derive.name(), derive.sql(), inputs(derive.inputs()), run.memory());
        } else {
            deriveHashed(derive);
        }
        run.context().timeline().phase(derive.name(), begin);
        done(derive.name());
    }

    /** The statement's rows through a queue into the table, hashed on the way: the table has no value of them in the clear. */
    private void deriveHashed(Step.Derive derive) {
        Hasher hasher = run.hasher(derive.columns(), derive.hashed());
        BatchQueue queue = FetchRun.queue(run);
        run.start(Thread.ofPlatform().daemon().name("belvedere-hash-" + derive.name()), () -> {
            List<OutputColumn> clear = derive.columnsOfStatement();
            try (EngineSession.Rows rows = session.deliver(derive.sql(), inputs(derive.inputs()), run.memory())) {
                EngineRows.requireTypes(rows.batch(), clear);
                while (rows.next()) {
                    if (rows.batch().getRowCount() > 0
                            && !queue.put(hasher.hash(EngineRows.move(rows.batch(), clear, run.memory())))) {
                        return;
                    }
                }
                queue.finish();
            }
        });
        try (ArrowReader reader = new QueueReader(queue, derive.columns(), run.memory())) {
            session.keep(derive.name(), reader, run.memory());
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error("Rows could not be kept.", e);
        }
    }

    private void deliver(Step.Deliver last) {
        Duration begin = run.context().timeline().elapsed();
        try {
            if (last.few().filter(few -> deliverFew(few, last)).isEmpty()) {
                inEngine(() -> deliverAny(last));
            }
        } finally {
            run.context().timeline().phase(last.name(), begin);
        }
    }

    /** False when there are more than few rows, of which none was given out. */
    private boolean deliverFew(FewRows few, Step.Deliver last) {
        Map<String, HeldRows> inputs = new HashMap<>();
        for (String name : last.inputs()) {
            if (!streams.containsKey(name)) {
                await(name);
                HeldRows rows = held.get(name);
                if (rows == null) {
                    return false;
                }
                inputs.put(name, rows);
            }
        }
        for (String name : last.inputs()) {
            Stream stream = streams.get(name);
            if (stream != null) {
                HeldRows rows = new HeldRows(stream.columns());
                begun.put(name, rows);
                inputs.put(name, rows);
                if (!rows.fill(stream.queue())) {
                    return false;
                }
            }
        }
        boolean isDone = new FewRowsJoin(inputs, run.memory()).run(few, last.columns(), result::put);
        if (isDone) {
            result.finish();
        }
        return isDone;
    }

    private void deliverAny(Step.Deliver last) {
        try (EngineSession.Rows rows = session.deliver(last.sql(), inputs(last.inputs()), run.memory())) {
            EngineRows.requireTypes(rows.batch(), last.columns());
            while (rows.next()) {
                if (rows.batch().getRowCount() > 0
                        && !result.put(EngineRows.move(rows.batch(), last.columns(), run.memory()))) {
                    return;
                }
            }
        }
        // Not sooner: who reads the end stops what still runs, and a database that is stopped serves no other query.
        result.finish();
    }

    private List<Input> inputs(List<String> names) {
        List<Input> open = new ArrayList<>();
        for (String name : names) {
            Stream stream = streams.get(name);
            if (stream == null) {
                await(name);
                HeldRows rows = held.get(name);
                if (rows != null) {
                    open.add(new Input(name, rows.reader(run.memory())));
                }
            } else {
                HeldRows first = begun.get(name);
                open.add(new Input(
                        name,
                        first == null
                                ? new QueueReader(stream.queue(), stream.columns(), run.memory())
                                : first.readerBefore(stream.queue(), run.memory())));
            }
        }
        return open;
    }

    private void await(String step) {
        CompletableFuture<Void> done = ready.get(step);
        if (done == null) {
            throw FederationError.PLAN_REFUSED.error("The plan has no step '" + step + "' that is kept.");
        }
        done.join();
        run.check();
    }

    private void done(String step) {
        CompletableFuture<Void> done = ready.get(step);
        if (done != null) {
            done.complete(null);
        }
    }

    /** A fetch that streams: its rows and what they look like. */
    private record Stream(BatchQueue queue, List<OutputColumn> columns) {}
}
