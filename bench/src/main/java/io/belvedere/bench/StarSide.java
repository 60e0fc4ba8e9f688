package io.belvedere.bench;

import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.DimensionKeeper;
import io.belvedere.federation.dimension.DimensionLimits;
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
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A catalog and all that answers queries on it, in this process, with plans and decisions kept as a server keeps them. Used by one thread. */
final class StarSide implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ALLOW_ALL = """
            {"belvedere": {"revision": "all-1", "roles": {"analyst": {
              "access": "rows", "rows": "all", "maxRows": 100000,
              "detail": {"query": "full", "explain": "full", "monitor": "full", "cancel": "full"}}}}}
            """;

    private final Catalog catalog;
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final DimensionKeeper keeper;
    private final Plans plans;
    private final WasmPolicyGate policy;
    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private final Map<String, Allow> decisions = new HashMap<>();

    /** Over the catalog in the folder, which must have no problem; what spills goes into the folder too. */
    StarSide(Path folder, Map<String, String> secrets) throws IOException {
        CatalogFiles loaded = new CatalogLoader(Variables.of(secrets)).load(folder);
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException("the catalog is broken: " + loaded.problems());
        }
        catalog = loaded.catalog();
        Path rules = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(rules.resolve("data.json"), ALLOW_ALL);
        policy = WasmPolicyGate.open(Optional.of(rules));
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(catalog, Secrets.of(secrets));
        runner = new Runner(sources, engine, memory, new Random(1));
        Statistics statistics = new CatalogStatistics(sources);
        Planner planner = new Planner(statistics);
        plans = new Plans(new Weaver(), planner, statistics);
        keeper = new DimensionKeeper(
                sources,
                planner,
                runner,
                memory,
                DimensionLimits.DEFAULT,
                new Loads(() -> new QueryId(UUID.randomUUID()), SourceRecords.NONE, () -> {}),
                Clock.systemUTC());
        keeper.reload(catalog);
        keeper.start();
    }

    /** The rows of the answer, each as text. */
    Set<List<String>> rows(String sql) {
        ResolvedQuery query = resolver.resolve(new QueryText(sql, List.of()), catalog);
        Allow allow = decisions.computeIfAbsent(sql, _ -> decide(query));
        Deadline deadline = Deadline.after(PATIENCE);
        try (AtHand atHand = AtHand.take(query.dimensions(), keeper.dimensions(), deadline, Clock.systemUTC());
                RowStream stream = runner.open(
                        plans.plan(query, allow, atHand),
                        allow,
                        new RunContext(
                                new QueryId(UUID.randomUUID()), deadline, new Timeline(Instant.now()), atHand))) {
            Set<List<String>> rows = new HashSet<>();
            while (stream.next()) {
                add(stream.batch(), rows);
            }
            return rows;
        }
    }

    /** The plan as EXPLAIN says it. */
    String explain(String sql) {
        ResolvedQuery query = resolver.resolve(new QueryText(sql, List.of()), catalog);
        Allow allow = decide(query);
        try (AtHand atHand =
                AtHand.take(query.dimensions(), keeper.dimensions(), Deadline.after(PATIENCE), Clock.systemUTC())) {
            ExecutablePlan plan = plans.plan(query, allow, atHand);
            return ExplainText.render(Explained.of(plan, Allow.Detail.FULL, atHand));
        }
    }

    private Allow decide(ResolvedQuery query) {
        PolicyRequest question = new PolicyRequest(
                GovernedHouse.ANALYST,
                Optional.of("benchmark"),
                Operation.QUERY,
                Protocol.REST,
                Instant.now(),
                query.views());
        if (policy.decide(question) instanceof Allow allow) {
            return allow;
        }
        throw new IllegalStateException("a policy that allows everything denies");
    }

    private static void add(VectorSchemaRoot batch, Set<List<String>> rows) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<String> cells = new ArrayList<>();
            for (FieldVector column : batch.getFieldVectors()) {
                cells.add(String.valueOf(column.getObject(row)));
            }
            rows.add(cells);
        }
    }

    @Override
    public void close() {
        keeper.close();
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        policy.close();
    }
}
