package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.source.CatalogStatistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.DataType;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Variables;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.tpch.Layout;
import io.belvedere.testkit.tpch.Tpch;
import io.belvedere.testkit.tpch.Tpch.Keep;
import io.belvedere.testkit.tpch.TpchQuery;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TPC-H at scale factor 0.1, split over MariaDB and PostgreSQL, and again with orders and line items over four shards: every row of all 22
 * queries equals the answer of one PostgreSQL that holds everything.
 */
class TpchIT {
    private static final double SCALE = 0.1;
    private static final Duration QUERY_TIME = Duration.ofMinutes(2);
    private static final double RELATIVE = 1e-9;

    private static final String BUILDERS =
            "(SELECT c_custkey, '***' AS c_name, '***' AS c_address, c_nationkey, '***' || right(c_phone, 4) AS c_phone,"
                    + " floor(c_acctbal / 100) * 100 AS c_acctbal, c_mktsegment, c_comment"
                    + " FROM tpch.customer WHERE c_mktsegment = 'BUILDING') AS customer";
    private static final String OPEN_ORDERS =
            "(SELECT o_orderkey, o_custkey, o_orderstatus, o_totalprice, date_trunc('month', o_orderdate)::date AS o_orderdate,"
                    + " o_orderpriority, o_clerk, o_shippriority, o_comment FROM tpch.orders WHERE o_orderstatus = 'O') AS orders";

    private static final Map<Layout, Catalog> CATALOGS = new EnumMap<>(Layout.class);
    private static final Map<Layout, RunHarness> HARNESSES = new EnumMap<>(Layout.class);
    private static final Map<String, List<List<Object>>> EXPECTED = new HashMap<>();

    private static Tpch tpch;
    private static Connection oracle;

    @TempDir
    static Path folder;

    @BeforeAll
    static void load() throws Exception {
        tpch = Tpch.load(SCALE, EnumSet.allOf(Layout.class), Keep.FOR_LATER);
        oracle = tpch.openOracle();
        for (Layout layout : List.of(Layout.SPLIT, Layout.SHARDED)) {
            Path catalog = folder.resolve(layout.name());
            tpch.writeCatalog(layout, catalog);
            CatalogFiles files = new CatalogLoader(Variables.of(tpch.variables())).load(catalog);
            assertThat(files.problems()).isEmpty();
            CATALOGS.put(layout, files.catalog());
            HARNESSES.put(
                    layout,
                    new RunHarness(
                            folder.resolve("spill-" + layout),
                            tpch.variables(),
                            files.catalog().sources().toArray(SourceDefinition[]::new)));
        }
    }

    @AfterAll
    static void close() throws SQLException {
        HARNESSES.values().forEach(RunHarness::close);
        oracle.close();
        tpch.close();
    }

    static Stream<Arguments> everyQueryOverBothLayouts() {
        return TpchQuery.all(SCALE).stream()
                .flatMap(query -> Stream.of(Layout.SPLIT, Layout.SHARDED).map(layout -> Arguments.of(layout, query)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("everyQueryOverBothLayouts")
    void answersAsTheOneDatabaseThatHoldsEverything(Layout layout, TpchQuery query) throws SQLException {
        List<List<Object>> expected = expected(query.sql());
        assertThat(expected).as("a question that the data answers").isNotEmpty();

        assertSame(query, expected, answer(layout, query, TpchIT::everything));
    }

    static Stream<Arguments> queriesOnCustomersAndOrders() {
        return everyQueryOverBothLayouts()
                .filter(each -> List.of(3, 5, 10, 13, 18, 22).contains(((TpchQuery) each.get()[1]).number()));
    }

    /** Only customers who build, with name, address, phone and balance masked; only open orders, with their month alone. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("queriesOnCustomersAndOrders")
    void answersFromTheRowsAndValuesThatPolicyLeaves(Layout layout, TpchQuery query) throws SQLException {
        String restricted = query.sql().replace("tpch.customer", BUILDERS).replace("tpch.orders", OPEN_ORDERS);

        assertSame(query, expected(restricted), answer(layout, query, TpchIT::restricted));
    }

    private static Allow everything(Collection<ViewDefinition> views) {
        return PolicyFixtures.everything(views).rowsMax(1_000_000).allow(Allow.Detail.FULL);
    }

    private static Allow restricted(Collection<ViewDefinition> views) {
        return PolicyFixtures.everything(views)
                .rowsWhere("c_mktsegment", "BUILDING")
                .rowsWhere("o_orderstatus", "O")
                .mask("c_name", new Mask.Redact())
                .mask("c_address", new Mask.Redact())
                .mask("c_phone", new Mask.KeepLast(4))
                .mask("c_acctbal", new Mask.Bucket(100))
                .mask("o_orderdate", new Mask.DateTrunc(Mask.DateTrunc.Unit.MONTH))
                .rowsMax(1_000_000)
                .allow(Allow.Detail.FULL);
    }

    /** How a caller may see the views. */
    private interface Policy {
        Allow decide(Collection<ViewDefinition> views);
    }

    private record Answer(List<OutputColumn> columns, List<List<Object>> rows) {}

    private static Answer answer(Layout layout, TpchQuery query, Policy policy) {
        Catalog catalog = CATALOGS.get(layout);
        RunHarness harness = HARNESSES.get(layout);
        ResolvedQuery resolved = FederationFixture.resolve(catalog, query.sql());
        ExecutablePlan plan = new Planner(new CatalogStatistics(harness.sources))
                .plan(new Weaver().weave(resolved, policy.decide(resolved.views())), catalog);
        List<List<Object>> rows =
                harness.run(plan, RunHarness.context(QUERY_TIME)).rows();
        return new Answer(plan.columns(), rows);
    }

    private static List<List<Object>> expected(String sql) throws SQLException {
        List<List<Object>> known = EXPECTED.get(sql);
        if (known != null) {
            return known;
        }
        List<List<Object>> rows = new ArrayList<>();
        try (Statement statement = oracle.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    row.add(value instanceof java.sql.Date date ? date.toLocalDate() : value);
                }
                rows.add(row);
            }
        }
        EXPECTED.put(sql, rows);
        return rows;
    }

    /** The same rows, and the values by which they are ordered in the same order; rows that tie may change places. */
    private static void assertSame(TpchQuery query, List<List<Object>> expected, Answer answer) {
        List<List<Object>> actual =
                answer.rows().stream().map(row -> values(row, answer.columns())).toList();
        assertThat(actual).hasSameSizeAs(expected);
        List<String> names = answer.columns().stream().map(OutputColumn::name).toList();
        List<List<Object>> left = new ArrayList<>(expected);
        for (int i = 0; i < actual.size(); i++) {
            List<Object> row = actual.get(i);
            for (String key : query.orderedBy()) {
                int column = names.indexOf(key);
                assertThat(isSame(row.get(column), expected.get(i).get(column)))
                        .as(
                                "row %s has %s %s, not %s",
                                i, key, row.get(column), expected.get(i).get(column))
                        .isTrue();
            }
            int found = find(row, left);
            assertThat(found)
                    .as("row %s, %s, among %s", i, row, expected.get(i))
                    .isNotNegative();
            left.remove(found);
        }
    }

    private static int find(List<Object> row, List<List<Object>> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (isSame(row, rows.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isSame(List<Object> one, List<Object> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!isSame(one.get(i), other.get(i))) {
                return false;
            }
        }
        return one.size() == other.size();
    }

    /** Exact numbers are equal by value; where one of them is a double they agree to nine digits. */
    private static boolean isSame(Object one, Object other) {
        if (one instanceof Double number && other instanceof Number exact) {
            double difference = Math.abs(number - exact.doubleValue());
            return difference <= RELATIVE * Math.max(Math.abs(number), Math.abs(exact.doubleValue()));
        }
        if (one instanceof Number && other instanceof Number) {
            return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
        }
        return one == null ? other == null : one.equals(other);
    }

    private static List<Object> values(List<Object> row, List<OutputColumn> columns) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            boolean date = columns.get(i).type() == DataType.Simple.DATE && row.get(i) != null;
            values.add(date ? LocalDate.ofEpochDay((Integer) row.get(i)) : row.get(i));
        }
        return values;
    }
}
