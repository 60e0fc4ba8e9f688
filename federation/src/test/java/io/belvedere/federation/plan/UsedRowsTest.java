package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.RowTest;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Condition.Operator;
import io.belvedere.model.expr.Literal;
import io.belvedere.policy.PolicyFixtures;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fetch knows of the rows that there is a use for, where sources give nothing but their rows; and which tests the verifier refuses. */
class UsedRowsTest {
    private static final Literal EU = new Literal.Text("EU");
    private static final ColumnName REGION = new ColumnName("region");
    private static final Condition EUROPE = new Condition.Comparison(REGION, Operator.EQ, EU);

    /** A plan whose conditions are all tested in the engine, for a caller who sees region EU of each view. */
    private record Planned(Catalog catalog, GovernedQuery query, Program program) {
        static Planned of(String sql, Catalog catalog) {
            return of(sql, catalog, EUROPE);
        }

        static Planned of(String sql, Catalog catalog, Condition rows) {
            ResolvedQuery resolved = FederationFixture.resolve(catalog, sql);
            PolicyFixtures.Granting granting = PolicyFixtures.everything(resolved.views());
            resolved.views().forEach(view -> granting.rows(view.id().toString(), rows));
            GovernedQuery query = new Weaver().weave(resolved, granting.allow());
            Planner planner = new Planner(new FixtureStatistics(), Set.of());
            return new Planned(catalog, query, planner.program(query, catalog).program());
        }

        /** Over a view {@code t.own}. */
        static Planned of(String body, String... columns) {
            return of(
                    "SELECT * FROM t.own",
                    FederationFixture.catalogWith(FederationFixture.view("t.own@1.0.0", body, columns)));
        }

        List<Step.Fetch> fetches() {
            return program.steps().stream()
                    .filter(Step.Fetch.class::isInstance)
                    .map(Step.Fetch.class::cast)
                    .toList();
        }

        void verify() {
            new PlanVerifier(catalog).verify(query, program.steps(), program.trees());
        }

        Planned with(UnaryOperator<Step.Fetch> change) {
            List<Step> steps = new ArrayList<>();
            program.steps().forEach(step -> steps.add(step instanceof Step.Fetch fetch ? change.apply(fetch) : step));
            assertThat(steps).isNotEqualTo(program.steps());
            return new Planned(catalog, query, new Program(steps, program.trees()));
        }
    }

    private static Planned customers() {
        return Planned.of("SELECT id, region FROM crm.customers WHERE id <> 7", "id bigint!", "region varchar!");
    }

    private static int column(Step.Fetch fetch, Planned planned, String name) {
        return Trees.require(planned.program().trees(), fetch.name())
                .getRowType()
                .getFieldNames()
                .indexOf(name);
    }

    private static RowTest region(int column) {
        return new RowTest.Compared(column, Operator.EQ, EU);
    }

    @Test
    void aFetchKnowsWhatPolicyAndTheViewAskOfItsRows() {
        Planned planned = customers();
        planned.verify();

        Step.Fetch fetch = planned.fetches().getFirst();
        assertThat(fetch.tests())
                .containsExactlyInAnyOrder(
                        region(column(fetch, planned, "region")),
                        new RowTest.Compared(
                                column(fetch, planned, "id"), Operator.NE, new Literal.Numeric(BigDecimal.valueOf(7))));
    }

    @Test
    void aPlanWhosePolicyIsTestedAtTheSourceHasNothingToTest() {
        ResolvedQuery resolved = FederationFixture.resolve("SELECT customer_id FROM crm.customer_360");
        GovernedQuery query = new Weaver()
                .weave(
                        resolved,
                        PolicyFixtures.everything(resolved.views())
                                .rowsWhere("region", "EU")
                                .allow());
        List<Step> steps = new Planner(new FixtureStatistics())
                .program(query, FederationFixture.catalog())
                .program()
                .steps();

        assertThat(steps)
                .hasSize(1)
                .allSatisfy(step ->
                        assertThat(((Step.PassThrough) step).fetch().tests()).isEmpty());
    }

    @Test
    void whatIsTestedOfOneColumnIsTestedOfTheOneThatAJoinFindsEqual() {
        Planned planned = Planned.of(
                "SELECT c.id, c.region FROM crm.customers c JOIN crm.countries k ON k.code = c.country_code"
                        + " AND k.region = c.region",
                "id bigint!",
                "region varchar!");
        planned.verify();

        assertThat(planned.fetches())
                .hasSize(2)
                .allSatisfy(
                        fetch -> assertThat(fetch.tests()).containsExactly(region(column(fetch, planned, "region"))));
    }

    @Test
    void twoUsesOfOneFetchTestWhatBothAsk() {
        Planned planned = Planned.of(
                "SELECT a.id FROM t.own a JOIN t.own b ON a.id = b.id WHERE a.id < 5",
                FederationFixture.catalogWith(FederationFixture.view(
                        "t.own@1.0.0", "SELECT id, region FROM crm.customers", "id bigint!", "region varchar!")));
        planned.verify();

        assertThat(planned.fetches())
                .allSatisfy(fetch -> assertThat(fetch.tests()).contains(region(column(fetch, planned, "region"))));
    }

    /** Where a row that policy hides has a say in others that it does not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, region, ROW_NUMBER() OVER (ORDER BY id) AS n FROM crm.customers",
                "SELECT id, region, 1 AS n FROM crm.customers ORDER BY id LIMIT 5"
            })
    void noRowIsLeftOutOnWhichOthersDepend(String body) {
        Planned planned = Planned.of(body, "id bigint", "region varchar", "n bigint");
        planned.verify();

        for (Step.Fetch fetch : planned.fetches()) {
            int region = column(fetch, planned, "region");
            if (region >= 0) {
                assertThat(fetch.tests()).isEmpty();
                Planned damaged =
                        planned.with(each -> each.equals(fetch) ? each.testing(List.of(region(region))) : each);
                assertThatThrownBy(damaged::verify).hasMessageContaining("rows would be left out");
            }
        }
        assertThat(planned.fetches()).anyMatch(fetch -> column(fetch, planned, "region") >= 0);
    }

    @Test
    void aRowThatAnotherIsShownWithoutIsNotLeftOut() {
        Catalog catalog = FederationFixture.catalogWith(FederationFixture.view(
                "t.own@1.0.0",
                "SELECT o.id, c.region FROM orders.orders o LEFT JOIN crm.customers c ON c.id = o.customer_id",
                "id bigint!",
                "region varchar"));
        Planned planned = Planned.of(
                "SELECT id FROM t.own", catalog, new Condition.Or(List.of(EUROPE, new Condition.IsNull(REGION))));
        planned.verify();

        Step.Fetch customers = planned.fetches().stream()
                .filter(fetch -> column(fetch, planned, "region") >= 0)
                .findFirst()
                .orElseThrow();
        assertThat(customers.tests()).isEmpty();
        int region = column(customers, planned, "region");
        RowTest policys = new RowTest.Any(List.of(region(region), new RowTest.Absent(region)));
        Planned damaged = planned.with(fetch -> fetch.equals(customers) ? fetch.testing(List.of(policys)) : fetch);
        assertThatThrownBy(damaged::verify).hasMessageContaining("rows would be left out");
    }

    @Test
    void theVerifierRefusesATestThatNothingAboveSays() {
        Planned planned = customers();
        Step.Fetch sound = planned.fetches().getFirst();
        int region = column(sound, planned, "region");
        int id = column(sound, planned, "id");
        assertThatCode(() -> planned.with(fetch -> fetch.testing(List.of(region(region))))
                        .verify())
                .doesNotThrowAnyException();

        for (RowTest other : List.of(
                region(id),
                new RowTest.Compared(region, Operator.EQ, new Literal.Text("US")),
                new RowTest.Compared(region, Operator.NE, EU),
                new RowTest.Compared(region, Operator.LE, EU),
                new RowTest.Not(region(region)),
                new RowTest.Absent(region),
                new RowTest.Not(new RowTest.Absent(region)),
                new RowTest.All(List.of(region(region))),
                new RowTest.Any(List.of()),
                new RowTest.All(List.of()))) {
            Planned damaged = planned.with(fetch -> fetch.testing(List.of(region(region), other)));
            assertThatThrownBy(damaged::verify).as("%s", other).hasMessageContaining("rows would be left out");
        }
    }
}
