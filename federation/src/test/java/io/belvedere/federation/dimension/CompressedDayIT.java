package io.belvedere.federation.dimension;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.model.access.Deadline;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.testkit.fault.Fault;
import io.belvedere.testkit.fault.FaultProxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day of refreshes, every five minutes, of dimensions of two real databases that fail in every way now and then, on clocks that are moved. What
 * the databases hold changes before each refresh, and readers look all the time. Closing the rig fails when memory was left behind.
 */
class CompressedDayIT {
    private static final long SEED = 20_261_123;
    private static final int DIMENSIONS_PER_SOURCE = 4;
    private static final int ROWS = 200;
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration STALE = Duration.ofMinutes(12);
    private static final int REFRESHES = Math.toIntExact(Duration.ofDays(1).dividedBy(EVERY));
    private static final int READERS = 3;
    private static final Duration LOAD_TIMEOUT = Duration.ofMillis(1_500);

    @TempDir
    Path folder;

    private final MovedClock clock = new MovedClock();
    private final Random random = new Random(SEED);
    /** What the databases hold from each moment on. */
    private final ConcurrentSkipListMap<Instant, String> truth = new ConcurrentSkipListMap<>();

    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong answers = new AtomicLong();

    @Test
    void servesNothingPastItsBoundAndLeavesNoMemoryBehind() throws Exception {
        DimensionLimits limits = new DimensionLimits(8 << 20, 1 << 20, STALE, LOAD_TIMEOUT);
        DimensionRig rig = new DimensionRig(folder, limits, clock::nanos, clock);
        try {
            define(rig);
            change(rig, "begin");
            clock.move(Duration.ofSeconds(1));
            rig.reload();
            settle(rig);
            liveThroughTheDay(rig);

            List<DimensionStatus> statuses = rig.dimensions.statuses();
            assertThat(wrong).isEmpty();
            assertThat(statuses).allSatisfy(status -> {
                assertThat(status.counts().loads()).isGreaterThan(REFRESHES / 2);
                assertThat(status.counts().failures()).isPositive();
            });
            assertThat(statuses.stream()
                            .mapToLong(each -> each.counts().loads())
                            .sum())
                    .isGreaterThan(1_500);
            assertThat(answers).hasValueGreaterThan(1_000);
            assertThat(rig.dimensions.living()).isEqualTo(2 * DIMENSIONS_PER_SOURCE);
            long full = rig.dimensions.bytes();
            clock.move(STALE);
            rig.postgresProxy.refuse();
            rig.mariaDbProxy.refuse();
            rig.dimensions.tick();
            assertThat(full).isPositive();
            assertThat(rig.dimensions.bytes()).isZero();
        } finally {
            rig.close();
        }
    }

    private static void define(DimensionRig rig) throws Exception {
        for (String source : List.of("pg", "maria")) {
            for (int i = 0; i < DIMENSIONS_PER_SOURCE; i++) {
                rig.define(
                        source + i,
                        "source: " + source + "\ntable: items\nkey: [id]\nmaxStaleness: 12m\nmaxRows: " + (ROWS + i));
            }
        }
    }

    private void liveThroughTheDay(DimensionRig rig) throws Exception {
        Thread[] readers = new Thread[READERS];
        AtomicLong reading = new AtomicLong(1);
        for (int i = 0; i < READERS; i++) {
            readers[i] = Thread.ofVirtual().start(() -> readOn(rig, reading));
        }
        try {
            for (int refresh = 0; refresh < REFRESHES; refresh++) {
                change(rig, "v" + refresh);
                Trouble trouble = trouble(refresh);
                FaultProxy proxy = random.nextBoolean() ? rig.postgresProxy : rig.mariaDbProxy;
                begin(rig, trouble, proxy);
                clock.move(EVERY);
                settle(rig);
                for (DimensionDefinition dimension : rig.catalog().dimensions()) {
                    look(rig, dimension);
                }
                end(rig, trouble, proxy);
            }
            settle(rig);
        } finally {
            reading.set(0);
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    /** What goes wrong during one refresh. */
    private enum Trouble {
        NONE,
        REFUSED,
        SILENT,
        LOST_AT_ONCE,
        LOST_MIDWAY,
        CUT_OFF,
        TWO_ROWS_OF_ONE_KEY,
        TOO_MANY_ROWS,
        ANOTHER_TABLE
    }

    /** Every fourth refresh; silence is rare, because it takes as long as a load may. */
    private Trouble trouble(int refresh) {
        if (refresh % 144 == 96) {
            return Trouble.SILENT;
        }
        Trouble any = Trouble.values()[random.nextInt(Trouble.values().length)];
        return refresh % 4 == 0 && any != Trouble.SILENT ? any : Trouble.NONE;
    }

    private void begin(DimensionRig rig, Trouble trouble, FaultProxy proxy) throws SQLException {
        switch (trouble) {
            case NONE -> {}
            case REFUSED -> {
                proxy.refuse();
                proxy.resetAll();
            }
            case SILENT -> proxy.inject(new Fault.BlackHole());
            case LOST_AT_ONCE -> proxy.inject(new Fault.AfterBytes(0, Fault.End.RESET));
            case LOST_MIDWAY -> proxy.inject(new Fault.AfterBytes(1_000 + random.nextInt(4_000), Fault.End.RESET));
            case CUT_OFF -> proxy.inject(new Fault.AfterBytes(1_000 + random.nextInt(4_000), Fault.End.HALF_CLOSE));
            case TWO_ROWS_OF_ONE_KEY -> both(rig, "UPDATE items SET id = 1 WHERE id = 0");
            case TOO_MANY_ROWS ->
                both(rig, "INSERT INTO items SELECT id + 1000, label, price, changed FROM items WHERE id < 100");
            case ANOTHER_TABLE -> both(rig, "ALTER TABLE items RENAME TO other_items");
        }
    }

    private static void end(DimensionRig rig, Trouble trouble, FaultProxy proxy) throws SQLException {
        switch (trouble) {
            case NONE -> {}
            case REFUSED, SILENT, LOST_AT_ONCE, LOST_MIDWAY, CUT_OFF -> proxy.heal();
            case TWO_ROWS_OF_ONE_KEY, TOO_MANY_ROWS -> {
                // The next change makes the rows anew.
            }
            case ANOTHER_TABLE -> both(rig, "ALTER TABLE other_items RENAME TO items");
        }
    }

    private static void both(DimensionRig rig, String sql) throws SQLException {
        rig.postgres.execute(sql);
        rig.mariaDb.execute(sql);
    }

    /** Every row of both databases says the same from now on. */
    private void change(DimensionRig rig, String version) throws SQLException {
        // First, because a reader may load as soon as a database has changed.
        truth.put(clock.instant(), version);
        StringBuilder rows = new StringBuilder();
        for (int id = 0; id < ROWS; id++) {
            rows.append(id == 0 ? "" : ", ")
                    .append("(")
                    .append(id)
                    .append(", '")
                    .append(version)
                    .append("', 1.5, NULL)");
        }
        for (var database : List.of(rig.postgres, rig.mariaDb)) {
            try (var connection = database.openAsAdmin();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("DELETE FROM items");
                statement.execute("INSERT INTO items VALUES " + rows);
                connection.commit();
            }
        }
    }

    /** Begins what is due, until nothing is and nothing is under way. */
    private static void settle(DimensionRig rig) {
        List<KeptDimension> busy;
        do {
            rig.dimensions.tick();
            busy = rig.dimensions.kept().stream()
                    .filter(KeptDimension::isLoading)
                    .toList();
            busy.forEach(kept -> kept.loading().ifPresent(load -> load.join()));
        } while (!busy.isEmpty());
    }

    private void readOn(DimensionRig rig, AtomicLong reading) {
        Random own = new Random(SEED);
        List<DimensionDefinition> all = List.copyOf(rig.catalog().dimensions());
        while (reading.get() == 1 && wrong.isEmpty()) {
            look(rig, all.get(own.nextInt(all.size())));
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One answer: what it says must have been true at a moment inside the bound, of all rows alike. */
    private void look(DimensionRig rig, DimensionDefinition dimension) {
        Instant before = clock.instant();
        Optional<Lease> found =
                rig.dimensions.find(dimension, Duration.ofHours(1), Deadline.after(Duration.ofMillis(20)));
        if (found.isEmpty()) {
            return;
        }
        try (Lease lease = found.get()) {
            answers.incrementAndGet();
            DimensionRows rows = lease.rows();
            if (!rows.asOf().isAfter(before.minus(STALE))) {
                wrong.add(dimension.name() + " as of " + rows.asOf() + " at " + before);
            }
            List<String> said = said(rows);
            if (!trueAt(rows.asOf(), said) || rows.rowCount() != ROWS) {
                wrong.add(dimension.name() + " says " + said + " in " + rows.rowCount() + " rows as of " + rows.asOf());
            }
        }
    }

    /** What the databases held at a moment, or, if they changed at that very moment, before. */
    private boolean trueAt(Instant asOf, List<String> said) {
        Map.Entry<Instant, String> then = truth.floorEntry(asOf);
        Map.Entry<Instant, String> before = truth.lowerEntry(asOf);
        return said.equals(List.of(then.getValue()))
                || (then.getKey().equals(asOf) && before != null && said.equals(List.of(before.getValue())));
    }

    /** The labels of the rows; a key that is there twice or not at all shows as a word of its own. */
    private static List<String> said(DimensionRows rows) {
        List<String> said = new ArrayList<>();
        boolean[] seen = new boolean[ROWS];
        for (VectorSchemaRoot batch : rows.batches()) {
            BigIntVector ids = (BigIntVector) batch.getVector(0);
            VarCharVector labels = (VarCharVector) batch.getVector(1);
            for (int row = 0; row < batch.getRowCount(); row++) {
                long id = ids.get(row);
                String label = id < 0 || id >= ROWS || seen[(int) id]
                        ? "key " + id
                        : labels.getObject(row).toString();
                if (label.startsWith("key ")) {
                    said.add(label);
                } else {
                    seen[(int) id] = true;
                }
                if (!said.contains(label)) {
                    said.add(label);
                }
            }
        }
        return said;
    }
}
