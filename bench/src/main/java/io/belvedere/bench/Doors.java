package io.belvedere.bench;

import io.belvedere.bench.Turns.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The doors against PostgreSQL's own driver on the same table, all in turn: a million rows of ten columns, one row by key alone and by 8 and 32
 * clients, and what a tool asks about a catalog of 5,000 views. Policy and both durable audit records are on. The clients share the processors with
 * the server and the database. {@code --rows N}, {@code --turns N}, {@code --seconds N} and {@code --views N} make it shorter or longer, {@code --only WORD} takes one of
 * {@code rows}, {@code row}, {@code crowd}, {@code catalog}.
 */
final class Doors implements Bench.Suite {
    private static final long ROWS = 1_000_000;
    private static final int READS = 7;
    private static final int WARM_UP_READS = 3;
    private static final int LOOKUPS = 1_500;
    private static final double SECONDS = 4;
    private static final int VIEWS = 5_000;
    private static final int LISTINGS = 5;
    /** What asking for the whole catalog may take. */
    private static final double LISTING_MILLIS = 1_000;
    /** What one row over Flight may take on a machine that does nothing else. */
    private static final double LOOKUP_MILLIS = 10;

    @Override
    public String description() {
        return "REST, Flight and JDBC against pgJDBC: a million rows, one row, 32 clients, 5,000 views [--only rows|row|crowd|catalog]";
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        Optional<String> only = options.text("only");
        Path folder = Files.createTempDirectory("belvedere-bench-");
        System.err.println("making the table …");
        try (DoorsTable table = DoorsTable.open((long) options.number("rows", ROWS))) {
            List<Figure> figures = new ArrayList<>();
            if (!only.equals(Optional.of("catalog"))) {
                figures.addAll(rows(options, table, Files.createDirectories(folder.resolve("rows"))));
            }
            if (only.isEmpty() || only.equals(Optional.of("catalog"))) {
                figures.addAll(catalog(
                        table, Files.createDirectories(folder.resolve("views")), (int) options.number("views", VIEWS)));
            }
            return figures;
        } finally {
            Lookups.deleteAll(folder);
        }
    }

    private static List<Figure> rows(Options options, DoorsTable table, Path folder) throws Exception {
        Optional<String> only = options.text("only");
        table.writeCatalog(folder);
        System.err.println("starting the server …");
        try (DoorsServer server = DoorsServer.start(table, folder)) {
            List<Way> ways = List.of(
                    new Way("pgJDBC", _ -> JdbcDoor.direct(table), OptionalDouble.empty()),
                    new Way("REST, NDJSON", server::ndjson, OptionalDouble.empty()),
                    new Way("REST, Arrow", server::arrow, OptionalDouble.of(1)),
                    new Way("Flight", server::flight, OptionalDouble.of(1)),
                    new Way("Flight JDBC", server::flightJdbc, OptionalDouble.empty()));
            List<Figure> figures = new ArrayList<>();
            if (only.isEmpty() || only.equals(Optional.of("rows"))) {
                figures.addAll(allRows(ways));
            }
            if (only.isEmpty() || only.equals(Optional.of("row"))) {
                figures.addAll(oneRow(ways, table, (int) options.number("turns", LOOKUPS)));
            }
            if (only.isEmpty() || only.equals(Optional.of("crowd"))) {
                for (int clients : List.of(1, 8, DoorsServer.CALLERS)) {
                    figures.addAll(crowd(ways, table, clients, options.number("seconds", SECONDS)));
                }
            }
            return figures;
        }
    }

    private static List<Figure> allRows(List<Way> ways) throws Exception {
        System.err.println("reading all rows …");
        Turns turns = new Turns(ways, WARM_UP_READS, READS);
        List<List<Double>> millis = turns.run((door, _) -> door.all());
        double baseline = Measurement.median(millis.getFirst());
        List<Figure> figures = new ArrayList<>();
        for (int i = 1; i < ways.size(); i++) {
            Way way = ways.get(i);
            double median = Measurement.median(millis.get(i));
            figures.add(told(new Figure(
                    "doors",
                    "all rows: " + way.name(),
                    "ms",
                    median,
                    baseline,
                    way.goal(),
                    String.format(
                            Locale.ROOT,
                            "%,.0f rows/s, pgJDBC %,.0f rows/s",
                            turns.rows() / median * 1_000,
                            turns.rows() / baseline * 1_000))));
        }
        return figures;
    }

    private static List<Figure> oneRow(List<Way> ways, DoorsTable table, int lookups) throws Exception {
        System.err.println("reading one row …");
        List<List<Double>> millis = new Turns(ways, lookups, lookups).run((door, turn) -> door.one(table.id(turn)));
        List<Double> direct = millis.getFirst();
        double baseline = Measurement.median(direct);
        List<Figure> figures = new ArrayList<>();
        for (int i = 1; i < ways.size(); i++) {
            Way way = ways.get(i);
            List<Double> ours = millis.get(i);
            figures.add(told(new Figure(
                    "doors",
                    "one row: " + way.name(),
                    "ms",
                    Measurement.median(ours),
                    baseline,
                    OptionalDouble.of(LOOKUP_MILLIS / baseline),
                    String.format(
                            Locale.ROOT,
                            "p99 %.2f ms, pgJDBC p50 %.2f ms, p99 %.2f ms",
                            Lookups.percentile(ours, 0.99),
                            baseline,
                            Lookups.percentile(direct, 0.99)))));
        }
        return figures;
    }

    private static List<Figure> crowd(List<Way> ways, DoorsTable table, int clients, double seconds) throws Exception {
        Crowd.Result direct = together(ways.getFirst(), table, clients, seconds);
        List<Figure> figures = new ArrayList<>();
        for (Way way : ways.subList(1, ways.size())) {
            Crowd.Result ours = together(way, table, clients, seconds);
            figures.add(told(new Figure(
                    "doors",
                    clients + (clients == 1 ? " client: " : " clients: ") + way.name(),
                    "µs each",
                    1e6 / ours.perSecond(),
                    1e6 / direct.perSecond(),
                    OptionalDouble.empty(),
                    String.format(
                            Locale.ROOT,
                            "%,.0f/s, p50 %.2f ms, p99 %.2f ms; pgJDBC %,.0f/s, p50 %.2f ms, p99 %.2f ms",
                            ours.perSecond(),
                            Lookups.percentile(ours.millis(), 0.5),
                            Lookups.percentile(ours.millis(), 0.99),
                            direct.perSecond(),
                            Lookups.percentile(direct.millis(), 0.5),
                            Lookups.percentile(direct.millis(), 0.99)))));
        }
        return figures;
    }

    private static Crowd.Result together(Way way, DoorsTable table, int clients, double seconds) throws Exception {
        List<Door> doors = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                doors.add(way.opener().open(i));
            }
            Crowd.Ask ask = (client, turn) -> requireOne(doors.get(client).one(table.id(turn)));
            Crowd.run(clients, seconds / 2, ask);
            return Crowd.run(clients, seconds, ask);
        } finally {
            for (Door door : doors) {
                door.close();
            }
        }
    }

    private static void requireOne(Tally tally) {
        if (tally.rows() != 1) {
            throw new IllegalStateException("a key gave " + tally.rows() + " rows");
        }
    }

    private static List<Figure> catalog(DoorsTable table, Path folder, int views) throws Exception {
        System.err.println("making " + views + " views …");
        table.createViews(views);
        table.writeViews(folder, views);
        try (DoorsServer server = DoorsServer.start(table, folder);
                Connection ours = server.connect(0);
                Connection direct = table.connect()) {
            List<Figure> figures = new ArrayList<>();
            figures.add(listed(
                    "getTables of " + views + " views",
                    views,
                    ours,
                    direct,
                    (about, schema, pattern) -> about.getTables(null, schema, pattern, null)));
            // The third column of each is hidden from this caller.
            figures.add(listed(
                    "getColumns of " + views + " views",
                    2L * views,
                    ours,
                    direct,
                    (about, schema, pattern) -> about.getColumns(null, schema, pattern, "%")));
            return figures;
        }
    }

    /** A question of a tool about the catalog. */
    @FunctionalInterface
    private interface Listing {
        ResultSet ask(DatabaseMetaData about, String schema, String pattern) throws SQLException;
    }

    private static Figure listed(String name, long expected, Connection ours, Connection direct, Listing listing)
            throws SQLException {
        List<Double> oursMillis = new ArrayList<>();
        List<Double> directMillis = new ArrayList<>();
        for (int turn = 0; turn < 1 + LISTINGS; turn++) {
            long begin = System.nanoTime();
            count(listing.ask(direct.getMetaData(), "public", "v%"));
            long between = System.nanoTime();
            long found = count(listing.ask(ours.getMetaData(), "bench", "v%"));
            long end = System.nanoTime();
            if (found != expected) {
                throw new IllegalStateException(name + " found " + found);
            }
            if (turn > 0) {
                directMillis.add((between - begin) / 1e6);
                oursMillis.add((end - between) / 1e6);
            }
        }
        double baseline = Measurement.median(directMillis);
        return told(new Figure(
                "doors",
                name,
                "ms",
                Measurement.median(oursMillis),
                baseline,
                OptionalDouble.of(LISTING_MILLIS / baseline),
                "only what the caller may see; pgJDBC lists the same views of the database"));
    }

    private static long count(ResultSet rows) throws SQLException {
        long count = 0;
        try (rows) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private static Figure told(Figure figure) {
        System.err.printf(
                Locale.ROOT, "  %s: %.2f %s; %s%n", figure.name(), figure.median(), figure.unit(), figure.note());
        return figure;
    }
}
