package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType.Simple;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One table of 400 orders, spread over four databases by each rule: which shards are asked, with how many keys, and whether the rows are
 * those of the whole table.
 */
class ShardsIT {
    private static final int ROWS = 400;
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);
    private static final List<String> REGIONS = List.of("EU", "US", "APAC", "eu");

    private static final Map<String, Split.Rule> RULES = new TreeMap<>(Map.of(
            "modulo", new Split.Modulo(),
            "ranges",
                    new Split.Range(List.of(new ShardKey.Whole(100), new ShardKey.Whole(200), new ShardKey.Whole(300))),
            "months", new Split.Range(List.of(day(2), day(3), day(4))),
            "listed",
                    new Split.Listed(Map.of(
                            new ShardKey.Text("EU"), 0, new ShardKey.Text("US"), 1, new ShardKey.Text("APAC"), 2)),
            "hashed", new Split.Hash(Split.Hash.Function.POSTGRES),
            "crc", new Split.Hash(Split.Hash.Function.CRC32),
            "known",
                    new Split.Directory(
                            new TableName(new SourceName("routing"), "places"),
                            new ColumnName("k"),
                            new ColumnName("shard")),
            "opaque", new Split.Opaque()));

    private static final Map<String, String> SECRETS = new HashMap<>();
    private static final List<Fresh> DATABASES = new ArrayList<>();
    private static Catalog catalog;
    private static RunHarness harness;

    @TempDir
    static Path spill;

    @BeforeAll
    static void load() throws SQLException {
        List<Fresh> shards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shards.add(fresh(TestDatabases.freshPostgres("shard")));
        }
        Fresh crm = fresh(TestDatabases.freshMariaDb("crm"));
        Fresh places = fresh(TestDatabases.freshPostgres("places"));
        List<Fresh> maria =
                List.of(fresh(TestDatabases.freshMariaDb("spread")), fresh(TestDatabases.freshMariaDb("spread")));
        List<SourceDefinition> sources = new ArrayList<>();
        for (Map.Entry<String, Split.Rule> rule : RULES.entrySet()) {
            sources.add(orders(rule.getKey(), SourceKind.POSTGRESQL, rule.getValue(), shards));
            store(sources.getLast(), shards);
        }
        sources.add(orders("spread", SourceKind.MARIADB, new Split.Modulo(), maria));
        store(sources.getLast(), maria);
        sources.add(source(
                "crm",
                SourceKind.MARIADB,
                List.of(crm),
                Optional.empty(),
                table("crm", "customers", "id bigint", "name varchar", "region varchar")));
        sources.add(source(
                "routing",
                SourceKind.POSTGRESQL,
                List.of(places),
                Optional.empty(),
                table("routing", "places", "k bigint", "shard varchar")));
        crm.execute("CREATE TABLE customers (id bigint, name varchar(50), region varchar(10))");
        crm.execute(
                "INSERT INTO customers SELECT seq, CONCAT('name ', seq % 20), IF(seq % 2 = 0, 'EU', 'US') FROM seq_0_to_199");
        // The last hundred orders are not in the directory; key 7 is said to stand on two shards.
        places.execute("CREATE TABLE places (k bigint, shard text)");
        places.execute(
                "INSERT INTO places SELECT k, CASE WHEN k % 2 = 0 THEN 'known_' || k * 7 % 4 ELSE (k * 7 % 4)::text END"
                        + " FROM generate_series(0, 299) k");
        places.execute("INSERT INTO places VALUES (7, 'known_3')");
        catalog = new Catalog(sources, views(sources));
        harness = new RunHarness(spill, SECRETS, sources.toArray(SourceDefinition[]::new));
    }

    private static Fresh fresh(Fresh fresh) {
        DATABASES.add(fresh);
        SECRETS.put(fresh.server().jdbcUrl("x").contains("postgresql") ? "POSTGRESQL" : "MARIADB", fresh.password());
        return fresh;
    }

    private static ShardKey day(int month) {
        return new ShardKey.Day(LocalDate.of(2026, month, 1));
    }

    private static SourceTable table(String source, String name, String... columns) {
        List<SourceColumn> declared = new ArrayList<>();
        for (String column : columns) {
            String[] words = column.split(" ", 2);
            declared.add(new SourceColumn(
                    new ColumnName(words[0]),
                    words[0],
                    Simple.valueOf(words[1].toUpperCase(java.util.Locale.ROOT)),
                    Presence.OPTIONAL,
                    KeyPart.NONE,
                    Set.of()));
        }
        return new SourceTable(new TableName(new SourceName(source), name), Optional.empty(), name, declared);
    }

    private static SourceDefinition source(
            String name, SourceKind kind, List<Fresh> places, Optional<Split> split, SourceTable... tables) {
        List<Shard> shards = new ArrayList<>();
        for (Fresh place : places) {
            shards.add(new Shard(
                    name + "_" + shards.size(),
                    RunHarness.connection(place.port(), place.name(), place.user(), kind.name())));
        }
        return new SourceDefinition(
                new SourceName(name), kind, "", shards, split, List.of(tables), SourceLimits.DEFAULT, "hash");
    }

    private static SourceDefinition orders(String name, SourceKind kind, Split.Rule rule, List<Fresh> shards) {
        String key = name.equals("months") ? "day" : name.equals("listed") ? "region" : "id";
        SourceTable orders = table(
                name,
                name + "_orders",
                "id bigint",
                "customer_id bigint",
                "region varchar",
                "day date",
                "total integer");
        SourceTable items = table(name, name + "_items", "id bigint", "line integer", "region varchar", "day date");
        Split split = new Split(Map.of(orders.name(), new ColumnName(key), items.name(), new ColumnName(key)), rule);
        return source(name, kind, shards, Optional.of(split), orders, items);
    }

    /** Where order i stands. */
    private static int shard(SourceDefinition source, int i) {
        int shards = source.shards().size();
        ShardKey key = switch (source.name().value()) {
            case "months" -> new ShardKey.Day(FIRST_DAY.plusDays(i / 3));
            case "listed" -> new ShardKey.Text(REGIONS.get(i % 4));
            default -> new ShardKey.Whole(i);
        };
        return ShardMap.of(source).shard(key).orElse(i * 7 % shards);
    }

    private static void store(SourceDefinition source, List<Fresh> places) throws SQLException {
        String name = source.name().value();
        for (int shard = 0; shard < places.size(); shard++) {
            int here = shard;
            int[] rows = IntStream.range(0, ROWS)
                    .filter(i -> shard(source, i) == here)
                    .toArray();
            try (var connection = places.get(shard).openAsAdmin();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE " + name
                        + "_orders (id bigint, customer_id bigint, region varchar(10), day date, total int)");
                statement.execute(
                        "CREATE TABLE " + name + "_items (id bigint, line int, region varchar(10), day date)");
                for (int i : rows) {
                    String where = "'" + REGIONS.get(i % 4) + "', '" + FIRST_DAY.plusDays(i / 3) + "'";
                    statement.addBatch("INSERT INTO " + name + "_orders VALUES (" + i + ", " + i % 200 + ", " + where
                            + ", " + i * 31 % 97 + ")");
                    if (i % 5 != 0) {
                        statement.addBatch(
                                "INSERT INTO " + name + "_items VALUES (" + i + ", " + i % 3 + ", " + where + ")");
                    }
                }
                statement.executeBatch();
            }
        }
    }

    private static List<ViewDefinition> views(List<SourceDefinition> sources) {
        List<ViewDefinition> views = new ArrayList<>();
        for (SourceDefinition source : sources) {
            for (SourceTable table : source.tables()) {
                views.add(FederationFixture.view(
                        "v." + table.name().table() + "@1.0.0",
                        "SELECT * FROM " + table.name(),
                        table.columns().stream()
                                .map(column -> column.name() + " " + column.type())
                                .toArray(String[]::new)));
            }
        }
        return views;
    }

    @AfterAll
    static void drop() throws SQLException {
        harness.close();
        for (Fresh fresh : DATABASES) {
            fresh.close();
        }
    }

    /** As if there were few customers and many orders everywhere. */
    private static Optional<Statistics.TableStatistics> few(TableName table) {
        double rows = table.source().value().equals("crm") ? 10 : 1_000_000;
        return Optional.of(new Statistics.TableStatistics(rows, Map.of()));
    }

    private static RunHarness.Answer run(String sql) {
        return run(sql, catalog, harness);
    }

    private static RunHarness.Answer run(String sql, Catalog over, RunHarness with) {
        ResolvedQuery query = FederationFixture.resolve(over, sql);
        Allow allow = FederationFixture.steward(query.views());
        return with.run(new Planner(ShardsIT::few).plan(new Weaver().weave(query, allow), over));
    }

    /** The shards of a source that were sent a statement, in order, each as often as it was. */
    private static List<Integer> asked(RunHarness.Answer answer, String source) {
        return answer.fetches().stream()
                .filter(fetch -> fetch.source().equals(source) && fetch.attempts() > 0)
                .map(fetch ->
                        Integer.parseInt(fetch.shard().substring(fetch.shard().lastIndexOf('_') + 1)))
                .sorted()
                .toList();
    }

    private static List<Long> numbers(RunHarness.Answer answer) {
        return answer.rows().stream().map(row -> (Long) row.getFirst()).sorted().toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            modulo | id = 6                                  | 2       | 1
            modulo | id IN (1, 5, 9)                         | 1       | 3
            modulo | id BETWEEN 4 AND 5                      | 0,1     | 2
            modulo | id >= 4 AND id < 6 AND total >= 0       | 0,1     | 2
            modulo | id > 395                                | 0,1,2,3 | 4
            modulo | id = 6 OR total < 0                     | 0,1,2,3 | 1
            modulo | id = 2.5                                | 0,1,2,3 | 0
            ranges | id < 100                                | 0       | 100
            ranges | id <= 100                               | 0,1     | 101
            ranges | 300 > id AND id > 199                   | 2       | 100
            ranges | id >= 150 AND id < 250                  | 1,2     | 100
            ranges | id BETWEEN 120 AND 130 OR id >= 390     | 1,3     | 21
            ranges | id < 10 AND id > 390                    | 0       | 0
            months | "day" >= DATE '2026-04-01'              | 3       | 130
            months | "day" < DATE '2026-02-01'               | 0       | 93
            months | "day" = DATE '2026-03-05'               | 2       | 3
            listed | region = 'EU'                           | 0       | 100
            listed | region IN ('US', 'APAC')                | 1,2     | 200
            listed | region = 'eu'                           | 0,1,2,3 | 100
            listed | region > 'EU'                           | 0,1,2,3 | 200
            opaque | id = 6                                  | 0,1,2,3 | 1
            """)
    void onlyTheShardsThatCanHoldRowsAreAsked(String rule, String where, String shards, int rows) {
        RunHarness.Answer answer = run("SELECT id FROM v." + rule + "_orders WHERE " + where);

        assertThat(asked(answer, rule)).hasToString("[" + shards.replace(",", ", ") + "]");
        assertThat(answer.rows()).hasSize(rows);
    }

    @ParameterizedTest
    @CsvSource({"hashed", "crc"})
    void aHashSaysTheShardOfEachKey(String rule) {
        SourceDefinition source = catalog.findSource(new SourceName(rule)).orElseThrow();
        for (int id : List.of(0, 17, 42, 399)) {
            RunHarness.Answer answer = run("SELECT id FROM v." + rule + "_orders WHERE id = " + id);

            assertThat(asked(answer, rule)).containsExactly(shard(source, id));
            assertThat(numbers(answer)).containsExactly((long) id);
        }
    }

    @Test
    void aDirectoryIsReadForTheKeysAskedAndAnUnknownKeyIsLookedForEverywhere() {
        RunHarness.Answer known = run("SELECT id FROM v.known_orders WHERE id IN (6, 10)");
        assertThat(asked(known, "known")).containsExactly(2);
        assertThat(asked(known, "routing")).hasSize(1);
        assertThat(numbers(known)).containsExactly(6L, 10L);

        assertThat(asked(run("SELECT id FROM v.known_orders WHERE id = 10"), "routing"))
                .as("kept for a while")
                .isEmpty();
        assertThat(asked(run("SELECT id FROM v.known_orders WHERE id = 7"), "known"))
                .containsExactly(1, 3);

        RunHarness.Answer unknown = run("SELECT id FROM v.known_orders WHERE id IN (6, 350)");
        assertThat(asked(unknown, "known")).containsExactly(0, 1, 2, 3);
        assertThat(numbers(unknown)).containsExactly(6L, 350L);
    }

    @ParameterizedTest
    @CsvSource({"modulo", "ranges", "hashed", "crc", "known", "opaque", "spread"})
    void eachShardGetsOnlyItsOwnKeys(String rule) {
        SourceDefinition source = catalog.findSource(new SourceName(rule)).orElseThrow();
        RunHarness.Answer answer = run(
                "SELECT o.id FROM v.customers c JOIN v." + rule + "_orders o ON o.id = c.id WHERE c.name = 'name 3'");
        List<Integer> keys = IntStream.range(0, 10).map(i -> 3 + 20 * i).boxed().toList();

        assertThat(numbers(answer))
                .isEqualTo(keys.stream().map(Integer::longValue).toList());
        assertThat(answer.fetches().stream()
                        .filter(fetch -> fetch.source().equals(rule))
                        .mapToLong(Timeline.FetchFacts::rows)
                        .sum())
                .isEqualTo(10);
        Map<Integer, Long> sent = new TreeMap<>();
        answer.fetches().stream()
                .filter(fetch -> fetch.source().equals(rule) && fetch.attempts() > 0)
                .forEach(fetch -> sent.put(fetch.shard().charAt(fetch.shard().length() - 1) - '0', fetch.keys()));
        Map<Integer, Long> own = new TreeMap<>();
        for (int key : keys) {
            own.merge(shard(source, key), 1L, Long::sum);
        }
        boolean everywhere = rule.equals("opaque");
        assertThat(sent).isEqualTo(everywhere ? Map.of(0, 10L, 1, 10L, 2, 10L, 3, 10L) : own);
    }

    @Test
    void withoutAKeyNoShardIsAsked() {
        RunHarness.Answer answer =
                run("SELECT o.id FROM v.customers c JOIN v.modulo_orders o ON o.id = c.id WHERE c.name = 'nobody'");

        assertThat(answer.rows()).isEmpty();
        assertThat(asked(answer, "modulo")).isEmpty();
    }

    /** Both stand on the shard of their key; what one side says of it prunes the other. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT o.id FROM v.ranges_orders o JOIN v.ranges_items i ON i.id = o.id WHERE o.id < 100            | 0   | 80
            SELECT o.id FROM v.ranges_orders o JOIN v.ranges_items i ON i.id = o.id WHERE i.id = 7              | 0   | 1
            SELECT o.id FROM v.ranges_orders o LEFT JOIN v.ranges_items i ON i.id = o.id WHERE o.id < 100       | 0   | 100
            SELECT o.id FROM v.ranges_items i RIGHT JOIN v.ranges_orders o ON i.id = o.id WHERE o.id >= 300     | 3   | 100
            SELECT o.id FROM v.ranges_orders o WHERE o.id < 200 AND EXISTS (SELECT 1 FROM v.ranges_items i WHERE i.id = o.id) | 0,1 | 160
            SELECT o.id FROM v.ranges_orders o WHERE o.id < 100 AND NOT EXISTS (SELECT 1 FROM v.ranges_items i WHERE i.id = o.id) | 0 | 20
            SELECT o.id FROM v.modulo_orders o LEFT JOIN v.modulo_items i ON i.id = o.id AND i.id IN (1, 2)     | 0,1,2,3 | 400
            """)
    void joinsOnTheShardKeyStayInsideTheirShards(String sql, String shards, int rows) {
        RunHarness.Answer answer = run(sql);

        String source = sql.contains("ranges") ? "ranges" : "modulo";
        assertThat(asked(answer, source)).hasToString("[" + shards.replace(",", ", ") + "]");
        assertThat(answer.rows()).hasSize(rows);
    }

    @Test
    void aChainOfThreeSourcesShipsFromEachToTheNext() {
        RunHarness.Answer answer = run("SELECT s.id FROM v.customers c JOIN v.modulo_orders o ON o.customer_id = c.id"
                + " JOIN v.spread_orders s ON s.id = o.id WHERE c.name = 'name 3' AND o.total < 20");

        List<Long> expected = IntStream.range(0, ROWS)
                .filter(i -> i % 200 % 20 == 3 && i * 31 % 97 < 20)
                .mapToObj(i -> (long) i)
                .toList();
        assertThat(expected).isNotEmpty();
        assertThat(numbers(answer)).isEqualTo(expected);
        assertThat(answer.fetches().stream()
                        .filter(fetch -> fetch.source().equals("spread"))
                        .mapToLong(Timeline.FetchFacts::rows)
                        .sum())
                .isEqualTo(expected.size());
    }

    @Test
    void anAntiJoinShipsTheKeysItAsksFor() {
        RunHarness.Answer answer = run("SELECT c.id FROM v.customers c WHERE c.name = 'name 3' AND NOT EXISTS"
                + " (SELECT 1 FROM v.modulo_orders o WHERE o.customer_id = c.id AND o.total > 90)");

        List<Long> expected = IntStream.range(0, 200)
                .filter(c -> c % 20 == 3 && IntStream.of(c, c + 200).noneMatch(i -> i * 31 % 97 > 90))
                .mapToObj(c -> (long) c)
                .toList();
        assertThat(expected).isNotEmpty().hasSizeLessThan(10);
        assertThat(numbers(answer)).isEqualTo(expected);
        assertThat(answer.fetches().stream()
                        .filter(fetch -> fetch.source().equals("modulo"))
                        .map(Timeline.FetchFacts::keys))
                .containsOnly(10L);
    }

    @Test
    void aQueryThatNeedsTooManyShardsIsRefusedAndSaysWhatToDo() {
        List<SourceDefinition> sources = catalog.sources().stream()
                .map(source -> new SourceDefinition(
                        source.name(),
                        source.kind(),
                        "",
                        source.shards(),
                        source.split(),
                        source.tables(),
                        new SourceLimits(16, Duration.ofSeconds(30), 1_000_000, 3),
                        "hash"))
                .toList();
        Catalog bounded = new Catalog(sources, catalog.views());
        try (RunHarness with = new RunHarness(spill, SECRETS, sources.toArray(SourceDefinition[]::new))) {
            assertThat(run("SELECT id FROM v.ranges_orders WHERE id >= 100", bounded, with)
                            .rows())
                    .hasSize(300);
            assertThatThrownBy(() -> run("SELECT id FROM v.ranges_orders", bounded, with))
                    .isInstanceOfSatisfying(
                            BelvedereException.class,
                            e -> assertThat(e.code()).isEqualTo(FederationError.LIMIT_EXCEEDED))
                    .hasMessage("The query asks 4 shards of source 'ranges', of which it may ask 3;"
                            + " name values of its shard key.");
            assertThatThrownBy(() -> run(
                            "SELECT id FROM v.ranges_orders WHERE id < 200 UNION ALL SELECT id FROM v.ranges_items WHERE id >= 200",
                            bounded,
                            with))
                    .as("two fetches of one query")
                    .hasMessageContaining("asks 4 shards");
        }
    }

    @Test
    void pastItsKeysAViewScansOrRefuses() {
        String sql =
                "SELECT o.id FROM v.customers c JOIN v.modulo_orders o ON o.customer_id = c.id WHERE c.region = 'EU'";
        for (ViewLimits.OnTooManyKeys choice : ViewLimits.OnTooManyKeys.values()) {
            ViewLimits limits = new ViewLimits(Duration.ofSeconds(30), 100_000, 20, choice);
            List<ViewDefinition> views = catalog.views().stream()
                    .map(view -> FederationFixture.view(
                            view.id().toString(),
                            view.query(),
                            limits,
                            new OnSourceFailure.Fail(),
                            view.columns().stream()
                                    .map(column -> column.name() + " " + column.type())
                                    .toArray(String[]::new)))
                    .toList();
            Catalog limited = new Catalog(catalog.sources(), views);
            switch (choice) {
                case SCAN -> {
                    RunHarness.Answer answer = run(sql, limited, harness);
                    assertThat(answer.rows()).hasSize(200);
                    assertThat(answer.fetches().getLast().keys()).isZero();
                }
                case REFUSE -> {
                    assertThatThrownBy(() -> run(sql, limited, harness))
                            .hasMessageContaining("would send more keys to source 'modulo'")
                            .isInstanceOfSatisfying(
                                    BelvedereException.class,
                                    e -> assertThat(e.code()).isEqualTo(FederationError.LIMIT_EXCEEDED));
                    assertThat(run(sql.replace("c.region = 'EU'", "c.name = 'name 3'"), limited, harness)
                                    .rows())
                            .hasSize(20);
                }
            }
        }
    }

    /** Each shard sorts its own rows; they are merged, and the engine is not needed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT id FROM v.hashed_orders ORDER BY id                                                  | 0 1 2 3 4     | 400
            SELECT id, total FROM v.modulo_orders ORDER BY total DESC, id                               | 25 122 219 316 50 | 400
            SELECT id FROM v.spread_orders ORDER BY region, id DESC                                     | 398 394 390 386 382 | 400
            SELECT id FROM v.hashed_orders ORDER BY region DESC, total, id LIMIT 5 OFFSET 2             | 47 119 191 263 335 | 5
            SELECT id FROM v.ranges_orders ORDER BY CASE WHEN total > 50 THEN NULL ELSE total END DESC NULLS FIRST, id LIMIT 4 | 2 3 5 6 | 4
            SELECT id FROM v.months_orders WHERE "day" >= DATE '2026-03-01' ORDER BY "day", id DESC LIMIT 3 | 179 178 177   | 3
            """)
    void sortedRowsOfShardsAreMerged(String sql, String first, int rows) {
        RunHarness.Answer answer = run(sql);

        assertThat(answer.rows()).hasSize(rows);
        assertThat(answer.rows().stream()
                        .limit(5)
                        .map(row -> row.getFirst().toString())
                        .toList())
                .isEqualTo(List.of(first.strip().split(" ", -1)));
        assertThat(asked(answer, sql.replaceAll(".*v\\.([a-z]*)_orders.*", "$1")))
                .hasSizeGreaterThan(1);
        assertThat(plan(sql).steps()).hasSize(1);
    }

    @Test
    void rowsInAnyOrderStreamFromTheShardsWithoutTheEngine() {
        assertThat(plan("SELECT id, region FROM v.opaque_orders").steps()).hasSize(1);
        assertThat(numbers(run("SELECT id, region FROM v.opaque_orders")))
                .isEqualTo(LongStream.range(0, ROWS).boxed().toList());
    }

    /** What an aggregate over all shards needs from each; the sums of parts are the whole. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT COUNT(DISTINCT region) AS n FROM v.hashed_orders                                            | [4]                          | 16
            SELECT COUNT(DISTINCT total) AS n, COUNT(*) AS c, SUM(total) AS s, AVG(total) AS a FROM v.hashed_orders WHERE total < 3 | [3, 13, 12, 0.9230769230769231] | 12
            SELECT COUNT(DISTINCT id) AS n FROM v.hashed_orders                                                | [400]                        | 4
            SELECT COUNT(DISTINCT id) AS n, MAX(total) AS m FROM v.hashed_orders WHERE id < 0                  | [0, null]                    | 4
            SELECT region, COUNT(DISTINCT total) AS n FROM v.hashed_orders GROUP BY region HAVING COUNT(*) > 99 AND region = 'EU' | [EU, 97]  | 100
            SELECT SUM(DISTINCT total) AS s FROM v.hashed_orders WHERE total IN (1, 2)                         | [3]                          | 8
            SELECT region, COUNT(*) AS n, MIN(total) AS m FROM v.hashed_orders GROUP BY ROLLUP (region) HAVING COUNT(*) > 300 | [null, 400, 0] | 16
            SELECT COUNT(*) FILTER (WHERE total > 50) AS n FROM v.hashed_orders                                | [190]                        | 4
            """)
    void aggregatesAreMadeOfPartsOfTheShards(String sql, String row, long movedMax) {
        RunHarness.Answer answer = run(sql);

        assertThat(answer.rows()).hasSize(1);
        assertThat(answer.rows().getFirst()).hasToString(row);
        assertThat(answer.fetches().stream()
                        .mapToLong(Timeline.FetchFacts::rows)
                        .sum())
                .isLessThanOrEqualTo(movedMax);
    }

    /** What the other source is sent, in its own log: the positive control is that the keys of visible rows are there. */
    @Test
    void theKeyOfAHiddenRowNeverTravels() throws SQLException {
        Fresh log = DATABASES.getLast();
        log.execute("SET GLOBAL log_output = 'TABLE'", "TRUNCATE mysql.general_log", "SET GLOBAL general_log = 1");
        String sql =
                "SELECT s.id FROM v.customers c JOIN v.spread_items s ON s.id = c.id WHERE c.name IN ('name 2', 'name 3')";
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        Allow onlyEu = PolicyFixtures.everything(query.views())
                .rowsWhere("region", "EU")
                .allow();
        harness.run(new Planner(ShardsIT::few).plan(new Weaver().weave(query, onlyEu), catalog));
        log.execute("SET GLOBAL general_log = 0");

        List<Long> sent = new ArrayList<>();
        try (var connection = log.openAsAdmin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE argument LIKE '%spread_items%'")) {
            while (rows.next()) {
                Matcher keys = Pattern.compile("`id` IN \\(([0-9,]+)\\)").matcher(rows.getString(1));
                while (keys.find()) {
                    Stream.of(keys.group(1).split(",", -1)).map(Long::valueOf).forEach(sent::add);
                }
            }
        }
        assertThat(sent.stream().distinct().sorted())
                .containsExactly(2L, 22L, 42L, 62L, 82L, 102L, 122L, 142L, 162L, 182L);
    }

    private static ExecutablePlan plan(String sql) {
        ResolvedQuery query = FederationFixture.resolve(catalog, sql);
        return new Planner(ShardsIT::few)
                .plan(new Weaver().weave(query, FederationFixture.steward(query.views())), catalog);
    }
}
