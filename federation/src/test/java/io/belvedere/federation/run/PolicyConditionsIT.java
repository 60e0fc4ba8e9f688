package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Planner.Shortcut;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Condition.And;
import io.belvedere.model.expr.Condition.Comparison;
import io.belvedere.model.expr.Condition.In;
import io.belvedere.model.expr.Condition.IsNull;
import io.belvedere.model.expr.Condition.Not;
import io.belvedere.model.expr.Condition.Operator;
import io.belvedere.model.expr.Condition.Or;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Policies that look as if they said nothing, or too much: true, false or unknown for every row that its definition allows. And a table
 * with a row that its definition does not allow, which only the policy keeps back.
 */
class PolicyConditionsIT {
    private static final ColumnName ID = new ColumnName("id");
    private static final ColumnName LABEL = new ColumnName("label");

    @TempDir
    static Path spill;

    private static TestDatabases.Fresh postgres;
    private static TestDatabases.Fresh mariaDb;
    private static Catalog catalog;
    private static RunHarness harness;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestDatabases.freshPostgres("conditions");
        mariaDb = TestDatabases.freshMariaDb("conditions");
        for (TestDatabases.Fresh database : List.of(postgres, mariaDb)) {
            database.execute(
                    "CREATE TABLE t (id BIGINT, label VARCHAR(20))",
                    "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, NULL)",
                    "CREATE TABLE odd (id BIGINT, label VARCHAR(20))",
                    "INSERT INTO odd VALUES (1, 'one'), (NULL, 'not as defined')");
        }
        SourceDefinition[] sources = {
            source("pg", SourceKind.POSTGRESQL, postgres, RunHarness.PASSWORD),
            source("maria", SourceKind.MARIADB, mariaDb, RunHarness.MARIADB_PASSWORD)
        };
        catalog = new Catalog(
                List.of(sources),
                Stream.of("pg", "maria")
                        .flatMap(name -> Stream.of(view(name, name + ".t"), view(name + "_odd", name + ".odd")))
                        .toList());
        harness = new RunHarness(
                spill,
                Map.of(RunHarness.PASSWORD, postgres.password(), RunHarness.MARIADB_PASSWORD, mariaDb.password()),
                sources);
    }

    @AfterAll
    static void drop() throws Exception {
        harness.close();
        postgres.close();
        mariaDb.close();
    }

    private static ViewDefinition view(String name, String table) {
        return FederationFixture.view(
                "v." + name + "@1.0.0", "SELECT id, label FROM " + table, "id bigint!", "label varchar");
    }

    private static SourceDefinition source(
            String name, SourceKind kind, TestDatabases.Fresh database, String passwordVariable) {
        return RunHarness.source(
                name,
                kind,
                SourceLimits.DEFAULT,
                List.of(table(name, "t"), table(name, "odd")),
                RunHarness.connection(database.port(), database.name(), database.user(), passwordVariable));
    }

    private static SourceTable table(String source, String name) {
        return new SourceTable(
                new TableName(new SourceName(source), name),
                Optional.empty(),
                name,
                List.of(
                        new SourceColumn(ID, "id", DataType.Simple.BIGINT, Presence.REQUIRED, KeyPart.NONE, Set.of()),
                        new SourceColumn(
                                LABEL, "label", DataType.Simple.VARCHAR, Presence.OPTIONAL, KeyPart.NONE, Set.of())));
    }

    private static Condition id(Operator operator, long value) {
        return new Comparison(ID, operator, new Literal.Numeric(BigDecimal.valueOf(value)));
    }

    private static Condition label(String value) {
        return new Comparison(LABEL, Operator.EQ, new Literal.Text(value));
    }

    record Policy(String name, Condition condition, List<String> labels) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Policy> policies() {
        IsNull noId = new IsNull(ID);
        IsNull noLabel = new IsNull(LABEL);
        List<String> all = List.of("one", "two", "-");
        List<Literal> three = Stream.of(1, 2, 3)
                .<Literal>map(value -> new Literal.Numeric(BigDecimal.valueOf(value)))
                .toList();
        return List.of(
                new Policy("a required column is not NULL", new Not(noId), all),
                new Policy("the same with another", new And(List.of(new Not(noId), label("one"))), List.of("one")),
                new Policy("each way round", new Or(List.of(id(Operator.LE, 2), id(Operator.GT, 2))), all),
                new Policy("all that there are", new In(ID, three), all),
                new Policy("not never", new Not(new And(List.of(noId, id(Operator.EQ, 1)))), all),
                new Policy("a required column is NULL", new And(List.of(noId, label("one"))), List.of()),
                new Policy("two values at once", new And(List.of(id(Operator.EQ, 1), id(Operator.EQ, 2))), List.of()),
                new Policy(
                        "never or one", new Or(List.of(new And(List.of(noId, noLabel)), label("two"))), List.of("two")),
                new Policy("unknown or false", new And(List.of(noLabel, label("one"))), List.of()),
                new Policy(
                        "not unknown",
                        new And(List.of(new Not(noId), new Not(new And(List.of(noLabel, label("one")))))),
                        List.of("one", "two")),
                new Policy("never two values", new Not(new And(List.of(id(Operator.EQ, 1), id(Operator.EQ, 2)))), all));
    }

    private static Stream<Arguments> cases() {
        return Stream.of("pg", "maria")
                .flatMap(source -> Stream.of(EnumSet.allOf(Shortcut.class), EnumSet.noneOf(Shortcut.class))
                        .flatMap(shortcuts ->
                                policies().stream().map(policy -> Arguments.of(source, shortcuts, policy))));
    }

    @ParameterizedTest(name = "{2}, at {0}, with {1}")
    @MethodSource("cases")
    void showsTheRowsForWhichThePolicyIsTrue(String source, Set<Shortcut> shortcuts, Policy policy) {
        assertThat(labels(source, "SELECT COALESCE(label, '-') FROM v.%s ORDER BY id", shortcuts, policy.condition()))
                .containsExactlyElementsOf(policy.labels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg", "maria"})
    void asksTheSourceAlsoForWhatItsDefinitionPromises(String source) {
        Condition policy = new Not(new IsNull(ID));

        assertThat(labels(source + "_odd", "SELECT label FROM v.%s", EnumSet.allOf(Shortcut.class), policy))
                .containsExactly("one");
        assertThat(labels(source + "_odd", "SELECT COUNT(*) FROM v.%s", EnumSet.allOf(Shortcut.class), policy))
                .containsExactly(1L);
    }

    private static List<Object> labels(String view, String sql, Set<Shortcut> shortcuts, Condition policy) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql.formatted(view));
        Allow decision = PolicyFixtures.everything(query.views())
                .rows("v." + view + "@1.0.0", policy)
                .allow();
        ExecutablePlan plan =
                new Planner(_ -> Optional.empty(), shortcuts).plan(new Weaver().weave(query, decision), catalog);
        return harness.run(plan).rows().stream().map(List::getFirst).toList();
    }
}
