package io.belvedere.federation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.arrow.QueryMemory;
import io.belvedere.federation.engine.duckdb.DuckDbEngine;
import io.belvedere.federation.engine.duckdb.DuckDbSettings;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Planner;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.FilesRoot;
import io.belvedere.federation.source.Secrets;
import io.belvedere.federation.source.SourceObserver;
import io.belvedere.federation.source.Sources;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.Weaver;
import io.belvedere.model.DataType;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyFixtures;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mask over every type that takes it gives the same bytes, whether PostgreSQL, MariaDB, a DuckDB file or the join engine computed it,
 * and these are what plain Java makes of the values.
 */
class MaskedValuesIT {
    private static final List<String> SOURCES = List.of("pg", "maria", "files");
    private static final LocalDateTime LAST_MOMENT = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000);
    private static final Map<String, DataType> COLUMNS = new LinkedHashMap<>();
    private static final Map<String, List<?>> VALUES = new LinkedHashMap<>();

    static {
        column(
                "t",
                "varchar",
                null,
                "",
                " ",
                "a",
                "ab",
                "abc",
                "abcd",
                "trailing  ",
                " lead",
                "ÄÖ",
                "ß",
                "e\u0301x\u0301",
                "日本語テキスト",
                "\ud83d\ude00",
                "\ud83d\ude00\ud83d\ude00\ud83d\ude00",
                "a\ud83d\ude00b\ud83d\ude00c",
                "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 family",
                "x@y.de",
                "@",
                "@x",
                "x@",
                "a@b@c",
                "no-at",
                "é@ü.org",
                "\ud83d\ude00@\ud83d\ude00",
                "'\\%_\"`--",
                "a\nb\tc",
                "ß".repeat(64),
                "ß".repeat(65),
                "long@" + "x".repeat(4_000));
        column("i", "integer", null, 0, 1, -1, 9, 10, 11, -9, -10, -11, Integer.MAX_VALUE, Integer.MIN_VALUE);
        column("l", "bigint", null, 0L, 7L, -7L, 999_999L, -1_000_001L, Long.MAX_VALUE, Long.MIN_VALUE);
        column(
                "n",
                "decimal(12,2)",
                numbers(
                        null,
                        "0.00",
                        "0.01",
                        "-0.01",
                        "9.99",
                        "10.00",
                        "-10.00",
                        "-10.01",
                        "1234.50",
                        "9999999999.99",
                        "-9999999999.99"));
        column(
                "m",
                "decimal(38,10)",
                numbers(
                        null,
                        "0.0000000000",
                        "0.0000000001",
                        "-0.0000000001",
                        "12.3450000000",
                        "9999999999999999999999999999.9999999999",
                        "-9999999999999999999999999999.9999999999"));
        column(
                "d",
                "date",
                Stream.of(
                                null,
                                "1000-01-01",
                                "1582-10-04",
                                "1582-10-15",
                                "1899-12-31",
                                "1900-01-01",
                                "1969-12-31",
                                "1970-01-01",
                                "2024-02-29",
                                "2026-06-30",
                                "9999-12-31")
                        .map(day -> day == null ? null : LocalDate.parse(day))
                        .toArray());
        column(
                "ts",
                "timestamp",
                null,
                LocalDateTime.of(1000, 1, 1, 0, 0),
                LocalDateTime.of(1899, 12, 31, 23, 59, 59, 1_000),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
                LocalDateTime.of(2024, 2, 29, 12, 0, 0, 120_000_000),
                LocalDateTime.of(2026, 9, 30, 0, 0, 0, 0),
                LAST_MOMENT);
        // What MariaDB's TIMESTAMP holds.
        column(
                "tz",
                "timestamp with time zone",
                null,
                LocalDateTime.of(1970, 1, 1, 0, 0, 1),
                LocalDateTime.of(2024, 2, 29, 23, 59, 59, 999_999_000),
                LocalDateTime.of(2026, 7, 1, 0, 0, 0, 1_000),
                LocalDateTime.of(2038, 1, 19, 3, 14, 7));
        column(
                "x",
                "varbinary",
                null,
                new byte[0],
                new byte[] {0},
                new byte[] {0, (byte) 0xff, 0x5c, 0x27},
                "é".getBytes(StandardCharsets.UTF_8));
    }

    private static void column(String name, String type, Object... values) {
        COLUMNS.put(name, DataType.parse(type));
        VALUES.put(name, Arrays.asList(values));
    }

    private static Object[] numbers(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text == null ? null : new BigDecimal(text))
                .toArray();
    }

    @TempDir
    static Path folder;

    private static Fresh postgres;
    private static Fresh mariaDb;
    private static Sources sources;
    private static QueryMemory memory;
    private static DuckDbEngine engine;
    private static Runner runner;
    private static Catalog catalog;

    private static int rows() {
        return VALUES.values().stream().mapToInt(List::size).max().orElse(0);
    }

    private static Object value(String column, int row) {
        List<?> values = VALUES.get(column);
        return row < values.size() ? values.get(row) : null;
    }

    @BeforeAll
    static void load() throws SQLException, IOException {
        postgres = TestDatabases.freshPostgres("masks");
        mariaDb = TestDatabases.freshMariaDb("masks");
        Path files = Files.createDirectories(folder.resolve("root"));
        try (Connection pg = postgres.openAsAdmin();
                Connection maria = mariaDb.openAsAdmin();
                Connection file = DriverManager.getConnection("jdbc:duckdb:" + files.resolve("kinds.duckdb"))) {
            pg.createStatement().execute("SET TIME ZONE 'UTC'");
            maria.createStatement().execute("SET SESSION time_zone = '+00:00'");
            file.createStatement().execute("SET TimeZone = 'UTC'");
            fill(
                    pg,
                    "k bigint, t text, i int, l bigint, n numeric(12,2), m numeric(38,10), d date, ts timestamp, tz timestamptz, x bytea");
            fill(
                    maria,
                    "k BIGINT, t TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, i INT, l BIGINT, n DECIMAL(12,2),"
                            + " m DECIMAL(38,10), d DATE, ts DATETIME(6), tz TIMESTAMP(6) NULL, x VARBINARY(100)");
            fill(
                    file,
                    "k bigint, t varchar, i integer, l bigint, n decimal(12,2), m decimal(38,10), d date, ts timestamp, tz timestamptz, x blob");
        }
        catalog = new Catalog(
                definitions(), SOURCES.stream().map(MaskedValuesIT::view).toList());
        sources = new Sources(
                catalog,
                Secrets.of(Map.of("PG", postgres.password(), "MARIA", mariaDb.password())),
                new FilesRoot(Optional.of(files)),
                SourceObserver.NONE);
        memory = new QueryMemory();
        engine = new DuckDbEngine(DuckDbSettings.defaults(folder.resolve("spill")));
        runner = new Runner(sources, engine, memory, new Random(1), FederationFixture.HASH_KEYS);
    }

    private static void fill(Connection connection, String columns) throws SQLException {
        connection.createStatement().execute("CREATE TABLE kinds (" + columns + ")");
        boolean isPostgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        String places = isPostgres
                ? "?, ?, ?, ?, ?, ?, CAST(? AS date), CAST(? AS timestamp), CAST(? AS timestamptz), ?"
                : "?, ?, ?, ?, ?, ?, ?, ?, ?, ?";
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO kinds VALUES (" + places + ")")) {
            for (int row = 0; row < rows(); row++) {
                insert.setLong(1, row);
                int index = 2;
                for (String column : COLUMNS.keySet()) {
                    Object value = value(column, row);
                    if (value instanceof byte[] bytes) {
                        insert.setBytes(index, bytes);
                    } else {
                        boolean moment = value instanceof LocalDate || value instanceof LocalDateTime;
                        insert.setObject(index, moment ? value.toString().replace('T', ' ') : value);
                    }
                    index++;
                }
                insert.execute();
            }
        }
    }

    private static ViewDefinition view(String source) {
        List<String> columns = new ArrayList<>(List.of("k bigint!*"));
        COLUMNS.forEach((name, type) -> columns.add(name + " " + type));
        return FederationFixture.view(
                "v." + source + "@1.0.0",
                "SELECT k, t, i, l, n, m, d, ts, tz, x FROM " + source + ".kinds",
                columns.toArray(String[]::new));
    }

    private static List<io.belvedere.model.source.SourceDefinition> definitions() throws IOException {
        Path yaml = Files.createDirectories(folder.resolve("catalog/sources"));
        StringBuilder columns = new StringBuilder("        - {name: k, type: bigint, required: true, key: true}\n");
        COLUMNS.forEach((name, type) -> columns.append("        - {name: %s, type: '%s'}\n".formatted(name, type)));
        String server =
                "connection: {host: 127.0.0.1, port: %d, database: %s, user: %s, password: \"${env:%s}\", tls: disabled}";
        Map<String, String> where = Map.of(
                "pg", server.formatted(postgres.port(), postgres.name(), postgres.user(), "PG"),
                "maria", server.formatted(mariaDb.port(), mariaDb.name(), mariaDb.user(), "MARIA"),
                "files", "files: {database: kinds.duckdb}");
        Map<String, String> kinds = Map.of("pg", "postgresql", "maria", "mariadb", "files", "duckdb");
        for (String source : SOURCES) {
            Files.writeString(yaml.resolve(source + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Source
                    metadata: {name: %s}
                    spec:
                      kind: %s
                      %s
                      tables:
                        - name: kinds
                          columns:
                    %s""".formatted(
                            source,
                            kinds.get(source),
                            where.get(source),
                            columns.toString().indent(4)));
        }
        CatalogFiles loaded = new CatalogLoader(_ -> Optional.empty()).load(folder.resolve("catalog"));
        assertThat(loaded.problems()).isEmpty();
        return List.copyOf(loaded.catalog().sources());
    }

    @AfterAll
    static void close() throws SQLException {
        runner.close();
        sources.close();
        engine.close();
        memory.close();
        postgres.close();
        mariaDb.close();
    }

    /** Every kind of mask, with parameters at their bounds. */
    static List<Mask> masks() {
        List<Mask> masks = new ArrayList<>(List.of(
                new Mask.None(),
                new Mask.Null(),
                new Mask.Redact(),
                new Mask.Email(),
                new Mask.Constant(new Literal.Text("né\ud83d\ude00'\\")),
                new Mask.Constant(new Literal.Numeric(new BigDecimal("-7"))),
                new Mask.Constant(new Literal.Date(LocalDate.of(1900, 1, 1))),
                new Mask.Constant(new Literal.Timestamp(Instant.parse("2026-01-31T23:59:59.123456Z"))),
                new Mask.Hash("", Optional.empty()),
                new Mask.Hash("churn & <é>", Optional.empty())));
        for (int count : new int[] {1, 2, 3, 63, 64}) {
            masks.add(new Mask.KeepFirst(count));
            masks.add(new Mask.KeepLast(count));
        }
        for (Mask.DateTrunc.Unit unit : Mask.DateTrunc.Unit.values()) {
            masks.add(new Mask.DateTrunc(unit));
        }
        for (long width : new long[] {1, 7, 10, 1_000_000, 2_147_483_646}) {
            masks.add(new Mask.Bucket(width));
        }
        return masks;
    }

    private static Set<String> columnsOf(Mask mask) {
        Set<String> columns = new java.util.TreeSet<>();
        COLUMNS.forEach((name, type) -> {
            if (mask.accepts(type)) {
                columns.add(name);
            }
        });
        return columns;
    }

    @ParameterizedTest
    @MethodSource("masks")
    void givesTheSameWhoeverComputesIt(Mask mask) {
        Set<String> all = columnsOf(mask);
        assertThat(all).isNotEmpty();
        for (String source : SOURCES) {
            Set<String> kept = keptInTheEngine(mask, source);
            for (String column : kept) {
                givesTheSame(mask, source, Set.of(column), Computed.HERE);
            }
            Set<String> pushed = new java.util.TreeSet<>(all);
            pushed.removeAll(kept);
            if (!pushed.isEmpty()) {
                givesTheSame(mask, source, pushed, Computed.AT_THE_SOURCE);
            }
        }
    }

    private enum Computed {
        AT_THE_SOURCE,
        HERE
    }

    /** MariaDB has no constant of an instant, and does not cut one. */
    private static Set<String> keptInTheEngine(Mask mask, String source) {
        boolean cuts = mask instanceof Mask.DateTrunc
                || (mask instanceof Mask.Constant constant && constant.value() instanceof Literal.Timestamp);
        return source.equals("maria") && cuts ? Set.of("tz") : Set.of();
    }

    private static void givesTheSame(Mask mask, String source, Set<String> columns, Computed where) {
        List<List<String>> expected = expected(mask, source, columns);
        for (Set<Planner.Shortcut> shortcuts :
                List.of(EnumSet.allOf(Planner.Shortcut.class), Set.<Planner.Shortcut>of())) {
            ExecutablePlan plan = plan(mask, source, columns, shortcuts);
            assertThat(rows(plan))
                    .as("%s at %s with %s", mask, source, shortcuts)
                    .containsExactlyInAnyOrderElementsOf(expected);
            boolean atTheSource = plan.steps().getLast() instanceof Step.PassThrough;
            // Else the two would compare the engine with itself.
            assertThat(atTheSource)
                    .as("%s at %s", mask, source)
                    .isEqualTo(!shortcuts.isEmpty() && where == Computed.AT_THE_SOURCE);
        }
    }

    private static ExecutablePlan plan(Mask mask, String source, Set<String> columns, Set<Planner.Shortcut> shortcuts) {
        ResolvedQuery query =
                FederationFixture.resolve(catalog, "SELECT k, " + String.join(", ", columns) + " FROM v." + source);
        PolicyFixtures.Granting granting = PolicyFixtures.everything(query.views());
        columns.forEach(column -> granting.mask(column, mask));
        return new Planner(_ -> Optional.empty(), shortcuts)
                .plan(new Weaver(FederationFixture.HASH_KEYS).weave(query, granting.allow()), catalog);
    }

    private static List<List<String>> expected(Mask mask, String source, Set<String> columns) {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < rows(); row++) {
            List<String> values = new ArrayList<>(List.of(Integer.toString(row)));
            for (String column : columns) {
                DataType type = COLUMNS.get(column);
                Object value = value(column, row);
                Object plain =
                        value instanceof Integer || value instanceof Long ? new BigDecimal(value.toString()) : value;
                values.add(text(type, ReferenceMasks.masked(mask, "v." + source, column, type, plain)));
            }
            rows.add(values);
        }
        return rows;
    }

    private static String text(DataType type, Object value) {
        return switch (value) {
            case null -> "NULL";
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case BigDecimal number ->
                (type instanceof DataType.Decimal(int _, int scale) ? number.setScale(scale) : number).toPlainString();
            case LocalDate day when type != DataType.Simple.DATE -> text(type, day.atStartOfDay());
            case LocalDate day -> Long.toString(day.toEpochDay());
            case LocalDateTime moment
            when type == DataType.Simple.TIMESTAMP_WITH_TIME_ZONE -> {
                Instant instant = moment.toInstant(ZoneOffset.UTC);
                yield Long.toString(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000);
            }
            default -> value.toString();
        };
    }

    private static List<List<String>> rows(ExecutablePlan plan) {
        List<List<String>> rows = new ArrayList<>();
        try (RowStream stream = runner.open(plan, RunHarness.context(Duration.ofSeconds(60)))) {
            while (stream.next()) {
                for (int row = 0; row < stream.batch().getRowCount(); row++) {
                    List<String> values = new ArrayList<>();
                    for (FieldVector vector : stream.batch().getFieldVectors()) {
                        Object value = vector.getObject(row);
                        values.add(
                                switch (value) {
                                    case null -> "NULL";
                                    case byte[] bytes -> HexFormat.of().formatHex(bytes);
                                    case BigDecimal number -> number.toPlainString();
                                    default -> value.toString();
                                });
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }
}
