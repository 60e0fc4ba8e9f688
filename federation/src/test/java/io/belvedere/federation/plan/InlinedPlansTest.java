package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.dialect.SqlTemplate;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.dimension.FixedDimensions;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.junit.jupiter.api.Test;

/** Rows of a dimension in a source's statement are proved: whose they are, and that policy has seen them before they leave. */
class InlinedPlansTest {
    private static final DimensionDefinition COUNTRIES = FederationFixture.dimension("geo.countries", "crm.countries");
    private static final String STAR = "SELECT region, COUNT(DISTINCT total) AS n FROM t.star GROUP BY region";

    private record Inlined(
            GovernedQuery query, Catalog catalog, Optional<ProgramBuilder.Program> found, boolean chosen) {
        ProgramBuilder.Program program() {
            return found.orElseThrow();
        }

        void verify(List<Step> steps, Map<String, RelNode> trees) {
            new PlanVerifier(catalog).verify(query, steps, trees);
        }

        /** The program with one of its steps changed. */
        void verify(UnaryOperator<Step.Fetch> change) {
            verify(
                    program().steps().stream()
                            .<Step>map(step -> switch (step) {
                                case Step.Fetch fetch -> change.apply(fetch);
                                case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                                    new Step.PassThrough(change.apply(fetch), merge);
                                case Step.Derive derive -> derive;
                                case Step.Deliver deliver -> deliver;
                            })
                            .toList(),
                    program().trees());
        }
    }

    private static Inlined plan(String sql, UnaryOperator<PolicyFixtures.Granting> policy) {
        Catalog published = new Catalog(
                FederationFixture.sources(),
                List.of(
                        FederationFixture.view(
                                "t.countries@1.0.0",
                                "SELECT code, name, region FROM geo.countries",
                                "code varchar!*",
                                "name varchar!",
                                "region varchar!"),
                        FederationFixture.view(
                                "t.payments@1.0.0",
                                "SELECT id, amount AS total, status FROM payments.payments",
                                "id bigint!*",
                                "total decimal(12,2)!",
                                "status varchar!"),
                        FederationFixture.view(
                                "t.star@1.0.0",
                                "SELECT o.id, o.amount AS total, o.status, k.name, k.region FROM payments.payments o"
                                        + " JOIN geo.countries k ON k.code = o.status",
                                "id bigint!*",
                                "total decimal(12,2)!",
                                "status varchar!",
                                "name varchar!",
                                "region varchar!")),
                List.of(COUNTRIES));
        try (QueryMemory memory = new QueryMemory();
                FixedDimensions store = new FixedDimensions(memory.open("dimensions"))) {
            store.keep(COUNTRIES, Instant.EPOCH, List.of());
            ResolvedQuery query = FederationFixture.resolve(published, sql);
            Allow allow = policy.apply(PolicyFixtures.everything(query.views())).allow(Allow.Detail.FULL);
            try (AtHand atHand = AtHand.take(
                    query.dimensions(), store, Deadline.after(Duration.ofSeconds(30)), FederationFixture.CLOCK)) {
                GovernedQuery woven = new Weaver().weave(query, allow, atHand);
                Catalog catalog = woven.cache().in(published);
                Planner planner = new Planner(_ -> Optional.of(new TableStatistics(
                        90_000,
                        Map.of(
                                new ColumnName("amount"), new ColumnStatistics(60_000, 0, List.of(), List.of()),
                                new ColumnName("status"), new ColumnStatistics(300, 0, List.of(), List.of())))));
                return new Inlined(
                        woven,
                        catalog,
                        planner.program(woven, catalog).inlined().map(Planner.Planned::program),
                        planner.plan(woven, published).otherwise().isPresent());
            }
        }
    }

    private static Inlined eu() {
        return plan(STAR, policy -> policy.rowsWhere("region", "EU"));
    }

    @Test
    void rowsThatPolicyHasSeenTravel() {
        Inlined sound = eu();
        assertThat(sound.chosen()).isTrue();
        assertThat(fetch(sound, 1).describedSql())
                .contains("(<rows of " + fetch(sound, 0).name() + ">)");
        assertThat(fetch(sound, 0).describedSql()).contains("'EU'");
        sound.verify(fetch -> fetch);
    }

    private static Step.Fetch fetch(Inlined inlined, int index) {
        return switch (inlined.program().steps().get(index)) {
            case Step.Fetch fetch -> fetch;
            case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> fetch;
            case Step.Derive _, Step.Deliver _ -> throw new AssertionError();
        };
    }

    @Test
    void rowsThatSkipTheFilterOfPolicyAreRefused() {
        Inlined sound = eu();
        Step.Fetch rows = fetch(sound, 0);
        Map<String, RelNode> trees = new HashMap<>(sound.program().trees());
        trees.computeIfPresent(rows.name(), (_, tree) -> unfiltered(tree));
        List<Step> steps = new ArrayList<>(sound.program().steps());
        String sql = rows.describedSql();
        steps.set(
                0,
                with(
                        rows,
                        sql.substring(0, sql.indexOf("WHERE")),
                        rows.cache().map(cache -> new Step.CacheRead(cache.dimensions(), Optional.empty()))));
        assertRefused(() -> sound.verify(steps, trees), "before their policy was applied");
    }

    private static RelNode unfiltered(RelNode tree) {
        return tree instanceof Filter filter
                ? unfiltered(filter.getInput())
                : Trees.mapInputs(tree, InlinedPlansTest::unfiltered);
    }

    private static Step.Fetch with(Step.Fetch fetch, String sql, Optional<Step.CacheRead> cache) {
        return new Step.Fetch(
                fetch.name(),
                fetch.source(),
                new SqlTemplate(List.of(new SqlTemplate.Text(sql))),
                fetch.shards(),
                fetch.places(),
                fetch.keys(),
                fetch.values(),
                fetch.use(),
                fetch.volume(),
                fetch.hashed(),
                cache,
                fetch.columns());
    }

    @Test
    void rowsWhosePolicyNeedsTheOtherSideStayHere() {
        Condition either = new Condition.Or(List.of(
                equal("region", new Literal.Text("EU")), equal("id", new Literal.Numeric(java.math.BigDecimal.ONE))));
        Inlined inlined = plan(STAR, policy -> policy.rows("t.star@1.0.0", either));
        assertRefused(() -> inlined.verify(fetch -> fetch), "before their policy was applied");
        assertThat(inlined.chosen()).isFalse();
    }

    private static Condition equal(String column, Literal value) {
        return new Condition.Comparison(new ColumnName(column), Condition.Operator.EQ, value);
    }

    @Test
    void aMaskedValueStaysHere() {
        Inlined inlined = plan(
                "SELECT name, COUNT(DISTINCT total) AS n FROM t.star GROUP BY name",
                policy -> policy.mask("name", new Mask.KeepFirst(1)));
        assertRefused(() -> inlined.verify(fetch -> fetch), "policy masks or hides");
        assertThat(inlined.chosen()).isFalse();
    }

    @Test
    void aMaskThatWasMadeHereTravelsInsteadOfTheValue() {
        Inlined inlined = plan(
                "SELECT k.name, COUNT(DISTINCT s.total) AS n FROM t.payments s JOIN t.countries k ON k.code = s.status GROUP BY k.name",
                policy -> policy.mask("t.countries@1.0.0", "name", new Mask.KeepFirst(1)));
        assertThat(inlined.chosen()).isTrue();
    }

    @Test
    void rowsOfAnythingElseAreRefused() {
        Inlined sound = eu();
        Step.Fetch facts = fetch(sound, 1);
        RowShipment rows = facts.rows().getFirst();
        List<List<RowShipment>> wrong = List.of(
                List.of(),
                List.of(rows, rows),
                List.of(new RowShipment(facts.name(), rows.columns())),
                List.of(new RowShipment("f7", rows.columns())),
                List.of(new RowShipment(rows.from(), rows.columns().subList(0, 1))));
        for (List<RowShipment> others : wrong) {
            assertRefused(
                    () -> sound.verify(fetch -> fetch.rows().isEmpty() ? fetch : withRows(fetch, others, fetch.sql())),
                    "");
        }
        // Rows that were known when the plan was made are of some generation, not of the run's.
        SqlTemplate known =
                facts.sql().inline(List.of(new SqlTemplate.KnownRows("(SELECT 'DE' AS \"c0\")", List.of(), 1)));
        assertRefused(
                () -> sound.verify(fetch -> fetch.rows().isEmpty() ? fetch : withRows(fetch, fetch.rows(), known)),
                "a value that no step gave");
    }

    private static Step.Fetch withRows(Step.Fetch fetch, List<RowShipment> rows, SqlTemplate sql) {
        return new Step.Fetch(
                fetch.name(),
                fetch.source(),
                sql,
                fetch.shards(),
                fetch.places(),
                fetch.keys(),
                rows,
                fetch.values(),
                fetch.use(),
                fetch.volume(),
                fetch.hashed(),
                fetch.cache(),
                fetch.columns());
    }

    @Test
    void rowsOfASourceAreRefused() {
        Inlined sound = eu();
        assertRefused(
                () -> sound.verify(
                        fetch -> fetch.cache().isEmpty() ? fetch : with(fetch, fetch.describedSql(), Optional.empty())),
                "");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable verifying, String reason) {
        assertThatThrownBy(verifying)
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED))
                .hasMessageContaining(reason);
    }
}
