package io.belvedere.testkit.hunt;

import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The databases that a hunt asks: two MariaDB databases, one PostgreSQL and one split over three, and the one PostgreSQL that holds everything. Closing
 * it drops them.
 *
 * <p>The oracle is PostgreSQL and not DuckDB, because DuckDB is the product's own join engine: a mistake of the engine, or of the words in which
 * it is asked, would be on both sides. Its text is in C collation, by code point, as ours is.
 */
public final class HuntedHouse implements AutoCloseable {
    private final Map<HuntedTable.Place, List<Fresh>> places = new EnumMap<>(HuntedTable.Place.class);
    private final List<Fresh> databases = new ArrayList<>();
    private final Fresh oracle;

    private HuntedHouse(Fresh oracle) {
        this.oracle = oracle;
        databases.add(oracle);
    }

    /**
     * Makes the databases and their rows; the same seed, the same rows.
     *
     * @param guarded what the policy of whoever asks does to the rows of the guarded view
     */
    public static HuntedHouse open(long seed, HuntedViews.GuardedRows guarded) throws SQLException {
        HuntedHouse house = new HuntedHouse(TestDatabases.freshPostgres("hunt_oracle"));
        try {
            house.load(seed, guarded);
            return house;
        } catch (SQLException | RuntimeException failure) {
            house.close();
            throw failure;
        }
    }

    /** A connection to the one database that holds everything; the caller closes it. */
    public Connection openOracle() throws SQLException {
        return oracle.openAsReader();
    }

    /** The passwords by the names of the variables that the catalog's files use. */
    public Map<String, String> secrets() {
        Map<String, String> secrets = new HashMap<>();
        places.forEach(
                (place, fresh) -> secrets.put(password(place), fresh.getFirst().password()));
        return secrets;
    }

    /** Writes the catalog's files ({@code sources/}, {@code views/}) into a folder. */
    public void writeCatalog(Path folder) throws IOException {
        for (HuntedTable.Place place : HuntedTable.Place.values()) {
            write(folder.resolve("sources/" + place.source() + ".yaml"), source(place));
        }
        for (HuntedTable table : HuntedTable.ALL) {
            write(folder.resolve("views/" + table.name() + ".yaml"), HuntedViews.plain(table));
        }
        for (HuntedViews.Joined joined : HuntedViews.JOINED) {
            write(folder.resolve("views/" + joined.name() + ".yaml"), HuntedViews.joined(joined));
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void load(long seed, HuntedViews.GuardedRows guarded) throws SQLException {
        oracle.execute("CREATE SCHEMA hunt", "CREATE SCHEMA held");
        // Both sides of AND and OR, and every condition of a row or group, are computed: see Side.EXPOSED.
        oracle.execute(
                function("both(boolean, boolean)", "$1 AND $2"),
                function("either(boolean, boolean)", "$1 OR $2"),
                function("whole(record)", "TRUE"),
                function("met(boolean)", "$1 OR current_setting('held.exposed') = 'rows'"),
                function("chosen(boolean)", "$1 OR current_setting('held.exposed') <> ''"));
        for (HuntedTable.Place place : HuntedTable.Place.values()) {
            List<Fresh> fresh = new ArrayList<>();
            for (int i = 0; i < place.databases(); i++) {
                Fresh database = place.isMariaDb()
                        ? TestDatabases.freshMariaDb("hunt_" + place.source())
                        : TestDatabases.freshPostgres("hunt_" + place.source());
                databases.add(database);
                fresh.add(database);
            }
            places.put(place, fresh);
        }
        for (HuntedTable table : HuntedTable.ALL) {
            load(table, HuntedRows.draw(table, seed));
        }
        for (HuntedViews.Joined joined : HuntedViews.JOINED) {
            String narrowed = guarded == HuntedViews.GuardedRows.NARROWED ? joined.heldRows() : "";
            oracle.execute("CREATE VIEW hunt." + joined.name() + " AS " + joined.heldBody() + narrowed);
        }
        oracle.execute(
                "GRANT USAGE ON SCHEMA hunt, held TO PUBLIC",
                "GRANT SELECT ON ALL TABLES IN SCHEMA hunt, held TO PUBLIC",
                "ANALYZE");
    }

    /** In a language whose functions are neither looked into nor left out. */
    private static String function(String head, String result) {
        return "CREATE FUNCTION held." + head + " RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN "
                + result.replace("'", "''") + "; END'";
    }

    private void load(HuntedTable table, List<List<List<String>>> rows) throws SQLException {
        List<Fresh> here = at(table.place());
        for (int i = 0; i < here.size(); i++) {
            int shard = i;
            List<List<List<String>>> part = rows.stream()
                    .filter(row -> Long.parseLong(row.getFirst().getFirst()) % here.size() == shard)
                    .toList();
            create(here.get(i), table.name(), table, part, Side.ASKED);
        }
        create(oracle, "held." + table.name(), table, rows, Side.ORACLE);
        oracle.execute("CREATE VIEW hunt." + table.name() + " AS SELECT * FROM held." + table.name());
    }

    private static void create(Fresh database, String name, HuntedTable table, List<List<List<String>>> rows, Side side)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        for (String column : HuntedTable.NAMES) {
            Sort sort = HuntedTable.sort(column);
            String held = sort == Sort.TEXT || sort == Sort.DOUBLE
                    ? Literals.type(sort, Side.ORACLE)
                    : HuntedTable.contractType(column);
            columns.add(column + " " + (side == Side.ASKED ? table.remoteType(column) : held)
                    + (column.equals("id") ? " NOT NULL PRIMARY KEY" : ""));
        }
        try (Connection connection = database.openAsAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + name + " (" + String.join(", ", columns) + ")");
            boolean maria = side == Side.ASKED && table.place().isMariaDb();
            for (List<List<String>> row : rows) {
                statement.execute("INSERT INTO " + name + " VALUES (" + values(row, maria) + ")");
            }
            if (!name.contains(".")) {
                // Without statistics of its own, a database of this size would never be asked for them.
                statement.execute((maria ? "ANALYZE TABLE " : "ANALYZE ") + name);
            }
        }
    }

    private static String values(List<List<String>> row, boolean maria) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Sort sort = HuntedTable.sort(HuntedTable.NAMES.get(i));
            values.add(row.get(i).isEmpty() ? "NULL" : value(row.get(i).getFirst(), sort, maria));
        }
        return String.join(", ", values);
    }

    private static String value(String text, Sort sort, boolean maria) {
        return switch (sort) {
            case BOOLEAN -> maria ? text : text.equals("1") ? "TRUE" : "FALSE";
            case TEXT -> "'" + (maria ? text.replace("\\", "\\\\") : text).replace("'", "''") + "'";
            case INSTANT -> maria ? "'" + text + "'" : "TIMESTAMP WITH TIME ZONE '" + text + "+00'";
            case DATE, TIMESTAMP, TIME -> "'" + text + "'";
            default -> text;
        };
    }

    private List<Fresh> at(HuntedTable.Place place) {
        return places.getOrDefault(place, List.of());
    }

    private static String password(HuntedTable.Place place) {
        return place.isMariaDb() ? "MARIADB_PASSWORD" : "POSTGRES_PASSWORD";
    }

    private String source(HuntedTable.Place place) {
        StringBuilder yaml =
                new StringBuilder("""
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s}
                spec:
                  kind: %s
                """.formatted(place.source(), place.isMariaDb() ? "mariadb" : "postgresql"));
        List<Fresh> here = at(place);
        if (here.size() == 1) {
            yaml.append("  connection: ")
                    .append(connection(here.getFirst(), place))
                    .append('\n');
        } else {
            yaml.append("  shards:\n");
            for (int i = 0; i < here.size(); i++) {
                yaml.append("    - {name: ").append(place.source()).append('_').append(i);
                yaml.append(", connection: ")
                        .append(connection(here.get(i), place))
                        .append("}\n");
            }
            yaml.append("  split: {rule: modulo, keys: {orders: id, items: id}}\n");
        }
        yaml.append("  tables:\n");
        HuntedTable.ALL.stream().filter(table -> table.place() == place).forEach(table -> {
            yaml.append("    - name: ").append(table.name()).append("\n      columns:\n");
            HuntedViews.columns(yaml, "        ", table.name());
        });
        return yaml.toString();
    }

    private static String connection(Fresh fresh, HuntedTable.Place place) {
        return "{host: %s, port: %d, database: %s, user: %s, password: \"${env:%s}\", tls: disabled}"
                .formatted(fresh.host(), fresh.port(), fresh.name(), fresh.user(), password(place));
    }

    @Override
    public void close() throws SQLException {
        for (Fresh database : databases) {
            database.close();
        }
    }
}
