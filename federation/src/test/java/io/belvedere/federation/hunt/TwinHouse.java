package io.belvedere.federation.hunt;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
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
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.testkit.hunt.Mode;
import io.belvedere.testkit.hunt.TwinWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One world and the product over it, as a caller without full detail meets it: the shipped policy decides, and what is said is what a door would say. */
final class TwinHouse implements AutoCloseable {
    private static final Duration TIME_MAX = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Caller HUNTER = new Caller(
            "hunt", "hunter", "hunter", Caller.Kind.HUMAN, Set.of("hunter"), Map.of("tenant", TwinWorld.REALM));

    private final TwinWorld world;
    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final Statistics statistics;
    private final WasmPolicyGate policy;
    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private final Map<List<ViewDefinition>, Allow> decided = new ConcurrentHashMap<>();

    /** Makes a world whose policy has these roles, written as they stand in its data. */
    static TwinHouse open(TwinWorld.World which, Path folder, String roles) throws SQLException, IOException {
        Files.createDirectories(folder);
        TwinWorld world = TwinWorld.open(which, folder);
        try {
            return new TwinHouse(world, folder, roles);
        } catch (IOException | RuntimeException failure) {
            world.close();
            throw failure;
        }
    }

    private TwinHouse(TwinWorld world, Path folder, String roles) throws IOException {
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of())).load(folder);
        if (!files.problems().isEmpty()) {
            throw new IllegalStateException("the catalog of the worlds: " + files.problems());
        }
        this.world = world;
        catalog = files.catalog();
        DuckDbSettings usual = DuckDbSettings.defaults(folder.resolve("spill"));
        engine = new DuckDbEngine(new DuckDbSettings(
                usual.spillFolder(),
                usual.memoryBytesMax(),
                usual.spillBytesMax(),
                1,
                usual.warm(),
                usual.databasesMax()));
        sources = new Sources(catalog, Secrets.of(world.secrets()));
        runner = new Runner(sources, engine, memory, new Random(1));
        statistics = new CatalogStatistics(sources);
        Path rules = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(
                rules.resolve("data.json"), "{\"belvedere\": {\"revision\": \"twins-1\", \"roles\": {" + roles + "}}}");
        policy = WasmPolicyGate.open(Optional.of(rules));
    }

    TwinWorld world() {
        return world;
    }

    /** Queries in a row, whose plans are kept for each other. For one thread. */
    Session open(Mode mode, long seed) {
        Statistics known = Known.in(mode, seed, statistics);
        return new Session(new Plans(new Weaver(), new Planner(known, Known.shortcuts(mode)), known));
    }

    /**
     * What a caller is told.
     *
     * @param answer columns and rows in full, or the error
     * @param explained the plan as the caller may see it; empty where there is none
     * @param inside the whole plan, which may differ, and which nobody may see
     */
    record Said(Answer answer, String explained, String inside) {
        sealed interface Answer {
            record Rows(String columns, List<String> rows) implements Answer {
                public Rows {
                    rows = List.copyOf(rows);
                }
            }

            record Refusal(String code, String detail) implements Answer {}

            /** The machine has too much to do. */
            record Busy() implements Answer {}

            /** It has too much to do to plan this in time, or the plan is one of the few that take too long on any. */
            record Unplanned() implements Answer {}
        }
    }

    final class Session {
        private final Plans plans;

        private Session(Plans plans) {
            this.plans = plans;
        }

        Said ask(String sql, List<Optional<Literal>> parameters) {
            String explained = "";
            String inside = "";
            try {
                ResolvedQuery query = resolver.resolve(new QueryText(sql, parameters), catalog);
                Allow allow = decided.computeIfAbsent(query.views(), TwinHouse.this::decide);
                ExecutablePlan plan = plans.plan(query, allow);
                explained = ExplainText.render(Explained.of(plan, allow.detail()));
                inside = ExplainText.render(Explained.of(plan, Allow.Detail.FULL));
                return new Said(rows(plan, allow), explained, inside);
            } catch (BelvedereException failure) {
                return new Said(error(failure), explained, inside);
            }
        }
    }

    private Said.Answer rows(ExecutablePlan plan, Allow allow) {
        RunContext context =
                new RunContext(new QueryId(UUID.randomUUID()), Deadline.after(TIME_MAX), new Timeline(Instant.EPOCH));
        try (RowStream stream = runner.open(plan, allow, context)) {
            CellTexts texts = new CellTexts();
            while (stream.next()) {
                texts.add(stream.batch());
            }
            return new Said.Answer.Rows(plan.columns() + texts.types(), texts.rows());
        }
    }

    private static Said.Answer error(BelvedereException failure) {
        if (failure.code() == FederationError.PLAN_REFUSED && failure.detail().contains("to be planned within")) {
            return new Said.Answer.Unplanned();
        }
        return failure.code() == FederationError.OVERLOADED || failure.code() == FederationError.TIMED_OUT
                ? new Said.Answer.Busy()
                : new Said.Answer.Refusal(failure.code().name(), failure.detail());
    }

    private Allow decide(List<ViewDefinition> views) {
        PolicyRequest question =
                new PolicyRequest(HUNTER, Optional.empty(), Operation.QUERY, Protocol.REST, NOW, views);
        if (policy.decide(question) instanceof Allow allow) {
            return allow;
        }
        throw new IllegalStateException("the hunter's own policy denies the hunter " + views);
    }

    @Override
    public void close() throws SQLException {
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        policy.close();
        world.close();
    }
}
