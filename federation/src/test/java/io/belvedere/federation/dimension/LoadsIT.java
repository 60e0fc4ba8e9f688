package io.belvedere.federation.dimension;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.testkit.fault.Fault;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dimensions of real databases, loaded as a server loads them. */
class LoadsIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DimensionLimits LIMITS =
            new DimensionLimits(32 << 20, 8 << 20, Duration.ofMinutes(15), Duration.ofSeconds(60));

    @TempDir
    Path folder;

    private DimensionRig rig;

    @BeforeEach
    void start() throws Exception {
        rig = new DimensionRig(folder, LIMITS, System::nanoTime, Clock.systemUTC());
        for (var database : List.of(rig.postgres, rig.mariaDb)) {
            database.execute("INSERT INTO items VALUES (1, 'one', 1.50, TIMESTAMP '2026-01-01 00:00:00'),"
                    + " (2, 'zwei ä', 2.25, NULL), (3, NULL, NULL, NULL)");
        }
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
    }

    @Test
    void keepsATableOfEachKindOfSourceAsItIs() throws Exception {
        for (String source : List.of("pg", "maria")) {
            rig.define(source + "_items", "source: " + source + "\ntable: items");
        }
        rig.reload();
        for (String source : List.of("pg", "maria")) {
            Optional<Lease> found = find(source + "_items");
            assertThat(found).as(rig.status(source + "_items").toString()).isPresent();
            try (Lease lease = found.get()) {
                assertThat(values(lease.rows()))
                        .containsExactlyInAnyOrder(
                                List.of("1", "one", "1.50", "2026-01-01T00:00"),
                                List.of("2", "zwei ä", "2.25", "null"),
                                List.of("3", "null", "null", "null"));
                DimensionRows.Place place = lease.rows()
                        .place(lease.rows()
                                .index()
                                .orElseThrow()
                                .find(List.of(2))
                                .orElseThrow());
                assertThat(place.batch().getVector(2).getObject(place.row())).isEqualTo(new BigDecimal("2.25"));
            }
        }
    }

    @Test
    void keepsWhatAQueryGivesInTheOrderOfItsColumns() throws Exception {
        rig.define("priced", """
                source: maria
                query: |
                  SELECT price * 2 AS twice, UPPER(label) AS label, id
                  FROM maria.items WHERE price IS NOT NULL
                columns:
                  - {name: id, type: bigint, key: true}
                  - {name: label, type: varchar}
                  - {name: twice, type: "decimal(20,2)"}
                """);
        rig.reload();

        try (Lease lease = find("priced").orElseThrow()) {
            assertThat(values(lease.rows()))
                    .containsExactlyInAnyOrder(List.of("1", "ONE", "3.00"), List.of("2", "ZWEI Ä", "4.50"));
        }
    }

    @Test
    void refusesASecondRowOfOneKeyAndKeepsTheRowsBefore() throws Exception {
        rig.define("items", "source: pg\ntable: items");
        rig.reload();
        find("items").orElseThrow().close();
        rig.postgres.execute("INSERT INTO items VALUES (2, 'again', 0, NULL)");

        DimensionStatus status = rig.dimensions
                .refresh(rig.dimension("items").name(), deadline())
                .orElseThrow();

        assertThat(status.failure().orElseThrow().message())
                .isEqualTo("Dimension 'ref.items' was not loaded: rows 2 and 4 of those loaded have the same key.");
        assertThat(status.kept().orElseThrow().rows()).isEqualTo(3);
    }

    @Test
    void dropsTheRowsOfATableThatIsAnotherOneNow() throws Exception {
        rig.define("items", "source: maria\ntable: items");
        rig.reload();
        find("items").orElseThrow().close();
        rig.mariaDb.execute("ALTER TABLE items DROP COLUMN price");

        DimensionStatus status = rig.dimensions
                .refresh(rig.dimension("items").name(), deadline())
                .orElseThrow();

        assertThat(status.failure().orElseThrow().code()).isEqualTo("SCHEMA_DRIFT");
        assertThat(status.kept()).isEmpty();
        assertThat(rig.dimensions.bytes()).isZero();
    }

    @Test
    void aSourceThatIsLostMidwayGivesNothing() throws Exception {
        rig.postgres.execute("INSERT INTO items SELECT n, repeat('x', 40), 1, NULL FROM generate_series(10, 20000) n");
        rig.define("items", "source: pg\ntable: items");
        rig.reload();
        rig.postgresProxy.inject(new Fault.AfterBytes(200_000, Fault.End.RESET));

        assertThat(find("items")).isEmpty();

        assertThat(rig.status("items").failure().orElseThrow().code()).isEqualTo("SOURCE_UNAVAILABLE");
        assertThat(rig.dimensions.bytes()).isZero();
        rig.postgresProxy.heal();
        waitFor(() -> find("items")
                .map(lease -> {
                    try (lease) {
                        return lease.rows().rowCount() == 19_994;
                    }
                })
                .orElse(false));
    }

    @Test
    void hearsOfAChangeByANotificationAndOfOneThatItMissed() throws Exception {
        rig.define("items", "source: pg\ntable: items\nchanges: {channel: items_changed}");
        rig.reload();
        try (ChangeWatch watch = new ChangeWatch(rig.dimensions, rig.sources, System::nanoTime)) {
            waitFor(watch, () -> rig.status("items").counts().changes() >= 1 && rows("items") == 3);

            rig.postgres.execute("INSERT INTO items VALUES (4, 'four', 0, NULL)", "NOTIFY items_changed, 'ignored'");
            waitFor(watch, () -> rows("items") == 4);

            rig.postgresProxy.refuse();
            rig.postgresProxy.resetAll();
            rig.postgres.execute("INSERT INTO items VALUES (5, 'five', 0, NULL)", "NOTIFY items_changed");
            rig.postgresProxy.heal();
            waitFor(watch, () -> rows("items") == 5);
        }
        waitFor(() -> listeners() == 0);
    }

    @Test
    void hearsOfAChangeByAWatermark() throws Exception {
        rig.define("items", """
                source: maria
                table: items
                changes: {watermark: "SELECT MAX(id) AS newest, COUNT(*) AS many FROM maria.items", poll: 1s}
                """);
        rig.reload();
        try (ChangeWatch watch = new ChangeWatch(rig.dimensions, rig.sources, System::nanoTime)) {
            waitFor(watch, () -> rig.status("items").counts().changes() == 1 && rows("items") == 3);
            long loads = rig.status("items").counts().loads();

            rig.mariaDb.execute("DELETE FROM items WHERE id = 2");
            // A load after the first watermark may see the deletion before the second does.
            waitFor(
                    watch,
                    () -> rows("items") == 2 && rig.status("items").counts().changes() == 2);

            assertThat(rig.status("items").counts().loads()).isGreaterThan(loads);
        }
    }

    private long listeners() {
        try (var connection = rig.postgres.openAsAdmin();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '"
                        + rig.postgres.name() + "' AND query LIKE 'LISTEN%'")) {
            row.next();
            return row.getLong(1);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    private long rows(String name) {
        return rig.status(name).kept().map(DimensionStatus.Kept::rows).orElse(0L);
    }

    private void waitFor(ChangeWatch watch, BooleanSupplier reached) throws InterruptedException {
        waitFor(() -> {
            rig.dimensions.tick();
            watch.tick();
            return reached.getAsBoolean();
        });
    }

    private static void waitFor(BooleanSupplier reached) throws InterruptedException {
        Deadline patience = Deadline.after(PATIENCE);
        while (!reached.getAsBoolean()) {
            assertThat(patience.passed()).as("within " + PATIENCE).isFalse();
            Thread.sleep(20);
        }
    }

    private Optional<Lease> find(String name) {
        DimensionDefinition dimension = rig.dimension(name);
        return rig.dimensions.find(dimension, HOUR, deadline());
    }

    private static Deadline deadline() {
        return Deadline.after(PATIENCE);
    }

    private static List<List<String>> values(DimensionRows rows) {
        List<List<String>> all = new ArrayList<>();
        for (int number = 0; number < rows.rowCount(); number++) {
            DimensionRows.Place place = rows.place(number);
            all.add(place.batch().getFieldVectors().stream()
                    .map(vector -> String.valueOf(vector.getObject(place.row())))
                    .toList());
        }
        return all;
    }
}
