package io.belvedere.bench;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.AuditSettings;
import io.belvedere.audit.AuditTicket;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.FileAuditLog;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
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
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyBundle;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.testkit.tpch.Layout;
import io.belvedere.testkit.tpch.Tpch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Belvedere over one layout of TPC-H, in this process and without a door: each query is resolved, decided on by the shipped policy, planned, run, and recorded twice in a durable
 * audit log. As in the server, a plan is kept for the same question, and policy is asked the same at most once in two seconds. Used by one thread.
 */
final class Federation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(9);
    private static final int PLANNINGS_MAX = 5;
    private static final long DECISION_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final Caller CALLER =
            new Caller("bench", "bench", "bench", Caller.Kind.SERVICE, Set.of("reader"), Map.of());
    private static final String POLICY = """
            {"belvedere": {"revision": "bench-1", "roles": {"reader": {
              "access": "rows", "rows": "all", "masks": {}, "maxRows": 100000000,
              "detail": {"query": "full", "explain": "full", "monitor": "shape", "cancel": "shape"}}}}}
            """;

    private final Catalog catalog;
    private final WasmPolicyGate policy;
    private final AuditLog audit;
    private final Map<List<ViewDefinition>, Decided> decided = new HashMap<>();
    private final QueryMemory memory = new QueryMemory();
    private final DuckDbEngine engine;
    private final Sources sources;
    private final Runner runner;
    private final Plans plans;
    private final QueryResolver resolver = new QueryResolver(Clock.systemUTC());
    private Timeline last = new Timeline(Clock.systemUTC().instant());

    Federation(Tpch tpch, Layout layout, Path folder) throws IOException {
        Path files = Files.createDirectories(folder.resolve(layout.name()));
        tpch.writeCatalog(layout, files);
        CatalogFiles loaded = new CatalogLoader(Variables.of(tpch.variables())).load(files);
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException("the catalog of TPC-H is broken: " + loaded.problems());
        }
        catalog = loaded.catalog();
        Path policyFolder = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(policyFolder.resolve(PolicyBundle.DATA_FILE), POLICY);
        policy = new WasmPolicyGate(PolicyBundle.read(policyFolder));
        audit = FileAuditLog.open(
                new AuditSettings(files.resolve("audit"), "bench", "engine", "bench", Clock.systemUTC(), Map.of()));
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        sources = new Sources(catalog, Secrets.of(tpch.variables()));
        runner = new Runner(sources, engine, memory, new Random(1));
        Statistics statistics = new CatalogStatistics(sources);
        plans = new Plans(new Weaver(), new Planner(statistics), statistics);
    }

    /** Takes the batches of a result. */
    interface Reader {
        void read(VectorSchemaRoot batch);
    }

    /** Runs a query to its end. */
    void run(String sql, Reader reader, Literal... parameters) {
        ResolvedQuery query = resolver.resolve(
                new QueryText(sql, Arrays.stream(parameters).map(Optional::of).toList()), catalog);
        Allow decision = decide(query);
        QueryId id = new QueryId(UUID.randomUUID());
        AuditTicket ticket = audit.open(intent(id, query, sql));
        ExecutablePlan plan = plan(query, decision);
        last = new Timeline(Clock.systemUTC().instant());
        long count = 0;
        try (RowStream rows = runner.open(plan, decision, new RunContext(id, Deadline.after(PATIENCE), last))) {
            while (rows.next()) {
                count += rows.batch().getRowCount();
                reader.read(rows.batch());
            }
        }
        var _ = audit.close(ticket, outcome(count));
    }

    private static DecisionRecord intent(QueryId id, ResolvedQuery query, String sql) {
        return new DecisionRecord(
                id,
                Optional.of(CALLER),
                Optional.of("benchmark"),
                Operation.QUERY,
                Protocol.REST,
                Optional.empty(),
                query.views().stream()
                        .map(view -> new DecisionRecord.ViewUse(
                                view.id().toString(), view.hash(), view.id().toString()))
                        .toList(),
                Optional.of(sql),
                Optional.empty());
    }

    private OutcomeRecord outcome(long rows) {
        List<OutcomeRecord.SourceUse> sources = last.entries().stream()
                .flatMap(entry -> entry.fetch().stream()
                        .map(fetch -> new OutcomeRecord.SourceUse(
                                fetch.source(),
                                fetch.sqlSha256(),
                                fetch.rows(),
                                fetch.bytes(),
                                entry.took(),
                                fetch.status())))
                .toList();
        return new OutcomeRecord(
                OutcomeRecord.Status.OK,
                Optional.empty(),
                rows,
                0,
                Optional.empty(),
                last.elapsed(),
                sources,
                List.of());
    }

    /** What policy said, and when. */
    private record Decided(Allow decision, long nanos) {}

    /** In a process that has just started, the first plan is made while the planner is loaded, and its time may run out. */
    private ExecutablePlan plan(ResolvedQuery query, Allow decision) {
        for (int attempt = 1; ; attempt++) {
            try {
                return plans.plan(query, decision);
            } catch (BelvedereException e) {
                if (attempt == PLANNINGS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** All rows of a result, as Java values. */
    List<List<Object>> rows(String sql, Literal... parameters) {
        List<List<Object>> rows = new ArrayList<>();
        run(sql, batch -> addRows(batch, rows), parameters);
        return rows;
    }

    private static void addRows(VectorSchemaRoot batch, List<List<Object>> rows) {
        List<FieldVector> columns = batch.getFieldVectors();
        for (int row = 0; row < batch.getRowCount(); row++) {
            List<Object> values = new ArrayList<>(columns.size());
            for (FieldVector column : columns) {
                values.add(cell(column, row));
            }
            rows.add(values);
        }
    }

    private static Object cell(FieldVector column, int row) {
        return column instanceof DateDayVector days ? LocalDate.ofEpochDay(days.get(row)) : column.getObject(row);
    }

    private Allow decide(ResolvedQuery query) {
        Decided known = decided.get(query.views());
        if (known != null && System.nanoTime() - known.nanos() < DECISION_NANOS_MAX) {
            return known.decision();
        }
        long asked = System.nanoTime();
        Allow decision = ask(query);
        decided.put(query.views(), new Decided(decision, asked));
        return decision;
    }

    private Allow ask(ResolvedQuery query) {
        Decision decision = policy.decide(new PolicyRequest(
                CALLER,
                Optional.of("benchmark"),
                Operation.QUERY,
                Protocol.REST,
                Clock.systemUTC().instant(),
                query.views()));
        if (decision instanceof Allow allow) {
            return allow;
        }
        throw new IllegalStateException("the benchmark's policy denies: " + decision.reason());
    }

    /** Rows that the last query took out of each source. */
    Map<String, Long> moved() {
        Map<String, Long> moved = new TreeMap<>();
        for (Timeline.Entry entry : last.entries()) {
            entry.fetch().ifPresent(fetch -> moved.merge(fetch.source(), fetch.rows(), Long::sum));
        }
        return moved;
    }

    /** What the last query did, step by step: when, how long, which statement. */
    List<String> story() {
        return last.entries().stream()
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%8.1f ms +%8.1f ms  %s%s",
                        entry.begin().toNanos() / 1e6,
                        entry.took().toNanos() / 1e6,
                        entry.name(),
                        entry.fetch()
                                .map(fetch -> " " + fetch.shard() + ", " + fetch.rows() + " rows, " + fetch.keys()
                                        + " keys: " + fetch.sql())
                                .orElse("")))
                .toList();
    }

    @Override
    public void close() {
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        policy.close();
        audit.close();
    }
}
