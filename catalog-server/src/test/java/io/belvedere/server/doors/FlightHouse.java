package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.belvedere.audit.AuditSettings;
import io.belvedere.federation.plan.UnplannedPlans;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.DescribingInParts;
import io.belvedere.policy.WasmPolicyGate;
import io.belvedere.server.flight.FlightDoor;
import io.belvedere.server.flight.FlightLimits;
import io.belvedere.server.http.ExplainedRows;
import io.belvedere.server.identity.CallerAuthentication;
import io.belvedere.server.identity.DevAuthentication;
import io.belvedere.server.identity.DevIdentities;
import io.belvedere.server.pipeline.ExportLimits;
import io.belvedere.server.pipeline.Pressure;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryLimits;
import io.belvedere.server.pipeline.QueryObserver;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.RateLimits;
import io.belvedere.server.pipeline.RecentDecisions;
import io.belvedere.server.pipeline.RunningQueries;
import io.belvedere.server.pipeline.Walk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The Flight door over the real resolver, policy, weaver and log, in this process; the sources' rows are fakes. */
final class FlightHouse implements AutoCloseable {
    private static final Path SAMPLE = Path.of("..", "samples", "coffee-chain");

    private final WasmPolicyGate gate;
    private final RecordingAudit audit;
    private final RunningQueries queries;
    private final FlightDoor door;

    private FlightHouse(WasmPolicyGate gate, RecordingAudit audit, RunningQueries queries, FlightDoor door) {
        this.gate = gate;
        this.audit = audit;
        this.queries = queries;
        this.door = door;
    }

    /** What a test may change of a house. */
    record Plan(
            Path catalog,
            Path policy,
            FlightLimits limits,
            Optional<FlightDoor.Identity> identity,
            Duration slowReader,
            Clock clock,
            UnaryOperator<CallerAuthentication> callers) {
        /** The sample, for everybody in its file of identities. */
        static Plan sample() {
            return new Plan(
                    SAMPLE,
                    SAMPLE.resolve("policy"),
                    new FlightLimits(50),
                    Optional.empty(),
                    Duration.ofSeconds(30),
                    Clock.systemUTC(),
                    callers -> callers);
        }

        Plan catalog(Path root, Path policyFolder) {
            return new Plan(root, policyFolder, limits, identity, slowReader, clock, callers);
        }

        Plan connections(int most) {
            return new Plan(catalog, policy, new FlightLimits(most), identity, slowReader, clock, callers);
        }

        Plan tls(FlightDoor.Identity given) {
            return new Plan(catalog, policy, limits, Optional.of(given), slowReader, clock, callers);
        }

        Plan slowReader(Duration patience) {
            return new Plan(catalog, policy, limits, identity, patience, clock, callers);
        }

        Plan clock(Clock other) {
            return new Plan(catalog, policy, limits, identity, slowReader, other, callers);
        }

        Plan callers(UnaryOperator<CallerAuthentication> others) {
            return new Plan(catalog, policy, limits, identity, slowReader, clock, others);
        }
    }

    /** Opens a house; the log is put below the folder. */
    static FlightHouse open(Path folder, Plan plan) throws IOException {
        FakeRows.next = new FakeRows.Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        Catalog catalog = catalog(folder, plan.catalog());
        Clock clock = plan.clock();
        WasmPolicyGate gate = WasmPolicyGate.open(Optional.of(plan.policy()));
        RecordingAudit audit = RecordingAudit.over(new AuditSettings(
                Files.createTempDirectory(folder, "audit"), "belvedere.local", "n1", "test", clock, Map.of()));
        RunningQueries queries = new RunningQueries(
                new QueryLimits(
                        64,
                        4,
                        8,
                        64,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(10),
                        plan.slowReader(),
                        1_000,
                        Duration.ofHours(1),
                        new ExportLimits(
                                4,
                                4,
                                4,
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(5),
                                1_000,
                                1_000_000),
                        RateLimits.NONE),
                Pressure.NONE,
                clock);
        QueryPipeline pipeline = new QueryPipeline(
                () -> catalog,
                new DescribingInParts(new RecentDecisions(gate)),
                "opa-wasm",
                audit,
                walk(clock),
                queries,
                QueryObserver.NONE,
                clock);
        QueryIds ids = new QueryIds(clock, new SecureRandom());
        FlightDoor door = new FlightDoor(
                new FlightDoor.Place("127.0.0.1", 0, plan.identity()),
                plan.limits(),
                new FlightDoor.Parts(
                        pipeline,
                        queries,
                        ids,
                        plan.callers()
                                .apply(new DevAuthentication(
                                        DevIdentities.load(SAMPLE.resolve("dev-identities.yaml")))),
                        (remote, why) -> pipeline.reject(ids.next(), Protocol.FLIGHT, remote, why.code()),
                        new ExplainedRows(new ObjectMapper()),
                        "test",
                        clock));
        door.start();
        return new FlightHouse(gate, audit, queries, door);
    }

    private static Walk walk(Clock clock) {
        Weaver weaver = new Weaver();
        return new Walk(
                new QueryResolver(clock)::resolve,
                weaver::describe,
                weaver::weave,
                (query, _) -> UnplannedPlans.of(query),
                (query, decision, atHand) -> UnplannedPlans.of(weaver.weave(query, decision, atHand)),
                (plan, _, context) -> FakeRows.open(plan, context));
    }

    private static Catalog catalog(Path folder, Path root) throws IOException {
        Path copy = Files.createTempDirectory(folder, "catalog");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = copy.resolve(root.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.writeString(
                            target,
                            Files.readString(file)
                                    .replaceAll("\\$\\{env:[A-Z0-9_]*_HOST}", "127.0.0.1")
                                    .replaceAll("\"?\\$\\{env:[A-Z0-9_]*_PORT}\"?", "1")
                                    .replaceAll("\\$\\{env:[A-Z0-9_]*_PASSWORD}", "\\${env:PASSWORD}"));
                }
            }
        }
        CatalogFiles files = new CatalogLoader(Variables.of(Map.of("PASSWORD", "x"))).load(copy);
        Catalog usable = new ViewCompiler().usable(files.catalog());
        assertThat(usable.views()).as("%s", files.problems()).isNotEmpty();
        return usable;
    }

    FlightDoor door() {
        return door;
    }

    RunningQueries queries() {
        return queries;
    }

    FlightCaller as(String token) {
        return FlightCaller.at(door.port(), token);
    }

    @Override
    public void close() {
        door.close();
        queries.close();
        gate.close();
        audit.close();
    }
}
