package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.cache.CacheCounts;
import io.belvedere.cache.Measured;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.QueryResolver;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kept plan must be: the same, letter by letter, as the plan that would have been made now. */
class PlansTest {
    private static final int THREADS = 16;
    private static final int TURNS = 60;
    private static final List<String> STATUSES = List.of("open", "it's", "x\\", "naïve ☕", "' OR 1=1 --", "NULL");

    private final AtomicLong epoch = new AtomicLong();
    private final Catalog catalog = FederationFixture.catalog();
    private final QueryResolver resolver = new QueryResolver(FederationFixture.CLOCK);
    private final Statistics statistics = new Statistics() {
        private final Statistics known = new FixtureStatistics();

        @Override
        public Optional<TableStatistics> find(TableName table) {
            return known.find(table);
        }

        @Override
        public long epoch() {
            return epoch.get();
        }
    };
    private final Planner planner = new Planner(statistics);
    private final Plans plans = new Plans(new Weaver(), planner, statistics);

    @Test
    void textsThatDifferInAComparedValueShareOnePlan() {
        for (int id = 1; id <= 20; id++) {
            assertPlannedAsFresh("SELECT customer_name FROM crm.customer_360 WHERE customer_id = " + id);
        }

        assertThat(count("plan-templates").hits()).isGreaterThanOrEqualTo(18);
        assertThat(count("plans").entries()).isEqualTo(2);
        assertThat(resolver.caches().getLast().counts().misses()).isEqualTo(0);
    }

    /** Whichever way MariaDB gets them: between quotes, or in hexadecimal. */
    @Test
    void textsInALiteralShareOnePlanToo() {
        for (int i = 1; i <= 20; i++) {
            assertPlannedAsFresh("SELECT email FROM crm.customer_360 WHERE segment = 'gold" + i + "'");
            assertPlannedAsFresh("SELECT email FROM crm.customer_360 WHERE segment = 'it''s " + i + "'");
        }

        assertThat(count("plan-templates").hits()).isGreaterThanOrEqualTo(36);
        assertThat(count("plans").entries()).isLessThanOrEqualTo(4);
    }

    @Test
    void parametersStayParameters() {
        for (int id = -3; id <= 20; id++) {
            assertPlannedAsFresh(
                    "SELECT customer_name FROM crm.customer_360 WHERE customer_id = ? AND country <> ?",
                    number(id),
                    new Literal.Text("x".repeat(id + 4)));
        }

        assertThat(count("plans").entries()).isEqualTo(2);
    }

    @Test
    void everyTextComesThroughUnharmed() {
        for (String status : STATUSES) {
            assertPlannedAsFresh("SELECT email FROM crm.customer_360 WHERE segment = ?", new Literal.Text(status));
            assertPlannedAsFresh(
                    "SELECT email FROM crm.customer_360 WHERE segment <> '" + status.replace("'", "''") + "'");
        }
    }

    @Test
    void theShardIsWorkedOutFromEachValue() {
        for (int id = 0; id < 12; id++) {
            ExecutablePlan plan =
                    assertPlannedAsFresh("SELECT customer_id, total FROM sales.orders WHERE order_id = ?", number(id));
            assertThat(((Step.PassThrough) plan.steps().getLast()).fetch().shards())
                    .containsExactly(id % 2);
        }
        ExecutablePlan both =
                assertPlannedAsFresh("SELECT customer_id, total FROM sales.orders WHERE order_id = ?", number(-1));
        assertThat(((Step.PassThrough) both.steps().getLast()).fetch().shards()).containsExactly(0, 1);
        assertThat(count("plan-templates").hits()).isGreaterThan(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT order_id FROM sales.orders WHERE order_id = 4 ORDER BY total LIMIT %d",
                "SELECT order_id, %d AS n FROM sales.orders WHERE order_id = 4",
                "SELECT order_id + %d AS n FROM sales.orders WHERE order_id = 4",
                "SELECT total FROM sales.orders WHERE order_id = 4 GROUP BY total HAVING COUNT(*) > %d",
                "SELECT customer_id, total FROM sales.orders WHERE order_id = 4 ORDER BY %d",
                "SELECT total FROM sales.orders WHERE order_id = 4 AND total + %d > 5",
                "SELECT total FROM sales.orders WHERE order_id = 4 AND ordered_at > TIMESTAMP '2026-01-0%d 00:00:00'"
            })
    void aValueThatIsNotComparedWithAColumnStays(String sql) {
        for (int value = 1; value <= 2; value++) {
            for (int again = 0; again < 3; again++) {
                assertPlannedAsFresh(String.format(sql, value));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM crm.customer_360 WHERE customer_id BETWEEN ? AND 2000000000",
                "SELECT customer_id FROM crm.customer_360 WHERE customer_id > ? AND customer_id > 40",
                "SELECT customer_id FROM crm.customer_360 WHERE customer_id = ? OR country = 'Spain'",
                "SELECT customer_id FROM crm.customer_360 WHERE NOT (customer_id = ?) AND segment IS NULL",
                "SELECT customer_id FROM crm.customer_360 WHERE ? = customer_id",
                "SELECT COUNT(*) FROM crm.customer_360 WHERE customer_id < ?",
                "SELECT country FROM (SELECT * FROM crm.customer_360 WHERE customer_id = ?) t ORDER BY country",
                "WITH c AS (SELECT * FROM crm.customer_360 WHERE customer_id = ?) SELECT email FROM c",
                "SELECT a.email FROM crm.customer_360 a JOIN crm.customer_360 b ON a.customer_id = b.customer_id AND b.customer_id = ?",
                "SELECT email FROM crm.customer_360 c WHERE EXISTS (SELECT 1 FROM crm.customer_360 d WHERE d.customer_id = ? AND c.customer_id = d.customer_id)",
                "SELECT email FROM crm.customer_360 WHERE customer_id = ? UNION ALL SELECT phone FROM crm.customer_360 WHERE customer_id = 7",
                "SELECT o.total, c.email FROM sales.orders o JOIN crm.customer_360 c ON c.customer_id = o.customer_id WHERE o.order_id = ?",
                "SELECT revenue FROM sales.revenue_by_country WHERE orders > ?"
            })
    void keptOrNewThePlanIsTheSame(String sql) {
        for (int value : List.of(1, 2, 40, 41, 17, 500, 501, 0, -1, 1_000_000_000)) {
            assertPlannedAsFresh(sql, number(value));
        }
    }

    @Test
    void aValueThatAPlannerCouldMakeMoreOfIsAskedForAllTheSame() {
        String sql = "SELECT customer_id FROM crm.customer_360 WHERE customer_id BETWEEN ? AND 500";
        ResolvedQuery query = resolve(sql, catalog, number(501));
        for (int value : List.of(1, 2)) {
            assertPlannedAsFresh(sql, number(value));
        }

        Step last = plans.plan(query, analyst(query, "EU")).steps().getLast();

        assertThat(((Step.PassThrough) last).fetch().describedSql())
                .contains("(`t1`.`id` >= 501)", "(`t1`.`id` <= 500)");
    }

    @Test
    void otherStatisticsMakeAnotherPlan() {
        String sql = "SELECT o.total FROM sales.orders o JOIN crm.customer_360 c ON c.customer_id = o.customer_id";
        assertPlannedAsFresh(sql);
        assertPlannedAsFresh(sql);
        epoch.incrementAndGet();
        assertPlannedAsFresh(sql);

        assertThat(count("plans").hits()).isEqualTo(1);
        assertThat(count("plans").misses()).isEqualTo(2);
    }

    @Test
    void anotherPictureOfTheCatalogMakesAnotherPlan() {
        String sql = "SELECT email FROM crm.customer_360";
        Catalog next = FederationFixture.catalog();

        ResolvedQuery before = resolve(sql, catalog);
        ResolvedQuery again = resolve(sql, catalog);
        ResolvedQuery after = resolve(sql, next);

        assertThat(again.shape()).isEqualTo(before.shape());
        assertThat(after.shape()).isNotEqualTo(before.shape());
        assertThat(after.catalog()).isSameAs(next);
    }

    @Test
    void aQueryThatAsksForTheMomentIsPlannedEachTime() {
        assertThat(resolve("SELECT CURRENT_TIMESTAMP AS t FROM crm.customer_360", catalog)
                        .shape())
                .isEmpty();
        assertThat(resolve("SELECT CURRENT_DATE AS t FROM crm.customer_360", catalog)
                        .shape())
                .isPresent();
    }

    @Test
    void whatIsRefusedIsRefusedEachTime() {
        for (int i = 0; i < 3; i++) {
            ResolvedQuery query = resolve("SELECT card_number FROM crm.customer_360 WHERE customer_id = 4", catalog);
            assertThatThrownBy(() -> plans.plan(query, analyst(query, "EU")))
                    .isInstanceOf(BelvedereException.class)
                    .extracting(failure -> ((BelvedereException) failure).code().name())
                    .isEqualTo("QUERY_INVALID");
            assertThat(plans.plan(query, steward(query)).columns()).hasSize(1);
        }
    }

    @Test
    void noCallerEverMeetsAPlanOfAnotherDecision() throws Exception {
        AtomicReference<Catalog> published = new AtomicReference<>(catalog);
        Map<String, List<Step>> fresh = new ConcurrentHashMap<>();
        List<Future<Integer>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                all.add(threads.submit(() -> interleave(random, published, fresh)));
            }
        }
        int checked = 0;
        for (Future<Integer> each : all) {
            checked += each.get();
        }
        assertThat(checked).isEqualTo(THREADS * TURNS);
        assertThat(count("plan-templates").hits() + count("plans").hits()).isGreaterThan(THREADS * TURNS / 4);
    }

    /** Callers, roles, revisions of the policy, catalogs and statistics change between any two queries. */
    private int interleave(Random random, AtomicReference<Catalog> published, Map<String, List<Step>> fresh) {
        List<String> texts = List.of(
                "SELECT customer_name, email FROM crm.customer_360 WHERE customer_id = %d",
                "SELECT email FROM crm.customer_360 WHERE customer_id < %d",
                "SELECT total FROM sales.orders WHERE order_id = %d");
        for (int turn = 0; turn < TURNS; turn++) {
            if (random.nextInt(40) == 0) {
                published.set(FederationFixture.catalog());
            }
            if (random.nextInt(60) == 0) {
                epoch.incrementAndGet();
            }
            String text = String.format(texts.get(random.nextInt(texts.size())), random.nextInt(6));
            ResolvedQuery query = resolve(text, published.get());
            Allow decision = switch (random.nextInt(3)) {
                case 0 -> steward(query);
                case 1 -> analyst(query, "EU");
                default -> analyst(query, "APAC");
            };
            ExecutablePlan kept = plans.plan(query, decision);
            assertThat(kept.stamp()).isEqualTo(decision.fingerprint());
            assertThat(kept.steps())
                    .isEqualTo(fresh.computeIfAbsent(
                            text + decision.fingerprint(),
                            _ -> fresh(query, decision).steps()));
        }
        return TURNS;
    }

    private ExecutablePlan assertPlannedAsFresh(String sql, Literal... parameters) {
        ResolvedQuery query = resolve(sql, catalog, parameters);
        Allow decision = analyst(query, "EU");
        ExecutablePlan plan = plans.plan(query, decision);
        ExecutablePlan fresh = fresh(query, decision);
        assertThat(plan.steps()).isEqualTo(fresh.steps());
        assertThat(plan.columns()).isEqualTo(fresh.columns());
        assertThat(plan.limits()).isEqualTo(fresh.limits());
        assertThat(plan.stamp()).isEqualTo(decision.fingerprint());
        return plan;
    }

    private ExecutablePlan fresh(ResolvedQuery query, Allow decision) {
        return planner.plan(new Weaver().weave(query, decision), query.catalog());
    }

    private ResolvedQuery resolve(String sql, Catalog picture, Literal... parameters) {
        return resolver.resolve(
                new QueryText(sql, Arrays.stream(parameters).map(Optional::of).toList()), picture);
    }

    private static Allow analyst(ResolvedQuery query, String region) {
        return PolicyFixtures.everything(query.views())
                .rowsWhere("region", region)
                .mask("email", new Mask.Email())
                .mask("card_number", new Mask.Hidden())
                .allow(Allow.Detail.SHAPE, "analyst " + region + query.views());
    }

    private static Allow steward(ResolvedQuery query) {
        return PolicyFixtures.everything(query.views()).allow(Allow.Detail.FULL, "steward " + query.views());
    }

    private static Literal number(long value) {
        return new Literal.Numeric(BigDecimal.valueOf(value));
    }

    private CacheCounts count(String name) {
        return plans.caches().stream()
                .filter(each -> each.name().equals(name))
                .map(Measured::counts)
                .findFirst()
                .orElseThrow();
    }
}
