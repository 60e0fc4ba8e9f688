package io.belvedere.testkit.hunt;

import io.belvedere.testkit.EmbeddedDatabase;
import io.belvedere.testkit.TestDatabases;
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

/**
 * The hunted house of one of two worlds. What the hunter may see is the same in both: the drawn rows, of realm A, with what masks leave of
 * five of their columns. All else differs: what the masks take away, and rows of other realms, which are few in one world and many, odd and
 * skewed in the other. Both have been analysed, so what the databases know of their tables differs too. Closing it drops the databases.
 */
public final class TwinWorld implements AutoCloseable {
    /** Who hunts: a role over the domain {@code hunt}, whose rows have the caller's attribute {@code tenant}, {@value #REALM}. */
    public static final String ROLE = """
            "hunter": {"access": "rows", "domains": ["hunt"], "rows": {"class": "scope.tenant", "attribute": "tenant"},
              "masks": {"scope.tenant": {"mask": "none"}, "scope.word": {"mask": "none"}, "pii.note": {"mask": "none"},
                "hunt.text": {"mask": "redact"}, "hunt.amount": {"mask": "null"}, "hunt.word": {"mask": "keep_first", "characters": 1},
                "hunt.count": {"mask": "bucket", "width": 10}, "hunt.moment": {"mask": "date_trunc", "unit": "month"}},
              "maxRows": 100000}""";

    public static final String REALM = "A";
    /** Stands in every text that the hunter may not see. */
    public static final String CANARY = "CANARY";

    private static final long DATA_SEED = 7;
    private static final int FIRST_HIDDEN = 1_000;
    private static final int ROUNDS_OF_MANY = 24;
    private static final Pattern PLACE = Pattern.compile("port: (\\d+), database: (\\w+)");
    private static final String REALM_COLUMN =
            "{name: realm, type: varchar, required: true, classification: [scope.tenant]}";
    private static final Map<String, String> CLASSES = Map.of(
            "d4, type: \"decimal(18,4)\"", "hunt.amount",
            "t, type: \"varchar\"", "hunt.text",
            "u, type: \"varchar\"", "hunt.word",
            "g, type: \"bigint\"", "hunt.count",
            "happened_at, type: \"timestamp\"", "hunt.moment");

    private final HuntedHouse house;

    /** Which of the two. */
    public enum World {
        /** As many hidden rows as others, all alike. */
        FEW,
        /**
         * Many times as many, with values that break whatever computes with them, or that do not fit their columns' types, and half of them of
         * one key.
         */
        MANY
    }

    private TwinWorld(HuntedHouse house) {
        this.house = house;
    }

    /** Makes the world's databases and adds the catalog's files to the folder. */
    public static TwinWorld open(World world, Path folder) throws SQLException, IOException {
        TwinWorld twin = new TwinWorld(HuntedHouse.open(DATA_SEED, HuntedViews.GuardedRows.ALL));
        try {
            twin.house.writeCatalog(folder);
            for (HuntedTable.Place place : HuntedTable.Place.values()) {
                Path file = folder.resolve("sources/" + place.source() + ".yaml");
                String text = Files.readString(file);
                hideAll(text, place.isMariaDb(), world);
                Files.writeString(file, classified(text));
            }
            for (String view : HuntedViews.names()) {
                Path file = folder.resolve("views/" + view + ".yaml");
                Files.writeString(file, classified(scoped(Files.readString(file))));
            }
            return twin;
        } catch (SQLException | IOException | RuntimeException failure) {
            twin.close();
            throw failure;
        }
    }

    /** The databases, and the one that holds what the hunter may see, without masks: good for drawing queries, not for judging answers. */
    public HuntedHouse house() {
        return house;
    }

    /** The passwords by the names of the variables that the catalog's files use. */
    public Map<String, String> secrets() {
        return house.secrets();
    }

    /** Rows of the views have their realm too; a view of two tables joins rows of one realm. */
    private static String scoped(String view) {
        String query = view.contains(" JOIN ")
                ? view.replaceFirst(" FROM ", ", a.realm FROM ")
                        .replace("a.id <> 3", "a.id <> 3 AND a.realm = b.realm")
                        .replace("b.id <> 4", "b.id <> 4 AND a.realm = b.realm")
                : view.replaceFirst(" FROM ", ", realm FROM ");
        return query.stripTrailing() + "\n    - " + REALM_COLUMN + "\n";
    }

    private static String classified(String yaml) {
        String marked = yaml.replace(
                "classification: [" + HuntedViews.MASKED_CLASS + "]",
                "classification: [" + HuntedViews.MASKED_CLASS + ", hunt.text]");
        for (Map.Entry<String, String> each : CLASSES.entrySet()) {
            marked = marked.replace(
                    "{name: " + each.getKey() + "}",
                    "{name: " + each.getKey() + ", classification: [" + each.getValue() + "]}");
        }
        return marked.contains("tables:")
                ? marked.replaceAll("(?m)^( *)- \\{name: opens, type: \"time\"}", "$0\n$1- " + REALM_COLUMN)
                : marked;
    }

    private static void hideAll(String source, boolean maria, World world) throws SQLException {
        EmbeddedDatabase server = maria ? TestDatabases.mariaDb() : TestDatabases.postgres();
        Matcher place = PLACE.matcher(source);
        while (place.find()) {
            try (Connection connection = server.openAsAdmin(place.group(2));
                    Statement statement = connection.createStatement()) {
                for (String table : tables(connection, place.group(2), maria)) {
                    statement.execute("ALTER TABLE " + table + " ADD COLUMN realm VARCHAR(20) DEFAULT 'A' NOT NULL");
                    statement.execute("UPDATE " + table + " SET " + underMasks(maria, world));
                    switch (world) {
                        case FEW -> hideFew(statement, table, maria);
                        case MANY -> hideMany(statement, table, maria);
                    }
                    statement.execute((maria ? "ANALYZE TABLE " : "ANALYZE ") + table);
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

    /** What each mask takes away: all of a decimal, a text's content, a word's rest, a number's place in its bucket, a moment's in its month. */
    private static String underMasks(boolean maria, World world) {
        boolean few = world == World.FEW;
        String month =
                maria ? "CAST(DATE_FORMAT(happened_at, '%Y-%m-01') AS DATETIME)" : "date_trunc('month', happened_at)";
        String moment = few ? month : month + (maria ? " + INTERVAL 2331296 SECOND" : " + INTERVAL '2331296 seconds'");
        // The ends of the range have no bucket of their own.
        String bucket = "CASE WHEN ABS(g / 10.0) < 900000000000000000 THEN FLOOR(g / 10.0) * 10" + (few ? "" : " + 9")
                + " ELSE g END";
        return String.join(
                ", ",
                "d4 = " + (few ? "0.0001" : "CASE WHEN id > 4 THEN -id END"),
                "t = CASE WHEN t IS NOT NULL THEN '" + CANARY
                        + (few ? "x" : maria ? "longer'' %_\\\\" : "longer'' %_\\") + "' END",
                "u = CASE WHEN CHAR_LENGTH(u) > 1 THEN CONCAT(LEFT(u, 1), '" + CANARY + (few ? "" : "zz")
                        + "') WHEN u IS NOT NULL THEN '" + (few ? "" : "Z") + "' END",
                "g = " + bucket,
                "happened_at = " + moment);
    }

    private static void hideFew(Statement statement, String table, boolean maria) throws SQLException {
        statement.execute(hidden(
                table,
                FIRST_HIDDEN,
                "CASE WHEN id > 5 THEN 0 ELSE 2147483647 END",
                "0",
                "0",
                CANARY + "few",
                maria ? "'9999-12-31 23:59:59'" : "TIMESTAMP '9999-12-31 23:59:59'"));
    }

    /** Zeros to divide by, edges to run over, values that visible rows have too, one key that half of them share, and realms that look like A. */
    private static void hideMany(Statement statement, String table, boolean maria) throws SQLException {
        for (int round = 0; round < ROUNDS_OF_MANY; round++) {
            boolean odd = round % 2 == 1;
            String moment = maria
                    ? (odd ? "'1000-01-01 00:00:00'" : "'9999-12-31 23:59:59'")
                    : "TIMESTAMP '" + (odd ? "0001-01-01 00:00:00" : "9999-12-31 23:59:59") + "'";
            statement.execute(hidden(
                    table,
                    FIRST_HIDDEN * (round + 1),
                    odd ? "1" : "CASE WHEN id > 5 THEN 0 ELSE -2147483648 END",
                    odd ? "-9223372036854775807" : "CASE WHEN id > 3 THEN 0 ELSE g END",
                    odd && !maria ? "CAST('NaN' AS DOUBLE PRECISION)" : "1e300",
                    CANARY + round + (odd ? "''\n\t%_" : ""),
                    moment));
        }
        statement.execute("INSERT INTO " + table
                + " (id, realm) VALUES (-1, 'B'), (999999, 'a'), (999998, 'A '), (999997, ''), (999996, ' A')");
        misfit(statement, table, maria);
    }

    /** Values that no column of their type can carry to the engine, in a third of the hidden rows. */
    private static void misfit(Statement statement, String table, boolean maria) throws SQLException {
        String where = " WHERE realm = 'B' AND MOD(id, 3) = 0";
        if (maria) {
            statement.execute("SET SESSION sql_mode = ''");
            statement.execute("UPDATE " + table
                    + " SET flag = 9, happened_on = '0000-00-00', happened_at = '0000-00-00', opens = '-10:00:00'"
                    + where);
        } else {
            statement.execute("UPDATE " + table
                    + " SET d2 = 'NaN', d4 = 'NaN', happened_on = 'infinity', seen_at = 'infinity', happened_at = '-infinity'"
                    + where);
        }
    }

    private static String hidden(
            String table, int from, String key, String count, String fraction, String text, String moment) {
        return "INSERT INTO " + table + " SELECT id + " + from + ", " + key + ", " + count
                + ", flag, 99999999.99, 0, " + fraction + ", '" + text + "', '" + CANARY + "u', w, happened_on, "
                + moment
                + ", seen_at, opens, 'B' FROM " + table + " WHERE realm = 'A'";
    }

    @Override
    public void close() throws SQLException {
        house.close();
    }
}
