package io.belvedere.federation.hunt;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.dimension.DimensionLimits;
import io.belvedere.federation.dimension.DimensionStore;
import io.belvedere.federation.dimension.Loads;
import io.belvedere.federation.dimension.SourceRecords;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.ExplainText;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.Runner;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import io.belvedere.testkit.hunt.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The product, as a hunt asks it: resolver, weaver, planner, runner and engine over the hunted house. */
final class PlannedAnswers implements Answering, AutoCloseable {
    private static final Duration TIME_MAX = Duration.ofSeconds(30);
    private static final Set<FederationError> REFUSALS = EnumSet.of(
            FederationError.UNSUPPORTED,
            FederationError.LIMIT_EXCEEDED,
            FederationError.QUERY_INVALID,
            FederationError.PLAN_REFUSED);

    private static final String GUARDED = "hunt." + HuntedViews.GUARDED + "@1.0.0";
    private static final String LAYERED = "hunt." + HuntedViews.LAYERED + "@1.0.0";
    private static final Condition ROWS = new Condition.Comparison(
            new ColumnName(HuntedViews.ROWS_COLUMN), Condition.Operator.EQ, new Literal.Text(HuntedViews.ROWS_VALUE));

    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final Statistics statistics;
    private final DimensionKeeper keeper;
    private final AtomicLong inlined = new AtomicLong();

    PlannedAnswers(HuntedHouse house, Path folder) throws IOException {
        house.writeCatalog(folder);
        HuntedDimensions.write(folder);
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of())).load(folder);
        if (!files.problems().isEmpty()) {
            throw new IllegalStateException("the hunted catalog: " + files.problems());
        }
        catalog = files.catalog();
        DuckDbSettings usual = DuckDbSettings.defaults(folder.resolve("spill"));
        // Of a few rows a second thread computes none.
        engine = new DuckDbEngine(new DuckDbSettings(
                usual.spillFolder(),
                usual.memoryBytesMax(),
                usual.spillBytesMax(),
                1,
                usual.warm(),
                usual.databasesMax()));
        sources = new Sources(catalog, Secrets.of(house.secrets()));
        runner = new Runner(sources, engine, memory, new Random(1));
        statistics = new CatalogStatistics(sources);
        keeper = new DimensionKeeper(
                sources,
                new Planner(_ -> Optional.empty()),
                runner,
                memory,
                DimensionLimits.DEFAULT,
                new Loads(() -> new QueryId(UUID.randomUUID()), SourceRecords.NONE, () -> {}),
                Clock.systemUTC());
        keeper.reload(catalog);
        keeper.start();
    }

    /** How many plans had rows of dimensions in the statements of sources. */
    long inlined() {
        return inlined.get();
    }

    @Override
    public Session open(Mode mode, long seed) {
        Statistics known = Known.in(mode, seed, statistics);
        DimensionStore dimensions = HuntedDimensions.areKept(seed) ? keeper.dimensions() : DimensionStore.NONE;
        Set<Planner.Shortcut> shortcuts = Known.shortcuts(mode);
        if (HuntedDimensions.areInlined(seed)) {
            shortcuts.add(Planner.Shortcut.INLINE_ROWS);
        }
        return new Planned(new Plans(new Weaver(), new Planner(known, shortcuts), known), dimensions);
    }

    /** Queries whose plans are kept for each other. */
    private final class Planned implements Session {
        private final Plans plans;
        private final DimensionStore dimensions;
        private long looked;

        Planned(Plans plans, DimensionStore dimensions) {
            this.plans = plans;
            this.dimensions = dimensions;
        }

        @Override
        public Answer ask(String sql, List<Optional<Object>> parameters) {
            try (RowStream stream = run(sql, parameters)) {
                List<List<@Nullable Object>> rows = new ArrayList<>();
                while (stream.next()) {
                    addRows(stream.batch(), rows);
                }
                return new Answer.Rows(rows);
            } catch (BelvedereException failure) {
                return answer(failure);
            } catch (RuntimeException failure) {
                return new Answer.Failed(failure.toString());
            }
        }

        /** The stream shares the dimensions until it is closed. */
        private RowStream run(String sql, List<Optional<Object>> parameters) {
            RunContext context = context();
            try (Decided decided = plan(sql, parameters, plans, dimensions)) {
                looked += decided.kept() ? 1 : 0;
                inlined.addAndGet(decided.plan().otherwise().isPresent() ? 1 : 0);
                return runner.open(decided.plan(), decided.decision(), context.with(decided.atHand()));
            }
        }

        @Override
        public String explain(String sql, List<Optional<Object>> parameters) {
            try (Decided decided = plan(sql, parameters, plans, dimensions)) {
                return ExplainText.render(Explained.of(decided.plan(), Allow.Detail.FULL, decided.atHand()));
            } catch (BelvedereException failure) {
                return "no plan: " + failure.getMessage();
            }
        }

        @Override
        public long fromKeptPlans() {
            return plans.caches().stream()
                    .filter(cache -> cache.name().equals("plans"))
                    .mapToLong(cache -> looked - cache.counts().misses())
                    .sum();
        }
    }

    private static Answer answer(BelvedereException failure) {
        if (failure.code() == FederationError.DATA_ERROR) {
            return new Answer.DataError(fault(failure), String.valueOf(failure.getCause()));
        }
        if (failure.code() == FederationError.OVERLOADED) {
            return new Answer.Busy();
        }
        // A source that does not take its part of a plan was asked for too much.
        return !(failure.getCause() instanceof SQLException)
                        && REFUSALS.stream().anyMatch(failure.code()::equals)
                ? new Answer.Refused(
                        failure.code() + ": " + failure.getMessage().replaceAll("[0-9]+", "#")
                                + (failure.code() == FederationError.PLAN_REFUSED
                                        ? String.valueOf(failure.getCause()).replaceAll("[0-9]+", "#")
                                        : ""))
                : new Answer.Failed(failure.code() + ": " + failure.getMessage() + " " + failure.getCause());
    }

    private static Answer.Fault fault(BelvedereException failure) {
        if (String.valueOf(failure.getMessage()).contains("several rows")) {
            return Answer.Fault.SEVERAL_ROWS;
        }
        String reason = String.valueOf(failure.getCause());
        // The engine's driver loses the reason of what went wrong before the first row.
        return reason.contains("Division by zero")
                ? Answer.Fault.DIVISION_BY_ZERO
                : reason.contains("Invalid result set") ? Answer.Fault.UNKNOWN : Answer.Fault.UNFIT;
    }

    /**
     * A plan and the decision that it was made under.
     *
     * @param kept whether it is kept for others
     */
    private record Decided(ExecutablePlan plan, Allow decision, boolean kept, AtHand atHand) implements AutoCloseable {
        @Override
        public void close() {
            atHand.close();
        }
    }

    private Decided plan(String sql, List<Optional<Object>> parameters, Plans plans, DimensionStore dimensions) {
        List<Optional<Literal>> values =
                parameters.stream().map(value -> value.map(Known::literal)).toList();
        ResolvedQuery query = resolver.resolve(new QueryText(sql, values), catalog);
        Allow allow = PolicyFixtures.everything(query.views())
                .rows(GUARDED, ROWS)
                .mask(GUARDED, HuntedViews.MASKED_COLUMN, new Mask.Null())
                .rows(LAYERED, ROWS)
                .mask(LAYERED, HuntedViews.MASKED_COLUMN, new Mask.Null())
                .allow(Allow.Detail.FULL);
        AtHand atHand = AtHand.take(query.dimensions(), dimensions, Deadline.after(TIME_MAX), Clock.systemUTC());
        try {
            return new Decided(
                    plans.plan(query, allow, atHand), allow, query.shape().isPresent(), atHand);
        } catch (RuntimeException refused) {
            atHand.close();
            throw refused;
        }
    }

    private static RunContext context() {
        return new RunContext(new QueryId(UUID.randomUUID()), Deadline.after(TIME_MAX), new Timeline(Instant.EPOCH));
    }

    private static void addRows(VectorSchemaRoot batch, List<List<@Nullable Object>> rows) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<@Nullable Object> values = new ArrayList<>();
            for (FieldVector vector : batch.getFieldVectors()) {
                values.add(vector.isNull(row) ? null : value(vector, row));
            }
            rows.add(values);
        }
    }

    private static Object value(FieldVector vector, int row) {
        return switch (vector) {
            case DateDayVector days -> LocalDate.ofEpochDay(days.get(row));
            case TimeMicroVector micros -> LocalTime.ofNanoOfDay(micros.get(row) * 1_000);
            case TimeStampMicroTZVector micros -> Instant.EPOCH.plus(micros.get(row), ChronoUnit.MICROS);
            case VarCharVector texts -> texts.getObject(row).toString();
            default -> vector.getObject(row);
        };
    }

    @Override
    public void close() {
        keeper.close();
        runner.close();
        sources.close();
        engine.close();
        memory.close();
    }
}
