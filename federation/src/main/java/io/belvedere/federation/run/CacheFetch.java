package io.belvedere.federation.run;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.engine.EngineSession;
import io.belvedere.federation.engine.EngineSession.Input;
import io.belvedere.federation.hash.Hasher;
import io.belvedere.federation.plan.Lookup;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.TableName;
import io.belvedere.model.source.SourceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** One fetch of rows that stand in memory: looked up where that is enough, else asked of the engine. Used by one thread. */
final class CacheFetch {
    private final Run run;
    private final EngineSession session;
    private final Step.Fetch fetch;
    private final Step.CacheRead cache;
    private final Hasher hasher;
    private final CacheTables tables;
    private long rows;
    private long bytes;

    /** @param tables of the whole run */
    CacheFetch(Run run, EngineSession session, Step.Fetch fetch, CacheTables tables) {
        this.tables = tables;
        this.run = run;
        this.session = session;
        this.fetch = fetch;
        this.cache = fetch.cache().orElseThrow();
        this.hasher = run.hasher(fetch.columns(), fetch.hashed());
    }

    /**
     * Hands all rows over, and finishes the queue.
     *
     * @param keys by shipment; empty where no condition is wanted
     */
    void read(List<Optional<ShippedKeys>> keys, BatchQueue out) {
        Duration begin = run.context().timeline().elapsed();
        SourceStatement statement = SourceStatement.render(SourceKind.DUCKDB, fetch.sql(), keys);
        boolean nothing = keys.stream()
                .anyMatch(each -> each.filter(found -> found.count() == 0).isPresent());
        String status = nothing ? "skipped" : "failed";
        try {
            if (!nothing) {
                boolean wanted = cache.lookup()
                        .map(lookup -> lookUp(lookup, keys, out))
                        .orElseGet(() -> ProgramRun.inEngine(() -> ask(statement.sql(), out)));
                status = wanted ? "ok" : "cancelled";
            }
        } finally {
            note(begin, statement, status);
        }
        out.finish();
    }

    private boolean lookUp(Lookup lookup, List<Optional<ShippedKeys>> keys, BatchQueue out) {
        return new CacheLookup(lookup, rows(lookup.dimension()), keys, run.memory())
                .run(fetch.columnsAtSource(), batch -> give(batch, out));
    }

    private DimensionRows rows(TableName dimension) {
        return run.context()
                .dimensions()
                .find(dimension)
                .orElseThrow(
                        () -> FederationError.PLAN_REFUSED.error("The plan reads a dimension that is not at hand."));
    }

    private boolean ask(String sql, BatchQueue out) {
        List<Input> inputs = new ArrayList<>();
        for (TableName dimension : cache.dimensions()) {
            String name = dimension.toString();
            if (!tables.hold(name, () -> keep(name, rows(dimension).reader(run.memory())))) {
                inputs.add(new Input(name, rows(dimension).reader(run.memory())));
            }
        }
        try (EngineSession.Rows result = session.deliver(sql, inputs, run.memory())) {
            EngineRows.requireTypes(result.batch(), fetch.columnsAtSource());
            while (result.next()) {
                if (result.batch().getRowCount() > 0
                        && !give(EngineRows.move(result.batch(), fetch.columnsAtSource(), run.memory()), out)) {
                    return false;
                }
            }
            return true;
        }
    }

    private void keep(String name, ArrowReader reader) {
        try (reader) {
            session.keep(name, reader, run.memory());
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error("Rows could not be kept.", e);
        }
    }

    private boolean give(VectorSchemaRoot batch, BatchQueue out) {
        rows += batch.getRowCount();
        for (FieldVector vector : batch.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return out.put(hasher.hash(batch));
    }

    private void note(Duration begin, SourceStatement statement, String status) {
        Timeline timeline = run.context().timeline();
        timeline.add(new Timeline.Entry(
                fetch.name(),
                begin,
                timeline.elapsed().minus(begin),
                Optional.of(new Timeline.FetchFacts(
                        fetch.source().value(),
                        names(),
                        statement.shown(),
                        statement.sha256(),
                        statement.keys(),
                        rows,
                        bytes,
                        1,
                        status))));
    }

    private String names() {
        return cache.dimensions().stream().map(TableName::toString).sorted().collect(Collectors.joining(", "));
    }
}
