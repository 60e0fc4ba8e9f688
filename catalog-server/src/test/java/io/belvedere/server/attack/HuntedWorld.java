package io.belvedere.server.attack;

import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The hunted house of one world. What the hunter sees is the same in both: the drawn rows, of realm A, with two of their columns masked. What
 * is hidden is not: the values under the masks, and rows of realm B, as many and as nasty as the world wants.
 */
final class HuntedWorld implements AutoCloseable {
    private static final long DATA_SEED = 7;
    private static final int FIRST_HIDDEN = 1_000;
    private static final Pattern PLACE = Pattern.compile("port: (\\d+), database: (\\w+)");
    private static final String REALM = "{name: realm, type: varchar, required: true, classification: [scope.tenant]}";

    private final HuntedHouse house;

    private HuntedWorld(HuntedHouse house) {
        this.house = house;
    }

    /** Makes the world's databases and adds the catalog's files to the folder. */
    static HuntedWorld open(World world, Path folder) throws SQLException, IOException {
        HuntedWorld hunted = new HuntedWorld(HuntedHouse.open(DATA_SEED, HuntedViews.GuardedRows.ALL));
        try {
            hunted.house.writeCatalog(folder);
            for (Path file : yaml(folder.resolve("sources"))) {
                String text = Files.readString(file);
                if (text.contains("_PASSWORD}\", tls") && !text.contains("name: raw_")) {
                    hideAll(text, world);
                    Files.writeString(file, classified(text));
                }
            }
            for (Path file : yaml(folder.resolve("views"))) {
                String text = Files.readString(file);
                if (text.contains("name: hunt.")) {
                    Files.writeString(file, classified(scoped(text)));
                }
            }
            return hunted;
        } catch (SQLException | IOException | RuntimeException failure) {
            hunted.close();
            throw failure;
        }
    }

    HuntedHouse house() {
        return house;
    }

    Map<String, String> secrets() {
        return house.secrets();
    }

    private static List<Path> yaml(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Rows of the views have their realm too; a view of two tables joins rows of one realm. */
    private static String scoped(String view) {
        String query = view.contains(" a JOIN ")
                ? view.replaceFirst(" FROM ", ", a.realm FROM ")
                        .replaceFirst("(?m)^( *query: \".*)\"$", "$1 AND a.realm = b.realm\"")
                : view.replaceFirst(" FROM ", ", realm FROM ");
        return query.stripTrailing() + "\n    - " + REALM + "\n";
    }

    /** The decimal {@code d4} and the text {@code t} are under masks, wherever they stand. */
    private static String classified(String yaml) {
        String marked = yaml.replace(
                        "{name: d4, type: \"decimal(18,4)\"}",
                        "{name: d4, type: \"decimal(18,4)\", classification: [hunt.amount]}")
                .replace("{name: t, type: \"varchar\"}", "{name: t, type: \"varchar\", classification: [hunt.text]}")
                .replace(
                        "classification: [" + HuntedViews.MASKED_CLASS + "]",
                        "classification: [" + HuntedViews.MASKED_CLASS + ", hunt.text]");
        return marked.contains("tables:")
                ? marked.replaceAll("(?m)^( *)- \\{name: opens, type: \"time\"}", "$0\n$1- " + REALM)
                : marked;
    }

    private static void hideAll(String source, World world) throws SQLException {
        boolean maria = source.contains("kind: mariadb");
        EmbeddedDatabase server = maria ? TestDatabases.mariaDb() : TestDatabases.postgres();
        Matcher place = PLACE.matcher(source);
        while (place.find()) {
            try (Connection connection = server.openAsAdmin(place.group(2));
                    Statement statement = connection.createStatement()) {
                for (String table : tables(connection, place.group(2), maria)) {
                    hide(statement, table, maria, world);
                }
            }
        }
    }

    private static List<String> tables(Connection connection, String database, boolean maria) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        List<String> names = new ArrayList<>();
        try (ResultSet rows =
                data.getTables(maria ? database : null, maria ? null : "public", "%", new String[] {"TABLE"})) {
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
            }
        }
        return names;
    }

    private static void hide(Statement statement, String table, boolean maria, World world) throws SQLException {
        statement.execute("ALTER TABLE " + table + " ADD COLUMN realm VARCHAR(20) DEFAULT 'A' NOT NULL");
        boolean one = world == World.ONE;
        statement.execute("UPDATE " + table + " SET d4 = " + (one ? "0.0001" : "CASE WHEN id > 4 THEN -id END")
                + ", t = CASE WHEN t IS NOT NULL THEN '" + Canaries.WORD + (one ? "x" : "longer'' %_\\\\") + "' END");
        int rounds = one ? 1 : 8;
        for (int round = 0; round < rounds; round++) {
            int from = FIRST_HIDDEN * (round + 1);
            // Zeros to divide by, edges to run over, values that visible rows have too.
            statement.execute("INSERT INTO " + table + " SELECT id + " + from
                    + ", CASE WHEN id > 5 THEN 0 ELSE 2147483647 END, CASE WHEN id > 3 THEN 0 ELSE g END,"
                    + " flag, 99999999.99, 0, " + (one ? "0" : "1e300") + ", '" + Canaries.WORD + round + "', '"
                    + Canaries.WORD + "u',"
                    + " w, happened_on, " + (maria ? "'9999-12-31 23:59:59'" : "TIMESTAMP '9999-12-31 23:59:59'")
                    + ", seen_at, opens, 'B' FROM " + table
                    + " WHERE realm = 'A'");
        }
        if (!one) {
            statement.execute("INSERT INTO " + table + " (id, realm) VALUES (-1, 'B'), (999999, 'a'), (999998, 'A ')");
        }
        statement.execute((maria ? "ANALYZE TABLE " : "ANALYZE ") + table);
    }

    @Override
    public void close() throws SQLException {
        house.close();
    }
}
