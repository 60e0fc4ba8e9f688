package io.belvedere.federation.dimension;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.federation.weave.DimensionCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.LoadGrant;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Asks a source as queries do: what a dimension keeps is a view that is never published, resolved, woven under the server's own grant, planned, proved
 * and run. So a load knows the source's limits, breaker, deadline, retries, shards and types as every query does.
 */
final class PlannedSource implements DimensionSource {
    private final Planner planner;
    private final Runner runner;
    private final Clock clock;
    private final DimensionLimits limits;
    private final Weaver weaver = new Weaver();
    private volatile Picture picture = new Picture(new DimensionCompiler(new Catalog(List.of(), List.of())), Map.of());

    /**
     * @param runner one that serves no dimensions
     */
    PlannedSource(Planner planner, Runner runner, Clock clock, DimensionLimits limits) {
        this.planner = planner;
        this.runner = runner;
        this.clock = clock;
        this.limits = limits;
    }

    /** One picture of the catalog, and what was planned in it, by the text of the view. */
    private record Picture(DimensionCompiler compiler, Map<String, Planned> plans) {}

    private record Planned(ExecutablePlan plan, Allow grant) {}

    @Override
    public void turnTo(Catalog catalog) {
        picture = new Picture(new DimensionCompiler(catalog), new ConcurrentHashMap<>());
    }

    @Override
    public RowStream open(DimensionDefinition dimension, QueryId id, Deadline deadline) {
        Picture now = picture;
        return open(now.compiler().rows(dimension, limits.loadTimeout()), now, id, deadline);
    }

    @Override
    public String watermark(
            DimensionDefinition dimension, ChangeSignal.Watermark watermark, QueryId id, Deadline deadline) {
        Picture now = picture;
        ViewDefinition view;
        try {
            view = now.compiler().watermark(dimension, watermark);
        } catch (SqlProblem problem) {
            throw problem.toError();
        }
        try (RowStream rows = open(view, now, id, deadline)) {
            StringBuilder mark = new StringBuilder();
            int count = 0;
            while (rows.next()) {
                count += rows.batch().getRowCount();
                append(rows.batch(), mark);
            }
            if (count != 1) {
                throw FederationError.DIMENSION_REFUSED.error("The watermark of dimension '" + dimension.name()
                        + "' gave " + count + " rows instead of one.");
            }
            return mark.toString();
        }
    }

    private static void append(VectorSchemaRoot batch, StringBuilder mark) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            for (FieldVector column : batch.getFieldVectors()) {
                String value = String.valueOf(column.getObject(row));
                // With its length, so that no two rows look alike.
                mark.append(value.length()).append(':').append(value);
            }
        }
    }

    private RowStream open(ViewDefinition view, Picture now, QueryId id, Deadline deadline) {
        Planned planned = now.plans().computeIfAbsent(view.id() + "\n" + view.query(), _ -> plan(view, now));
        return runner.open(
                planned.plan(), planned.grant(), new RunContext(id, deadline, new Timeline(clock.instant())));
    }

    private Planned plan(ViewDefinition view, Picture now) {
        Catalog catalog = now.compiler().catalog(view);
        Allow grant = LoadGrant.of(view);
        String columns = view.columns().stream()
                .map(column -> "\"" + column.name() + "\"")
                .collect(Collectors.joining(", "));
        String sql = "SELECT " + columns + " FROM \"" + view.id().name().domain() + "\".\""
                + view.id().name().name() + "\"";
        var resolved = new QueryResolver(clock).resolve(new QueryText(sql, List.of()), catalog);
        return new Planned(planner.plan(weaver.weave(resolved, grant), catalog), grant);
    }
}
