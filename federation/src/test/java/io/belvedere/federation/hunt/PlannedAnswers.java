package io.belvedere.federation.hunt;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.ExplainText;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Planner.Shortcut;
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
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
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
    private static final Condition ROWS = new Condition.Comparison(
            new ColumnName(HuntedViews.ROWS_COLUMN), Condition.Operator.EQ, new Literal.Text(HuntedViews.ROWS_VALUE));

    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final Statistics statistics;

    PlannedAnswers(HuntedHouse house, Path folder) throws IOException {
        house.writeCatalog(folder);
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of())).load(folder);
        if (!files.problems().isEmpty()) {
            throw new IllegalStateException("the hunted catalog: " + files.problems());
        }
        catalog = files.catalog();
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(catalog, Secrets.of(house.secrets()));
        runner = new Runner(sources, engine, memory, new Random(1));
        statistics = new CatalogStatistics(sources);
    }

    @Override
    public Answer ask(String sql, Mode mode, long seed) {
        try (RowStream stream = open(plan(sql, mode, seed))) {
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

    private static Answer answer(BelvedereException failure) {
        if (failure.code() == FederationError.DATA_ERROR) {
            return new Answer.DataError(String.valueOf(failure.getCause()));
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

    @Override
    public String explain(String sql, Mode mode, long seed) {
        try {
            return ExplainText.render(Explained.of(plan(sql, mode, seed).plan(), Allow.Detail.FULL));
        } catch (BelvedereException failure) {
            return "no plan: " + failure.getMessage();
        }
    }

    /** A plan and the decision that it was made under. */
    private record Decided(ExecutablePlan plan, Allow decision) {}

    private RowStream open(Decided decided) {
        return runner.open(decided.plan(), decided.decision(), context());
    }

    private Decided plan(String sql, Mode mode, long seed) {
        ResolvedQuery query = new QueryResolver(Clock.systemUTC()).resolve(new QueryText(sql, List.of()), catalog);
        Allow allow = PolicyFixtures.everything(query.views())
                .rows(GUARDED, ROWS)
                .mask(GUARDED, HuntedViews.MASKED_COLUMN, new Mask.Null())
                .allow(Allow.Detail.FULL);
        GovernedQuery governed = new Weaver().weave(query, allow);
        ExecutablePlan plan = new Planner(known(mode, seed), shortcuts(mode)).plan(governed, query.catalog());
        return new Decided(plan, allow);
    }

    private Statistics known(Mode mode, long seed) {
        return switch (mode.knowledge()) {
            case NONE -> _ -> Optional.empty();
            case TRUE -> statistics;
            case LYING -> table -> lie(table, seed);
        };
    }

    /** A size that the query's seed draws for the table, from none to millions; its collations are true. */
    private Optional<Statistics.TableStatistics> lie(TableName table, long seed) {
        Random random = new Random(seed * 31 + table.hashCode());
        var texts =
                statistics.known(table).map(Statistics.TableStatistics::texts).orElse(Map.of());
        return Optional.of(new Statistics.TableStatistics(Math.pow(10, random.nextInt(7)), Map.of(), texts));
    }

    private static Set<Shortcut> shortcuts(Mode mode) {
        Set<Shortcut> shortcuts = EnumSet.noneOf(Shortcut.class);
        if (mode.pushDown() == Mode.PushDown.ON) {
            shortcuts.add(Shortcut.PUSH_DOWN);
        }
        if (mode.keys() == Mode.Keys.ON) {
            shortcuts.add(Shortcut.SHIP_KEYS);
        }
        return shortcuts;
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
        runner.close();
        sources.close();
        engine.close();
        memory.close();
    }
}
