package io.belvedere.federation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.hash.HashLabel;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.verify.PlanVerifier;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans that hash a column, sound and damaged: the verifier alone must refuse each in which a value could be seen. */
class HashedPlansTest {
    private static final String CUSTOMERS = "SELECT email, customer_id FROM crm.customer_360";
    /** Over two databases: hashed on its way out of the engine. */
    private static final String LATE = "SELECT email, order_id FROM fulfilment.late_orders";

    private final Catalog catalog = FederationFixture.catalog();
    private final Planner planner = new Planner(new FixtureStatistics());

    private static GovernedQuery woven(String sql) {
        ResolvedQuery query = FederationFixture.resolve(sql);
        return new Weaver(FederationFixture.HASH_KEYS)
                .weave(
                        query,
                        PolicyFixtures.everything(query.views())
                                .rowsWhere("region", "EU")
                                .mask("email", new Mask.Hash("", Optional.empty()))
                                .allow());
    }

    private Program program(GovernedQuery query) {
        return planner.program(query, catalog).program();
    }

    private void assertRefused(GovernedQuery query, Program program) {
        assertThatThrownBy(() -> new PlanVerifier(catalog).verify(query, program.steps(), program.trees()))
                .isInstanceOfSatisfying(
                        BelvedereException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(FederationError.PLAN_REFUSED));
    }

    private static Program withHashed(Program program, UnaryOperator<List<HashedColumn>> damage) {
        return new Program(
                program.steps().stream()
                        .map(step -> switch (step) {
                            case Step.Fetch fetch -> damaged(fetch, damage);
                            case Step.PassThrough(Step.Fetch fetch, Step.Merge merge) ->
                                new Step.PassThrough(damaged(fetch, damage), merge);
                            case Step.Derive derive ->
                                (Step) new Step.Derive(
                                        derive.name(),
                                        derive.sql(),
                                        derive.inputs(),
                                        damage.apply(derive.hashed()),
                                        derive.columns());
                            case Step.Deliver deliver -> deliver;
                        })
                        .toList(),
                program.trees());
    }

    private static Step.Fetch damaged(Step.Fetch fetch, UnaryOperator<List<HashedColumn>> damage) {
        return new Step.Fetch(
                fetch.name(),
                fetch.source(),
                fetch.sql(),
                fetch.shards(),
                fetch.places(),
                fetch.keys(),
                fetch.values(),
                fetch.use(),
                fetch.volume(),
                damage.apply(fetch.hashed()),
                fetch.columns());
    }

    /** The program with the tree of the step that hashes changed at its top. */
    private static Program withTop(Program program, UnaryOperator<RelNode> damage) {
        Map<String, RelNode> trees = new HashMap<>();
        program.trees().forEach((name, tree) -> trees.put(name, HashedColumns.areIn(tree) ? damage.apply(tree) : tree));
        return new Program(program.steps(), trees);
    }

    private static RelNode withMasks(RelNode rel, UnaryOperator<RexNode> damage) {
        RelNode mapped = Trees.mapInputs(rel, input -> withMasks(input, damage));
        return mapped instanceof Project project && HashedColumns.areIn(project) && BarrierLeaf.isGoverned(project)
                ? LogicalProject.create(
                        project.getInput(),
                        List.of(),
                        project.getProjects().stream().map(damage).toList(),
                        project.getRowType().getFieldNames(),
                        project.getVariablesSet())
                : mapped;
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void passesASoundPlanThatAsksForValuesAndGivesHashes(String sql) {
        GovernedQuery query = woven(sql);
        Program program = program(query);
        assertThatCode(() -> new PlanVerifier(catalog).verify(query, program.steps(), program.trees()))
                .doesNotThrowAnyException();
        assertThat(program.trees().values().stream().filter(HashedColumns::areIn))
                .hasSize(1);
        assertThat(program.steps().toString()).doesNotContain("BELVEDERE_HASH");
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void refusesAStepThatDoesNotHash(String sql) {
        GovernedQuery query = woven(sql);
        assertRefused(query, withHashed(program(query), _ -> List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void refusesAStepThatHashesAnotherColumnOrWithAnotherLabel(String sql) {
        GovernedQuery query = woven(sql);
        for (UnaryOperator<HashedColumn> damage : List.<UnaryOperator<HashedColumn>>of(
                each -> new HashedColumn(each.column() + 1, each.type(), each.label()),
                each -> new HashedColumn(each.column(), each.type(), label("k1", "email", "")),
                each -> new HashedColumn(each.column(), each.type(), label("k2", "phone", "")),
                each -> new HashedColumn(each.column(), each.type(), label("k2", "email", "x")))) {
            assertRefused(
                    query,
                    withHashed(program(query), all -> all.stream().map(damage).toList()));
        }
    }

    private static HashLabel label(String key, String column, String salt) {
        return HashLabel.of(key, "crm.customer_360", column, salt);
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void refusesAHashThatIsNotTheWovenOneThoughStepAndTreeAgree(String sql) {
        GovernedQuery query = woven(sql);
        Program otherSalt = withTop(
                program(query),
                tree -> withMasks(
                        tree,
                        each -> KeyedHash.is(each)
                                ? KeyedHash.of(
                                        tree.getCluster().getRexBuilder(),
                                        each.getType(),
                                        KeyedHash.value(each),
                                        label("k2", "email", "other"))
                                : each));
        assertRefused(
                query,
                withHashed(
                        otherSalt,
                        all -> all.stream()
                                .map(each ->
                                        new HashedColumn(each.column(), each.type(), label("k2", "email", "other")))
                                .toList()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void refusesTheValueInThePlaceOfItsHash(String sql) {
        GovernedQuery query = woven(sql);
        Program clear = withTop(
                program(query), tree -> withMasks(tree, each -> KeyedHash.is(each) ? KeyedHash.value(each) : each));
        assertRefused(query, clear);
        assertRefused(query, withHashed(clear, _ -> List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CUSTOMERS, LATE})
    void refusesAStatementThatDoesMoreThanHandTheValueThrough(String sql) {
        GovernedQuery query = woven(sql);
        List<UnaryOperator<RelNode>> uses = List.of(
                tree -> LogicalFilter.create(
                        tree,
                        rex(tree)
                                .makeCall(
                                        SqlStdOperatorTable.IS_NOT_NULL,
                                        rex(tree).makeInputRef(tree, 0))),
                tree -> LogicalSort.create(tree, RelCollations.of(0), null, null),
                tree -> LogicalAggregate.create(tree, List.of(), ImmutableBitSet.of(0, 1), null, List.of()),
                tree -> LogicalProject.create(
                        tree,
                        List.of(),
                        List.of(
                                rex(tree)
                                        .makeCall(
                                                SqlStdOperatorTable.UPPER,
                                                rex(tree).makeInputRef(tree, 0)),
                                rex(tree).makeInputRef(tree, 1)),
                        List.of("email", "id"),
                        java.util.Set.of()));
        for (UnaryOperator<RelNode> use : uses) {
            assertRefused(query, withTop(program(query), use));
        }
    }

    private static RexBuilder rex(RelNode tree) {
        return tree.getCluster().getRexBuilder();
    }

    @Test
    void aColumnThatNobodyReadsIsNeitherFetchedNorHashed() {
        Program program = program(woven("SELECT region, COUNT(*) AS n FROM crm.customer_360 GROUP BY region"));
        assertThat(program.steps()).singleElement().isInstanceOfSatisfying(Step.PassThrough.class, last -> {
            assertThat(last.fetch().hashed()).isEmpty();
            assertThat(last.fetch().describedSql()).contains("GROUP BY").doesNotContain("email");
        });
    }
}
