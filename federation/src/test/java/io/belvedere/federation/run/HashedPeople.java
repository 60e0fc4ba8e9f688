package io.belvedere.federation.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.belvedere.federation.FederationFixture;
import io.belvedere.federation.hash.ReferenceHash;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * People in PostgreSQL, orders in MariaDB, people again on two shards, and views over each, over both and over a view; and a database of
 * its own that holds what they show when e-mail addresses are hashed.
 */
final class HashedPeople implements AutoCloseable {
    private static final byte[] KEY = "2".repeat(32).getBytes(UTF_8);
    private static final List<ViewDefinition> VIEWS = List.of(
            FederationFixture.view(
                    "a.people@1.0.0",
                    "SELECT id, email, region, boss, born FROM pg.people",
                    "id bigint!*",
                    "email varchar",
                    "region varchar!",
                    "boss varchar",
                    "born date"),
            FederationFixture.view(
                    "a.orders@1.0.0",
                    "SELECT id, email, total FROM maria.orders",
                    "id bigint!*",
                    "email varchar",
                    "total bigint!"),
            FederationFixture.view(
                    "a.spread@1.0.0",
                    "SELECT id, email, region FROM many.people",
                    "id bigint!*",
                    "email varchar",
                    "region varchar!"),
            FederationFixture.view(
                    "a.mixed@1.0.0",
                    "SELECT o.id, p.email, p.region, o.total FROM pg.people p JOIN maria.orders o ON o.email = p.email",
                    "id bigint!",
                    "email varchar",
                    "region varchar!",
                    "total bigint!"),
            FederationFixture.view(
                    "a.outer_people@1.0.0",
                    "SELECT id, email, region, boss FROM a.people WHERE email IS NOT NULL",
                    "id bigint!*",
                    "email varchar",
                    "region varchar!",
                    "boss varchar"));
    private static final List<String> TEXTS = Arrays.asList(
            "ana@example.org",
            "Ana@example.org",
            "ana@example.org ",
            "",
            " ",
            null,
            "Straße",
            "e\u0301",
            "\u00e9",
            "\ud83d\ude00@x",
            "o'\\\"--%_",
            "x".repeat(180));
    private static final int PEOPLE = 60;

    final RunHarness harness;
    final Catalog catalog;
    private final List<Fresh> databases = new ArrayList<>();
    private final Connection oracle;

    HashedPeople(Path spill) throws SQLException {
        Fresh pg = TestDatabases.freshPostgres("hash");
        Fresh maria = TestDatabases.freshMariaDb("hash");
        Fresh one = TestDatabases.freshPostgres("hash_a");
        Fresh other = TestDatabases.freshPostgres("hash_b");
        databases.addAll(List.of(pg, maria, one, other));
        oracle = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = oracle.createStatement()) {
            statement.execute("CREATE SCHEMA a");
            for (String view : List.of("people", "outer_people")) {
                statement.execute("CREATE TABLE a." + view
                        + " (id bigint, email varchar, region varchar, boss varchar, born date)");
            }
            statement.execute("CREATE TABLE a.orders (id bigint, email varchar, total bigint)");
            statement.execute("CREATE TABLE a.spread (id bigint, email varchar, region varchar)");
            statement.execute("CREATE TABLE a.mixed (id bigint, email varchar, region varchar, total bigint)");
        }
        for (Fresh postgres : List.of(pg, one, other)) {
            postgres.execute(
                    "CREATE TABLE people (id bigint PRIMARY KEY, email text, region text NOT NULL, boss text, born date)");
        }
        maria.execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, email VARCHAR(200), total BIGINT NOT NULL)"
                + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        for (int i = 0; i < PEOPLE; i++) {
            person(i, pg, i % 2 == 0 ? one : other);
        }
        for (int i = 0; i < 200; i++) {
            order(i, maria);
        }
        List<SourceDefinition> sources = sources(pg, maria, one, other);
        catalog = new Catalog(sources, VIEWS);
        harness = new RunHarness(
                spill,
                Map.of("PG", pg.password(), "MARIA", maria.password()),
                sources.toArray(SourceDefinition[]::new));
    }

    static String text(int i) {
        String text = TEXTS.get(i % TEXTS.size());
        return text == null || i < TEXTS.size() ? text : text + (i % 3);
    }

    private void person(int i, Fresh pg, Fresh shard) throws SQLException {
        String region = i % 3 == 0 ? "EU" : "US";
        String born = i % 4 == 0 ? null : "19" + (10 + i) + "-02-03";
        for (Fresh database : List.of(pg, shard)) {
            try (Connection connection = database.openAsAdmin()) {
                insert(
                        connection,
                        "INSERT INTO people VALUES (?, ?, ?, ?, CAST(? AS date))",
                        (long) i,
                        text(i),
                        region,
                        text(i / 2),
                        born);
            }
        }
        String email = hash("a.people", "email", text(i));
        String boss = hash("a.people", "boss", text(i / 2));
        insert(
                oracle,
                "INSERT INTO a.people VALUES (?, ?, ?, ?, CAST(? AS date))",
                (long) i,
                email,
                region,
                boss,
                born);
        insert(oracle, "INSERT INTO a.spread VALUES (?, ?, ?)", (long) i, hash("a.spread", "email", text(i)), region);
        if (text(i) != null) {
            insert(
                    oracle,
                    "INSERT INTO a.outer_people VALUES (?, ?, ?, ?, CAST(? AS date))",
                    (long) i,
                    hash("a.outer_people", "email", email),
                    region,
                    boss,
                    null);
        }
    }

    private void order(int i, Fresh maria) throws SQLException {
        String email = text(i % PEOPLE);
        long total = i % 7;
        try (Connection connection = maria.openAsAdmin()) {
            insert(connection, "INSERT INTO orders VALUES (?, ?, ?)", (long) i, email, total);
        }
        insert(oracle, "INSERT INTO a.orders VALUES (?, ?, ?)", (long) i, hash("a.orders", "email", email), total);
        for (int person = 0; person < PEOPLE; person++) {
            if (email != null && email.equals(text(person))) {
                insert(
                        oracle,
                        "INSERT INTO a.mixed VALUES (?, ?, ?, ?)",
                        (long) i,
                        hash("a.mixed", "email", email),
                        person % 3 == 0 ? "EU" : "US",
                        total);
            }
        }
    }

    private static void insert(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    /** Under the salt {@code s}. */
    static String hash(String view, String column, String value) {
        return value == null ? null : ReferenceHash.of("k2", KEY, view, column, "s", value);
    }

    private static List<SourceDefinition> sources(Fresh pg, Fresh maria, Fresh one, Fresh other) {
        SourceName many = new SourceName("many");
        SourceTable people = table("many", "people", "id", "email", "region", "boss", "born");
        List<Shard> shards = List.of(
                new Shard("many_0", RunHarness.connection(one.port(), one.name(), one.user(), "PG")),
                new Shard("many_1", RunHarness.connection(other.port(), other.name(), other.user(), "PG")));
        return List.of(
                RunHarness.source(
                        "pg",
                        SourceKind.POSTGRESQL,
                        SourceLimits.DEFAULT,
                        List.of(table("pg", "people", "id", "email", "region", "boss", "born")),
                        RunHarness.connection(pg.port(), pg.name(), pg.user(), "PG")),
                RunHarness.source(
                        "maria",
                        SourceKind.MARIADB,
                        SourceLimits.DEFAULT,
                        List.of(table("maria", "orders", "id", "email", "total")),
                        RunHarness.connection(maria.port(), maria.name(), maria.user(), "MARIA")),
                new SourceDefinition(
                        many,
                        SourceKind.POSTGRESQL,
                        "",
                        shards,
                        Optional.of(new Split(Map.of(people.name(), new ColumnName("id")), new Split.Modulo())),
                        List.of(people),
                        SourceLimits.DEFAULT,
                        "hash"));
    }

    private static SourceTable table(String source, String name, String... columns) {
        return new SourceTable(
                new TableName(new SourceName(source), name),
                Optional.empty(),
                name,
                Arrays.stream(columns).map(HashedPeople::column).toList());
    }

    private static SourceColumn column(String name) {
        DataType type = switch (name) {
            case "id", "total" -> DataType.Simple.BIGINT;
            case "born" -> DataType.Simple.DATE;
            default -> DataType.Simple.VARCHAR;
        };
        boolean required = Set.of("id", "region", "total").contains(name);
        return new SourceColumn(
                new ColumnName(name),
                name,
                type,
                required ? Presence.REQUIRED : Presence.OPTIONAL,
                name.equals("id") ? KeyPart.KEY : KeyPart.NONE,
                Set.of());
    }

    /** The rows that the database of hashes gives. */
    List<String> expected(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = oracle.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getObject(i)));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        harness.close();
        oracle.close();
        for (Fresh fresh : databases) {
            fresh.close();
        }
    }
}
