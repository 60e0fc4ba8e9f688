package io.belvedere.federation.result;

import static io.belvedere.federation.FederationError.SCHEMA_DRIFT;
import static io.belvedere.federation.FederationError.SOURCE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.hash.HashKeys;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Plans;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.DataType;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.Caching;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.Freshness;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyFixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a result is answered from an earlier one, and when it must not be. Memory that was left behind fails each test. */
class ResultsTest {
    private static final String SQL = "SELECT email FROM crm.customer_360 WHERE customer_id = 7";
    private static final Caching HALF_A_MINUTE = new Caching(Optional.of(Duration.ofSeconds(30)));

    private final QueryMemory memory = new QueryMemory(64 << 20, 32 << 20);
    private final AtomicReference<Instant> now = new AtomicReference<>(FederationFixture.CLOCK.instant());
    private final QueryResolver resolver = new QueryResolver(new Moved());
    private final Statistics statistics = _ -> Optional.empty();
    private final Plans plans = new Plans(new Weaver(), new Planner(statistics), statistics);
    private final Results results =
            new Results(new Results.Bounds(100, 1 << 20, 64 << 10), FederationFixture.HASH_KEYS, memory);
    private Catalog catalog = catalog(view -> with(view, HALF_A_MINUTE, view.freshness()));
    private int runs;

    /** What a run gives. */
    private Fake fake = new Fake();

    @AfterEach
    void everythingWasGivenBack() {
        memory.close();
    }

    @Test
    void theSameQuestionUnderTheSameDecisionIsAnsweredAgain() {
        assertThat(ask(SQL, "ana")).containsExactly("a 1", "b 1");
        assertThat(ask(SQL, "ana")).containsExactly("a 1", "b 1");
        assertThat(runs).isEqualTo(1);
        assertThat(results.counts().hits()).isEqualTo(1);
    }

    @Test
    void anAnswerSaysThatItIsKeptAndAsOfWhenItsRowsAre() {
        try (RowStream first = open(SQL, "ana")) {
            read(first);
            assertThat(first.keptFor()).isEmpty();
        }
        try (RowStream again = open(SQL, "ana")) {
            read(again);
            assertThat(again.keptFor())
                    .hasValueSatisfying(age -> assertThat(age).isPositive());
            assertThat(again.readings()).isEqualTo(fake.readings);
            assertThat(again.incompleteSources()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT email FROM crm.customer_360 WHERE customer_id = 8",
                "SELECT email FROM crm.customer_360 WHERE customer_id = 7 LIMIT 1",
                "SELECT email AS mail FROM crm.customer_360 WHERE customer_id = 7",
                "SELECT email FROM crm.customer_360 WHERE segment = '7'"
            })
    void anotherQuestionIsAnotherResult(String other) {
        ask(SQL, "ana");
        ask(other, "ana");
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void anotherDecisionIsAnotherResult() {
        assertThat(ask(SQL, "ana")).containsExactly("a 1", "b 1");
        assertThat(ask(SQL, "stella")).containsExactly("a 2", "b 2");
        assertThat(ask(SQL, "ana")).containsExactly("a 1", "b 1");
    }

    @Test
    void anotherPictureOfTheCatalogIsAnotherResultAlthoughNothingInItChanged() {
        ask(SQL, "ana");
        catalog = catalog(view -> with(view, HALF_A_MINUTE, view.freshness()));
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void everyViewMustLetResultsBeKept() {
        catalog = catalog(view -> view.id().name().toString().equals("crm.customer_360")
                ? with(view, Caching.NONE, view.freshness())
                : with(view, HALF_A_MINUTE, view.freshness()));
        ask("SELECT orders FROM sales.revenue_by_country", "ana");
        ask("SELECT orders FROM sales.revenue_by_country", "ana");
        assertThat(runs).isEqualTo(2);
        assertThat(results.counts().loads()).isZero();
        ask("SELECT order_id FROM sales.orders", "ana");
        ask("SELECT order_id FROM sales.orders", "ana");
        assertThat(runs).isEqualTo(3);
    }

    @Test
    void whatAsksForTheMomentIsNeverKeptAndWhatAsksForTheDayIsKeptForTheDay() {
        String moment = "SELECT email FROM crm.customer_360 WHERE CURRENT_TIMESTAMP > TIMESTAMP '2020-01-01 00:00:00'";
        ask(moment, "ana");
        ask(moment, "ana");
        assertThat(runs).isEqualTo(2);
        String day = "SELECT email FROM crm.customer_360 WHERE CURRENT_DATE > DATE '2020-01-01'";
        ask(day, "ana");
        ask(day, "ana");
        assertThat(runs).isEqualTo(3);
        now.updateAndGet(moved -> moved.plus(Duration.ofDays(1)));
        ask(day, "ana");
        assertThat(runs).isEqualTo(4);
    }

    @Test
    void aPartialResultIsNeverKept() {
        fake.missing = List.of("crm");
        ask(SQL, "ana");
        fake = new Fake();
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void aResultThatFailsOrIsLeftEarlyIsNeverKept() {
        fake.failure = Optional.of(SOURCE_UNAVAILABLE.error("The source is down."));
        assertThatThrownBy(() -> ask(SQL, "ana")).isInstanceOf(BelvedereException.class);
        fake = new Fake();
        try (RowStream left = open(SQL, "ana")) {
            assertThat(left.next()).isTrue();
        }
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(3);
        assertThat(ask(SQL, "ana")).containsExactly("a 3", "b 3");
    }

    @Test
    void aResultThatIsTooLargeIsNotKeptAndDeliveredAllTheSame() {
        fake.word = "x".repeat(40_000);
        assertThat(ask(SQL, "ana")).hasSize(2);
        assertThat(ask(SQL, "ana")).hasSize(2);
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void whatIsAskedBeforeAFlushIsNotKeptAfterIt() {
        try (RowStream rows = open(SQL, "ana")) {
            assertThat(rows.next()).isTrue();
            results.clear();
            read(rows);
        }
        assertThat(ask(SQL, "ana")).containsExactly("a 2", "b 2");
    }

    @Test
    void aSourceThatDriftedForgetsEverything() {
        ask(SQL, "ana");
        fake.failure = Optional.of(SCHEMA_DRIFT.error("A source no longer is as described."));
        assertThatThrownBy(() -> ask("SELECT email FROM crm.customer_360 WHERE customer_id = 9", "ana"))
                .isInstanceOf(BelvedereException.class);
        fake = new Fake();
        assertThat(ask(SQL, "ana")).containsExactly("a 3", "b 3");
    }

    @Test
    void rowsThatAreOlderThanAViewPromisesAreNotKept() {
        Freshness promised = new Freshness(Optional.of(Duration.ofSeconds(20)));
        catalog = catalog(view -> with(view, HALF_A_MINUTE, promised));
        fake.readings = List.of(reading(Duration.ofSeconds(21)));
        ask(SQL, "ana");
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(2);
        fake.readings = List.of(reading(Duration.ofSeconds(1)));
        ask(SQL, "ana");
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(3);
    }

    /** A bound that nobody knows is taken to be over. */
    @Test
    void rowsOfADimensionWhoseBoundIsOverAreNotKept() {
        fake.dimensions = List.of(new DimensionReading("ref.gone", Instant.now(), Duration.ZERO));
        ask(SQL, "ana");
        ask(SQL, "ana");
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void aPlanOfAnotherDecisionIsRefusedBeforeAnythingIsLookedFor() {
        ask(SQL, "ana");
        ResolvedQuery query = resolver.resolve(new QueryText(SQL, List.of()), catalog);
        ExecutablePlan plan = plans.plan(query, decision(query, "ana"));
        assertThatThrownBy(() -> results.open(query, plan, decision(query, "stella"), context(), this::run))
                .hasMessageContaining("made under another decision");
    }

    @Test
    void aKeyOfHashesThatIsGoneLeavesNoResult(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("one"), "11".repeat(32));
        Files.writeString(folder.resolve("two"), "22".repeat(32));
        HashKeys keys = HashKeys.load(folder, "one");
        Results own = new Results(new Results.Bounds(100, 1 << 20, 64 << 10), keys, memory);
        for (int turn = 0; turn < 2; turn++) {
            try (RowStream rows = open(own, SQL, "ana")) {
                read(rows);
            }
        }
        assertThat(runs).isEqualTo(1);
        Files.delete(folder.resolve("two"));
        keys.reload();
        try (RowStream rows = open(own, SQL, "ana")) {
            read(rows);
        }
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void aKeptResultStopsWhenItsQueryDoes() {
        ask(SQL, "ana");
        try (RowStream rows = open(SQL, "ana")) {
            rows.cancel();
            assertThatThrownBy(rows::next).hasMessage("The query was cancelled.");
        }
        assertThat(runs).isEqualTo(1);
    }

    private List<String> ask(String sql, String who) {
        try (RowStream rows = open(sql, who)) {
            return read(rows);
        }
    }

    private RowStream open(String sql, String who) {
        return open(results, sql, who);
    }

    private RowStream open(Results from, String sql, String who) {
        ResolvedQuery query = resolver.resolve(new QueryText(sql, List.of()), catalog);
        Allow decision = decision(query, who);
        return from.open(query, plans.plan(query, decision), decision, context(), this::run);
    }

    private RowStream run() {
        runs++;
        fake.number = runs;
        fake.memory = Optional.of(memory.open("run " + runs));
        fake.given = 0;
        return fake;
    }

    private static List<String> read(RowStream rows) {
        List<String> read = new ArrayList<>();
        while (rows.next()) {
            read.add(String.valueOf(rows.batch().getVector(0).getObject(0)));
        }
        return read;
    }

    private static Allow decision(ResolvedQuery query, String stamp) {
        return PolicyFixtures.everything(query.views()).allow(Allow.Detail.SHAPE, stamp);
    }

    private static RunContext context() {
        return new RunContext(
                new QueryId(new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0001L)),
                Deadline.after(Duration.ofMinutes(5)),
                new Timeline(Instant.now()));
    }

    private static SourceReading reading(Duration ago) {
        Instant asOf = Instant.now().minus(ago);
        return new SourceReading("crm", asOf, asOf);
    }

    private static Catalog catalog(UnaryOperator<ViewDefinition> change) {
        Catalog fixture = FederationFixture.catalog();
        return new Catalog(
                fixture.sources(), fixture.views().stream().map(change).toList());
    }

    private static ViewDefinition with(ViewDefinition view, Caching caching, Freshness freshness) {
        return new ViewDefinition(
                view.id(),
                view.title(),
                view.owner(),
                view.description(),
                view.tags(),
                view.query(),
                view.columns(),
                view.limits(),
                view.onSourceFailure(),
                view.pushdown(),
                caching,
                view.declassified(),
                freshness,
                view.hash(),
                view.origin());
    }

    private final class Moved extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }

    /** Two batches of one row each, with the number of the run in them. */
    private static final class Fake implements RowStream {
        private static final List<OutputColumn> COLUMNS =
                List.of(new OutputColumn("email", DataType.Simple.VARCHAR, Presence.OPTIONAL));

        private List<String> missing = List.of();
        private Optional<BelvedereException> failure = Optional.empty();
        private List<SourceReading> readings = List.of(reading(Duration.ZERO));
        private List<DimensionReading> dimensions = List.of();
        private String word = "";
        private Optional<BufferAllocator> memory = Optional.empty();
        private Optional<VectorSchemaRoot> current = Optional.empty();
        private int number;
        private int given;

        @Override
        public List<OutputColumn> columns() {
            return COLUMNS;
        }

        @Override
        public boolean next() {
            current.ifPresent(VectorSchemaRoot::close);
            current = Optional.empty();
            if (given == 1 && failure.isPresent()) {
                throw failure.get();
            }
            if (given == 2) {
                return false;
            }
            VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(COLUMNS), memory.orElseThrow());
            VarCharVector text = (VarCharVector) batch.getVector(0);
            text.setSafe(0, ((given == 0 ? "a " : "b ") + number + word).getBytes(StandardCharsets.UTF_8));
            batch.setRowCount(1);
            current = Optional.of(batch);
            given++;
            return true;
        }

        @Override
        public VectorSchemaRoot batch() {
            return current.orElseThrow();
        }

        @Override
        public List<String> incompleteSources() {
            return missing;
        }

        @Override
        public List<SourceReading> readings() {
            return readings;
        }

        @Override
        public List<DimensionReading> dimensions() {
            return dimensions;
        }

        @Override
        public void cancel() {
            // Nothing is under way.
        }

        @Override
        public void close() {
            current.ifPresent(VectorSchemaRoot::close);
            current = Optional.empty();
            memory.ifPresent(BufferAllocator::close);
            memory = Optional.empty();
        }
    }
}
