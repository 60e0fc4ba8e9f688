package io.belvedere.federation.dimension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.model.SourceName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store over a source that fails as it is told, on clocks that are moved. Every test ends with all memory given back. */
class DimensionsTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration STALE = Duration.ofMinutes(15);
    private static final DimensionDefinition ITEMS = FakeSource.dimension("items", EVERY, STALE, 1_000, 1 << 20);

    private final QueryMemory memory = new QueryMemory(64 << 20, 32 << 20);
    private final FakeSource source = new FakeSource(memory);
    private final MovedClock clock = new MovedClock();
    private final HeldRecords records = new HeldRecords();
    /** What was kept whenever a drift was told. */
    private final List<Long> drifts = new CopyOnWriteArrayList<>();

    private final Dimensions dimensions =
            dimensions(new DimensionLimits(1 << 20, 1 << 20, STALE, Duration.ofSeconds(30)));

    private Dimensions dimensions(DimensionLimits limits) {
        Loads loads = new Loads(() -> new QueryId(UUID.randomUUID()), records, () -> drifts.add(bytesKept()));
        return new Dimensions(source, loads, memory, limits, clock::nanos, clock);
    }

    private long bytesKept() {
        return dimensions.bytes();
    }

    @AfterEach
    void everythingIsGivenBack() {
        dimensions.close();
        assertThat(dimensions.living()).isZero();
        source.close();
        assertThat(memory.bytes()).isZero();
        memory.close();
    }

    @Test
    void aHundredWhoAskAtOnceWaitForOneLoad() throws Exception {
        dimensions.reload(FakeSource.catalog(ITEMS));
        CountDownLatch gate = new CountDownLatch(1);
        source.answer = new FakeSource.Answer.Gated(gate, 5, 7);
        List<Future<Long>> seen = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                seen.add(callers.submit(() -> version(ITEMS, HOUR).orElseThrow()));
            }
            gate.countDown();
        }

        for (Future<Long> each : seen) {
            assertThat(each.get()).isEqualTo(7);
        }
        assertThat(source.opened).hasValue(1);
    }

    @Test
    void aLoadThatEndsBetweenAQuerysLookAndItsOwnBeginningIsTheOnlyOne() {
        AtomicReference<Runnable> betweenThem = new AtomicReference<>(() -> {});
        source.answer = new FakeSource.Answer.Rows(3, 7);
        try (Dimensions store = new Dimensions(
                source,
                new Loads(() -> new QueryId(UUID.randomUUID()), records, () -> {}),
                memory,
                new DimensionLimits(1 << 20, 1 << 20, STALE, Duration.ofSeconds(30)),
                () -> {
                    // The first to ask for the time is the query that has found no rows.
                    betweenThem.getAndSet(() -> {}).run();
                    return clock.nanos();
                },
                clock)) {
            store.reload(FakeSource.catalog(ITEMS));
            betweenThem.set(
                    () -> assertThat(store.refresh(ITEMS.name(), deadline())).isPresent());

            assertThat(version(store, ITEMS, HOUR)).hasValue(7L);
            assertThat(source.opened).hasValue(1);
            assertThat(store.statuses().getFirst().loading()).isFalse();
        }
    }

    @Test
    void rowsServeToTheirBoundAndNotANanosecondLonger() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.BreaksAfter(0);

        clock.move(STALE.minusNanos(1));
        assertThat(version(ITEMS, HOUR)).hasValue(1L);
        clock.move(Duration.ofNanos(1));
        assertThat(version(ITEMS, HOUR)).isEmpty();
        dimensions.tick();
        assertThat(dimensions.bytes()).isZero();
    }

    @Test
    void aQuerySeesNoOlderRowsThanItAllows() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.Rows(3, 2);
        clock.move(Duration.ofSeconds(61));

        assertThat(version(ITEMS, Duration.ofSeconds(90))).hasValue(1L);
        assertThat(version(ITEMS, Duration.ofSeconds(60))).hasValue(2L);
        assertThat(version(ITEMS, Duration.ZERO)).isEmpty();
    }

    @Test
    void rowsAreLoadedAnewBeforeTheyAreTooOld() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.Rows(4, 2);
        clock.move(EVERY.minusNanos(1));
        tickAndWait();
        assertThat(version(ITEMS, HOUR)).hasValue(1L);

        clock.move(Duration.ofNanos(1));
        tickAndWait();
        assertThat(version(ITEMS, HOUR)).hasValue(2L);
        assertThat(dimensions.living()).isEqualTo(1);
    }

    @Test
    void whatBreaksMidwayIsNeverServedAndTheRowsBeforeServeInsideTheirBound() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.BreaksAfter(4);
        clock.move(EVERY);
        tickAndWait();

        assertThat(version(ITEMS, HOUR)).hasValue(1L);
        DimensionStatus status = status("items");
        assertThat(status.failure().orElseThrow().code()).isEqualTo("SOURCE_UNAVAILABLE");
        assertThat(status.counts().failures()).isEqualTo(1);
        clock.move(STALE);
        assertThat(version(ITEMS, HOUR)).isEmpty();
    }

    @Test
    void rowsOfOneKeyAreRefusedWithTheirNumbersNotTheirValues() {
        source.answer = new FakeSource.Answer.Repeated(6, 4);
        dimensions.reload(FakeSource.catalog(ITEMS));

        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(failure())
                .isEqualTo("Dimension 'ref.items' was not loaded: rows 1 and 5 of those loaded have the same key.");
    }

    @Test
    void aKeyWithoutAValueIsRefused() {
        source.answer = new FakeSource.Answer.NullKey();
        dimensions.reload(FakeSource.catalog(ITEMS));

        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(failure())
                .isEqualTo("Dimension 'ref.items' was not loaded: a part of the key is NULL in row 2 of those loaded.");
    }

    @Test
    void moreRowsThanMayBeAreRefusedWithTheFigure() {
        DimensionDefinition few = FakeSource.dimension("items", EVERY, STALE, 10, 1 << 20);
        source.answer = new FakeSource.Answer.Rows(11, 1);
        dimensions.reload(FakeSource.catalog(few));

        assertThat(version(few, HOUR)).isEmpty();
        assertThat(failure())
                .isEqualTo("Dimension 'ref.items' was not loaded: it has more than 10 rows, which is its maxRows.");
    }

    @Test
    void moreBytesThanMayBeAreRefusedWithTheFigures() {
        DimensionDefinition small = FakeSource.dimension("items", EVERY, STALE, 1_000, 4_096);
        source.answer = new FakeSource.Answer.Rows(1_000, 1);
        dimensions.reload(FakeSource.catalog(small));

        assertThat(version(small, HOUR)).isEmpty();
        assertThat(failure())
                .containsPattern("its first \\d+ rows need more than 4096 bytes, which is all that it may take");
    }

    @Test
    void aDimensionWithoutRoomIsRefusedAndDropsNoOther() {
        try (Dimensions small = dimensions(new DimensionLimits(24 << 10, 20 << 10, STALE, Duration.ofSeconds(30)))) {
            DimensionDefinition first = FakeSource.dimension("first", EVERY, STALE, 1_000, 1 << 20);
            DimensionDefinition second = FakeSource.dimension("second", EVERY, STALE, 1_000, 1 << 20);
            source.answer = new FakeSource.Answer.Rows(60, 1);
            small.reload(FakeSource.catalog(first, second));
            assertThat(version(small, first, HOUR)).hasValue(1L);
            long used = small.bytes();

            assertThat(version(small, second, HOUR)).isEmpty();

            assertThat(small.statuses().getLast().failure().orElseThrow().message())
                    .contains("was not loaded")
                    .contains("all dimensions together")
                    .contains(Long.toString(24 << 10));
            assertThat(version(small, first, HOUR)).hasValue(1L);
            assertThat(small.bytes()).isEqualTo(used);
        }
    }

    @Test
    void aSourceThatHangsTakesHalfOfAQuerysTimeAtMost() {
        source.answer = new FakeSource.Answer.Hangs();
        dimensions.reload(FakeSource.catalog(ITEMS));
        Deadline deadline = Deadline.after(Duration.ofMillis(400));

        Optional<Lease> lease = dimensions.find(ITEMS, HOUR, deadline);

        assertThat(lease).isEmpty();
        assertThat(dimensions
                        .refresh(ITEMS.name(), Deadline.after(Duration.ofMillis(10)))
                        .orElseThrow()
                        .loading())
                .isTrue();
    }

    @Test
    void afterAFailureNobodyAsksAgainForASecond() {
        source.answer = new FakeSource.Answer.BreaksAfter(0);
        dimensions.reload(FakeSource.catalog(ITEMS));
        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(source.opened).hasValue(1);

        source.answer = new FakeSource.Answer.Rows(3, 5);
        clock.move(Duration.ofSeconds(1));
        assertThat(version(ITEMS, HOUR)).hasValue(5L);
        assertThat(source.opened).hasValue(2);
    }

    @Test
    void aLeaseKeepsItsRowsWhenTheyAreReplacedAndIsClosedTwiceWithoutHarm() {
        load(ITEMS, 1);
        Lease old = dimensions.find(ITEMS, HOUR, deadline()).orElseThrow();
        source.answer = new FakeSource.Answer.Rows(2, 2);
        dimensions.refresh(ITEMS.name(), deadline());

        assertThat(version(ITEMS, HOUR)).hasValue(2L);
        assertThat(label(old.rows())).isEqualTo(1);
        assertThat(dimensions.living()).isEqualTo(2);
        old.close();
        old.close();
        assertThat(dimensions.living()).isEqualTo(1);
        assertThatThrownBy(old::rows).isInstanceOf(IllegalStateException.class);
        assertThat(version(ITEMS, HOUR)).hasValue(2L);
    }

    @Test
    void aReloadKeepsTheRowsOfWhatDidNotChangeAndDropsTheOthers() {
        load(ITEMS, 1);
        DimensionDefinition changed = FakeSource.dimension("items", EVERY, STALE, 999, 1 << 20);
        source.answer = new FakeSource.Answer.Rows(3, 2);

        dimensions.reload(FakeSource.catalog(ITEMS));
        assertThat(version(ITEMS, HOUR)).hasValue(1L);

        dimensions.reload(FakeSource.catalog("moved", ITEMS));
        assertThat(version(ITEMS, HOUR)).hasValue(2L);

        dimensions.reload(FakeSource.catalog("moved", changed));
        assertThat(version(ITEMS, HOUR)).as("of the definition before").isEmpty();
        assertThat(version(changed, HOUR)).hasValue(2L);

        dimensions.reload(FakeSource.catalog());
        assertThat(version(changed, HOUR)).isEmpty();
        assertThat(dimensions.bytes()).isZero();
    }

    @Test
    void rowsOfALoadThatEndsAfterAReloadAreNotKept() {
        CountDownLatch gate = new CountDownLatch(1);
        source.answer = new FakeSource.Answer.Gated(gate, 3, 1);
        dimensions.reload(FakeSource.catalog(ITEMS));
        dimensions.tick();
        DimensionDefinition changed = FakeSource.dimension("items", EVERY, STALE, 999, 1 << 20);
        KeptDimension before = dimensions.kept().getFirst();

        dimensions.reload(FakeSource.catalog(changed));
        gate.countDown();
        source.answer = new FakeSource.Answer.Rows(3, 2);

        assertThat(version(changed, HOUR)).hasValue(2L);
        while (before.isLoading()) {
            Thread.onSpinWait();
        }
        assertThat(version(changed, HOUR)).hasValue(2L);
        assertThat(dimensions.living()).isEqualTo(1);
    }

    @Test
    void aChangeIsLoadedSoonAndOneDuringALoadOnceMore() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.Rows(3, 2);
        dimensions.changed(ITEMS);
        tickAndWait();
        assertThat(version(ITEMS, HOUR)).as("loads keep their distance").hasValue(1L);
        clock.move(Duration.ofSeconds(1));
        CountDownLatch gate = new CountDownLatch(1);
        source.answer = new FakeSource.Answer.Gated(gate, 3, 3);
        dimensions.tick();
        dimensions.changed(ITEMS);
        gate.countDown();
        waitForLoads();
        assertThat(version(ITEMS, HOUR)).hasValue(3L);

        source.answer = new FakeSource.Answer.Rows(3, 4);
        clock.move(Duration.ofSeconds(1));
        tickAndWait();
        assertThat(version(ITEMS, HOUR)).hasValue(4L);
        clock.move(Duration.ofSeconds(100));
        tickAndWait();
        assertThat(source.opened).hasValue(3);
    }

    @Test
    void whatTheSourceCallsByAnotherSchemaIsDroppedAtOnce() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.Drifted();
        dimensions.refresh(ITEMS.name(), deadline());

        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(status("items").failure().orElseThrow().code()).isEqualTo("SCHEMA_DRIFT");
        // Told once the rows were gone, so that nothing of them can come later than what is then forgotten.
        assertThat(drifts).isNotEmpty().containsOnly(0L);
    }

    @Test
    void aLoadStandsInTheRecordsFromItsBeginningToItsEnd() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.BreaksAfter(2);
        dimensions.refresh(ITEMS.name(), Deadline.after(Duration.ofSeconds(30)));
        assertThat(records.lines)
                .containsExactly(
                        "LOAD ref.items", "ref.items ok 3", "LOAD ref.items", "ref.items SOURCE_UNAVAILABLE 0");
    }

    @Test
    void aSourceIsNotAskedBeforeThatIsRecorded() {
        records.takesAsks = false;
        dimensions.reload(FakeSource.catalog(ITEMS));
        assertThat(version(ITEMS, HOUR)).isEmpty();
        assertThat(source.opened).hasValue(0);
        assertThat(dimensions.bytes()).isZero();
    }

    @Test
    void rowsWhoseLoadIsNotRecordedToItsEndAreNotServedAndThoseBeforeAre() {
        load(ITEMS, 1);
        records.takesEnds = false;
        source.answer = new FakeSource.Answer.Rows(3, 2);
        dimensions.refresh(ITEMS.name(), Deadline.after(Duration.ofSeconds(30)));
        assertThat(version(ITEMS, HOUR)).hasValue(1L);
        assertThat(dimensions.living()).isEqualTo(1);
        assertThat(dimensions.statuses().getFirst().failure()).isPresent();
    }

    @Test
    void theFailureOfASourceSaysWhichOfItsDimensionsIsTooOldAndNothingElseDoes() {
        load(ITEMS, 1);
        source.answer = new FakeSource.Answer.BreaksAfter(0);
        BelvedereException down = FederationError.SOURCE_UNAVAILABLE.error("It does not answer.");
        BelvedereException late = FederationError.TIMED_OUT.error("It is slow.");
        try (AtHand young = take(Duration.ofSeconds(90))) {
            assertThat(young.explain(FakeSource.SHOP, down)).isSameAs(down);
        }
        clock.move(Duration.ofSeconds(90));
        try (AtHand old = take(Duration.ofSeconds(90))) {
            assertThat(old.explain(FakeSource.SHOP, down).detail())
                    .isEqualTo("It does not answer. Dimension 'ref.items' has no rows that are at most 90 s old.");
            assertThat(old.explain(FakeSource.SHOP, down).code()).isEqualTo(FederationError.SOURCE_UNAVAILABLE);
            assertThat(old.explain(FakeSource.SHOP, late)).isSameAs(late);
            assertThat(old.explain(new SourceName("other"), down)).isSameAs(down);
        }
        clock.move(STALE);
        try (AtHand old = take(HOUR)) {
            assertThat(old.explain(FakeSource.SHOP, down).detail()).contains("at most 900 s old");
        }
    }

    private AtHand take(Duration staleMax) {
        return AtHand.take(Map.of(ITEMS, staleMax), dimensions, Deadline.after(Duration.ofSeconds(5)), clock);
    }

    @Test
    void aKeyFindsItsRowAndNoOther() {
        source.answer = new FakeSource.Answer.Rows(999, 8);
        dimensions.reload(FakeSource.catalog(ITEMS));

        try (Lease lease = dimensions.find(ITEMS, HOUR, deadline()).orElseThrow()) {
            DimensionIndex index = lease.rows().index().orElseThrow();
            for (long id = 0; id < 999; id++) {
                OptionalInt row = index.find(List.of(id));
                DimensionRows.Place place = lease.rows().place(row.orElseThrow());
                assertThat(place.batch().getVector(0).getObject(place.row())).isEqualTo(id);
            }
            assertThat(index.find(List.of(999L))).isEmpty();
            assertThat(index.find(List.of(-1))).isEmpty();
            assertThat(lease.rows().rowCount()).isEqualTo(999);
        }
    }

    @Test
    void rowsAreReadAsAStreamThatSharesTheirMemory() throws Exception {
        source.answer = new FakeSource.Answer.Rows(5, 8);
        dimensions.reload(FakeSource.catalog(ITEMS));
        long rows = 0;
        try (Lease lease = dimensions.find(ITEMS, HOUR, deadline()).orElseThrow();
                var query = memory.open("query");
                var reader = lease.rows().reader(query)) {
            while (reader.loadNextBatch()) {
                rows += reader.getVectorSchemaRoot().getRowCount();
            }
        }
        assertThat(rows).isEqualTo(5);
    }

    private static Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private void load(DimensionDefinition dimension, long version) {
        source.answer = new FakeSource.Answer.Rows(3, version);
        dimensions.reload(FakeSource.catalog(dimension));
        assertThat(version(dimension, HOUR)).hasValue(version);
    }

    private Optional<Long> version(DimensionDefinition dimension, Duration staleMax) {
        return version(dimensions, dimension, staleMax);
    }

    private static Optional<Long> version(Dimensions store, DimensionDefinition dimension, Duration staleMax) {
        Optional<Lease> found = store.find(dimension, staleMax, deadline());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (Lease lease = found.get()) {
            return Optional.of(label(lease.rows()));
        }
    }

    private static long label(DimensionRows rows) {
        return Long.parseLong(
                String.valueOf(rows.batches().getFirst().getVector(1).getObject(0)));
    }

    private void tickAndWait() {
        dimensions.tick();
        waitForLoads();
    }

    private void waitForLoads() {
        dimensions.kept().forEach(kept -> kept.loading().ifPresent(load -> load.join()));
    }

    private DimensionStatus status(String name) {
        return dimensions.statuses().stream()
                .filter(status -> status.name().table().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String failure() {
        return status("items").failure().orElseThrow().message();
    }
}
