package io.belvedere.federation.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.expr.Condition.Comparison;
import io.belvedere.model.expr.Condition.Operator;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.ServerVersion;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Policies in the words of every product, past the verifier; and what a server's version changes. */
class GovernedStatementsTest {
    private static final List<String> QUERIES = List.of(
            "SELECT id, name FROM v.data",
            "SELECT name, COUNT(*) AS n FROM v.data GROUP BY name",
            "SELECT d.id, o.note FROM v.data d LEFT JOIN v.other o ON o.data_id = d.id",
            "SELECT d.id FROM v.data d WHERE NOT EXISTS (SELECT 1 FROM v.other o WHERE o.note = d.name)",
            "SELECT id FROM v.data WHERE id + 9223372036854775000 > 5 AND CHAR_LENGTH(name) > 3",
            "SELECT COUNT(*) AS n FROM v.data WHERE active");

    private static List<Condition> policies() {
        List<Condition> policies = new ArrayList<>(List.of(
                compared("name", Operator.EQ, new Literal.Text("EU")),
                compared("name", Operator.EQ, new Literal.Text("it's \\ Žluťoučký 漢字 😀")),
                compared("code", Operator.NE, new Literal.Text("")),
                compared("code", Operator.LT, new Literal.Text("m")),
                compared("active", Operator.EQ, new Literal.Bool(true)),
                compared("amount", Operator.GE, new Literal.Numeric(new BigDecimal("-12.50"))),
                compared("born", Operator.LE, new Literal.Date(LocalDate.of(2024, 2, 29))),
                compared("at", Operator.GT, new Literal.Timestamp(Instant.parse("2024-02-29T12:30:00.123456Z"))),
                compared("moment", Operator.LT, new Literal.Timestamp(Instant.parse("2024-02-29T12:30:00Z"))),
                new Condition.In(new ColumnName("name"), List.of(new Literal.Text("a"), new Literal.Text("it's"))),
                new Condition.IsNull(new ColumnName("born"))));
        policies.add(new Condition.Or(List.of(policies.get(0), new Condition.Not(policies.get(4)))));
        policies.add(new Condition.And(List.of(policies.get(1), policies.get(6))));
        return policies;
    }

    private static Condition compared(String column, Operator operator, Literal value) {
        return new Comparison(new ColumnName(column), operator, value);
    }

    @ParameterizedTest
    @EnumSource(
            value = SourceKind.class,
            names = {"POSTGRESQL", "MARIADB", "MYSQL", "ORACLE", "SQLSERVER", "DUCKDB"})
    void everyPolicyIsWrittenSoThatTheVerifierFindsIt(SourceKind kind) {
        for (Condition policy : policies()) {
            for (String sql : QUERIES) {
                // The planner verifies what it gives out, and refuses what it does not find.
                assertThat(plan(kind, sql, policy, _ -> Optional.empty()).steps())
                        .as("%s under %s", sql, policy)
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SourceKind.class,
            names = {"POSTGRESQL", "MARIADB", "MYSQL", "ORACLE", "SQLSERVER", "DUCKDB"})
    void aPolicyOnTextIsDecidedAtTheSource(SourceKind kind) {
        ExecutablePlan plan = plan(kind, QUERIES.getFirst(), policies().getFirst(), _ -> Optional.empty());

        assertThat(plan.steps()).hasSize(1);
        assertThat(statement(plan)).contains("WHERE", "EU");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MYSQL | 8.0.30 | 8.0.31 | SELECT id FROM v.data EXCEPT SELECT data_id FROM v.other",
                "MYSQL | 8.0.22 | 8.4 | SELECT id FROM v.data INTERSECT SELECT data_id FROM v.other",
                "ORACLE | 19.21 | 21 | SELECT id FROM v.data EXCEPT ALL SELECT data_id FROM v.other",
                "SQLSERVER | 15.0.4322 | 16 | SELECT FLOOR(born TO MONTH) AS m FROM v.data"
            })
    void theServersVersionDecidesWhatItIsAsked(SourceKind kind, String older, String newer, String sql) {
        Condition all = compared("id", Operator.GT, new Literal.Numeric(BigDecimal.ZERO));

        assertThat(plan(kind, sql, all, new Versioned(ServerVersion.parse(older)))
                        .steps())
                .hasSizeGreaterThan(1);
        assertThat(plan(kind, sql, all, new Versioned(ServerVersion.parse(newer)))
                        .steps())
                .hasSize(1);
        assertThat(plan(kind, sql, all, _ -> Optional.empty()).steps())
                .as("of a server that has not said")
                .hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "UPPER(name) ; varchar ; EU",
                "TRIM(name) ; varchar ; EU",
                "COALESCE(name, code) ; varchar ; EU",
                "CASE WHEN amount > 100 THEN 'gold' ELSE 'plain' END ; varchar ; gold",
                "(SELECT MAX(o.note) FROM db.other o WHERE o.data_id = d.id) ; varchar ; EU",
                "id / 10 ; bigint ; 3",
                "ROUND(amount, 0) ; decimal(13,2) ; 3",
                "EXTRACT(YEAR FROM born) ; bigint ; 2024",
                "CHAR_LENGTH(name) ; integer ; 3",
                "COUNT(*) OVER (PARTITION BY name ORDER BY id) ; bigint ; 3"
            })
    void aPolicyOnWhatAViewComputesIsFoundToo(String computed, String type, String value) {
        Literal constant =
                type.equals("varchar") ? new Literal.Text(value) : new Literal.Numeric(new BigDecimal(value));
        List<ViewDefinition> views = new ArrayList<>(DialectGoldenTest.views());
        views.add(FederationFixture.view(
                "v.computed@1.0.0", "SELECT d.id, " + computed + " AS x FROM db.data d", "id bigint", "x " + type));
        for (SourceKind kind : List.of(SourceKind.POSTGRESQL, SourceKind.MARIADB, SourceKind.DUCKDB)) {
            Catalog catalog = new Catalog(List.of(DialectGoldenTest.source(kind)), views);
            for (String sql : List.of(
                    "SELECT id, x FROM v.computed",
                    "SELECT x, COUNT(*) AS n FROM v.computed WHERE id > 5 GROUP BY x")) {
                ResolvedQuery query = FederationFixture.resolve(catalog, sql);
                Allow decision = PolicyFixtures.everything(query.views())
                        .rows("v.computed@1.0.0", compared("x", Operator.EQ, constant))
                        .allow();

                assertThat(new Planner(_ -> Optional.empty())
                                .plan(new Weaver().weave(query, decision), catalog)
                                .steps())
                        .as("%s at %s", sql, kind)
                        .isNotEmpty();
            }
        }
    }

    private record Versioned(ServerVersion version) implements Statistics {
        @Override
        public Optional<TableStatistics> find(TableName table) {
            return Optional.empty();
        }

        @Override
        public Optional<ServerVersion> version(SourceName source) {
            return Optional.of(version);
        }
    }

    private static ExecutablePlan plan(SourceKind kind, String sql, Condition policy, Statistics statistics) {
        Catalog catalog = new Catalog(List.of(DialectGoldenTest.source(kind)), DialectGoldenTest.views());
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        Allow decision = PolicyFixtures.everything(query.views())
                .rows("v.data@1.0.0", policy)
                .mask("note", new Mask.KeepLast(2))
                .allow();
        return new Planner(statistics).plan(new Weaver().weave(query, decision), catalog);
    }

    private static String statement(ExecutablePlan plan) {
        return ((Step.PassThrough) plan.steps().getFirst()).fetch().describedSql();
    }
}
