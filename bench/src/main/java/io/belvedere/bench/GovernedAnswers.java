package io.belvedere.bench;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.ExplainText;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Planner.Shortcut;
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
import io.belvedere.model.TableName;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.testkit.hunt.Answer;
import io.belvedere.testkit.hunt.Answering;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import io.belvedere.testkit.hunt.Mode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
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

/** The product, as a hunt asks it: resolver, policy, weaver, planner, runner and engine over the hunted house. */
final class GovernedAnswers implements Answering, AutoCloseable {
    private static final Duration TIME_MAX = Duration.ofSeconds(30);
    private static final Set<FederationError> REFUSALS = EnumSet.of(
            FederationError.UNSUPPORTED,
            FederationError.LIMIT_EXCEEDED,
            FederationError.QUERY_INVALID,
            FederationError.PLAN_REFUSED);

    private static final Caller CALLER =
            new Caller("hunt", "hunter", "hunter", Caller.Kind.SERVICE, Set.of("hunter"), Map.of());
    private static final String POLICY = """
            {"belvedere": {"revision": "hunt", "roles": {"hunter": {
              "access": "rows", "rows": "all",
              "masks": {"%s": {"mask": "none"}, "%s": {"mask": "null"}},
              "maxRows": 5000000, "detail": {"query": "full", "explain": "full"}}}}}
            """.formatted(HuntedViews.ROWS_CLASS, HuntedViews.MASKED_CLASS);

    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final Statistics statistics;
    private final WasmPolicyGate policy;

    GovernedAnswers(HuntedHouse house, Path folder) throws IOException {
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
        Path rules = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(rules.resolve("data.json"), POLICY);
        policy = WasmPolicyGate.open(Optional.of(rules));
    }

    @Override
    public Session open(Mode mode, long seed) {
        Statistics known = known(mode, seed);
        return new Planned(new Plans(new Weaver(), new Planner(known, shortcuts(mode)), known));
    }

    /** Queries whose plans are kept for each other. */
    private final class Planned implements Session {
        private final Plans plans;
        private long looked;

        Planned(Plans plans) {
            this.plans = plans;
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

        private RowStream run(String sql, List<Optional<Object>> parameters) {
            Decided decided = plan(sql, parameters, plans);
            looked += decided.kept() ? 1 : 0;
            return runner.open(decided.plan(), decided.decision(), context());
        }

        @Override
        public String explain(String sql, List<Optional<Object>> parameters) {
            try {
                return ExplainText.render(
                        Explained.of(plan(sql, parameters, plans).plan(), Allow.Detail.FULL));
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
                ? new Answer.Refused(failure.code() + ": "
                        + String.valueOf(failure.getMessage()).replaceAll("[0-9]+", "#")
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
    private record Decided(ExecutablePlan plan, Allow decision, boolean kept) {}

    private Decided plan(String sql, List<Optional<Object>> parameters, Plans plans) {
        List<Optional<Literal>> values = parameters.stream()
                .map(value -> value.map(GovernedAnswers::literal))
                .toList();
        ResolvedQuery query = resolver.resolve(new QueryText(sql, values), catalog);
        PolicyRequest question = new PolicyRequest(
                CALLER, Optional.empty(), Operation.QUERY, Protocol.REST, Instant.now(), query.views());
        if (!(policy.decide(question) instanceof Allow allow)) {
            throw new IllegalStateException("the hunter's own policy denies the hunter");
        }
        return new Decided(plans.plan(query, allow), allow, query.shape().isPresent());
    }

    private static Literal literal(Object value) {
        return switch (value) {
            case BigDecimal number -> new Literal.Numeric(number);
            case String text -> new Literal.Text(text);
            case Boolean flag -> new Literal.Bool(flag);
            case LocalDate date -> new Literal.Date(date);
            case LocalDateTime moment -> new Literal.Timestamp(moment.toInstant(ZoneOffset.UTC));
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
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
        policy.close();
    }
}
