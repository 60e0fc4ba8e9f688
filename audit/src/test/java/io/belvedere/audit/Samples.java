package io.belvedere.audit;

import io.belvedere.audit.DecisionRecord.DecisionFacts;
import io.belvedere.audit.DecisionRecord.ObligationFacts;
import io.belvedere.audit.DecisionRecord.ViewUse;
import io.belvedere.audit.OutcomeRecord.DimensionUse;
import io.belvedere.audit.OutcomeRecord.SourceUse;
import io.belvedere.audit.OutcomeRecord.Status;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Records and settings as the server makes them. */
public final class Samples {
    public static final String SECRET_VALUE = "EU-secret-region";
    public static final String SUBJECT = "ana@example.org";

    /** Small enough for a test to fill, and as patient as the disk of a busy machine needs. */
    static final LogLimits SMALL = new LogLimits(
            3 * 1024 * 1024, 768 * 1024, Duration.ofHours(1), Duration.ofMinutes(1), 512, 256, Duration.ofMillis(200));

    private Samples() {}

    public static AuditSettings settings(Path folder) {
        return settings(folder, Clock.systemUTC());
    }

    public static AuditSettings settings(Path folder, Clock clock) {
        return new AuditSettings(folder, "test", "n1", "0.1.0-test", clock, Map.of("configDigest", "c0ffee"));
    }

    static FileAuditLog small(Path folder) {
        return FileAuditLog.open(settings(folder), SMALL, new FileDisk(), System::nanoTime);
    }

    static Path epoch(Path folder, int epoch) {
        return folder.resolve("test/audit/n1").resolve(Integer.toString(epoch));
    }

    public static Caller caller() {
        return new Caller(
                "https://issuer.example",
                SUBJECT,
                "Ana Analyst",
                Caller.Kind.HUMAN,
                Set.of("analyst"),
                Map.of("region", SECRET_VALUE));
    }

    public static DecisionRecord decision(long number) {
        return decision(number, "SELECT late, name FROM late_orders WHERE region = ?");
    }

    public static DecisionRecord decision(long number, String statement) {
        ObligationFacts obligation = new ObligationFacts(
                "region = ?",
                Optional.of(new RowValues("region = '" + SECRET_VALUE + "'")),
                Map.of("customer_id", "none", "email", "email", "card", "hidden"));
        return new DecisionRecord(
                request(number),
                Optional.of(caller()),
                Optional.of("fulfilment"),
                Operation.QUERY,
                Protocol.REST,
                Optional.of("192.0.2.77"),
                List.of(new ViewUse("fulfilment.late_orders@1.2.0", "ab".repeat(32), "fulfilment.late_orders")),
                Optional.of(statement),
                Optional.of(new DecisionFacts(
                        "allow",
                        "analyst.region",
                        "opa-wasm",
                        "r1",
                        "cd".repeat(32),
                        Optional.of("ef".repeat(32)),
                        Map.of("fulfilment.late_orders@1.2.0", obligation))));
    }

    public static OutcomeRecord ok() {
        return outcome(Status.OK);
    }

    public static OutcomeRecord outcome(Status status) {
        return new OutcomeRecord(
                status,
                Optional.empty(),
                42,
                4_200,
                Optional.of(Duration.ofMillis(12)),
                Duration.ofMillis(30),
                List.of(new SourceUse("orders_0", "12".repeat(32), 42, 9_000, Duration.ofMillis(9), "ok")),
                List.of(),
                Optional.empty(),
                List.of(new DimensionUse(
                        "ref.countries", Instant.parse("2026-11-22T09:58:00Z"), Duration.ofMinutes(2))));
    }

    static QueryId request(long number) {
        return new QueryId(new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number));
    }
}
