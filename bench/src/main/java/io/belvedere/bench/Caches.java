package io.belvedere.bench;

import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.samples.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What caches are worth: the same queries over REST at servers that differ in nothing but their catalog, turn by turn in the same run. One keeps
 * nothing of the sources, one keeps the sample's dimensions, one keeps whole results. All give the same rows, and that is checked every time.
 */
final class Caches implements Bench.Suite {
    private static final String LATE_ORDERS = """
            SELECT order_id, line_no, customer_name, email, amount_due, product_name, quantity_in_stock
            FROM fulfilment.late_orders ORDER BY order_id, line_no""";
    private static final String STAR = "SELECT * FROM sales.revenue_by_country ORDER BY country_code, sales_year";

    /** Three times as fast. */
    private static final double STAR_GOAL = 0.33;

    @Override
    public String description() {
        return "late orders and a star with kept results, and with dimensions, against neither";
    }

    /** What a server's catalog lets it keep. */
    private enum Kept {
        NOTHING,
        DIMENSIONS,
        RESULTS
    }

    @Override
    public List<Figure> run(Options options) throws Exception {
        System.err.println("starting the coffee chain and three servers …");
        Path folder = Files.createTempDirectory("belvedere-bench-caches");
        try (CoffeeChain chain = CoffeeChain.start(Scale.FULL, Keep.FOR_LATER);
                ServerProcess nothing = server(chain, folder, Kept.NOTHING);
                ServerProcess dimensions = server(chain, folder, Kept.DIMENSIONS);
                ServerProcess results = server(chain, folder, Kept.RESULTS)) {
            Analyst plain = new Analyst(nothing.port(), "dev-ana");
            System.err.println("measuring …");
            List<Figure> figures = new ArrayList<>();
            Analyst kept = new Analyst(results.port(), "dev-ana");
            figures.add(figure("late orders, kept result", LATE_ORDERS, kept, plain, OptionalDouble.empty()));
            figures.add(figure("star, kept result", STAR, kept, plain, OptionalDouble.empty()));
            Analyst joined = new Analyst(dimensions.port(), "dev-ana");
            figures.add(figure("late orders, dimensions", LATE_ORDERS, joined, plain, OptionalDouble.empty()));
            figures.add(figure("star, dimensions", STAR, joined, plain, OptionalDouble.of(STAR_GOAL)));
            try (KeptTable table = new KeptTable(folder)) {
                figures.addAll(table.figures());
            }
            try (KeptStar star = new KeptStar(folder)) {
                figures.addAll(star.figures());
            }
            return figures;
        } finally {
            delete(folder);
        }
    }

    private static Figure figure(String name, String sql, Analyst ours, Analyst plain, OptionalDouble goal)
            throws Exception {
        var medians = new Measurement(15, 31).alternate(() -> ours.query(sql), () -> plain.query(sql));
        return new Figure(
                "cache",
                name,
                "ms",
                medians.ours(),
                medians.baseline(),
                goal,
                ours.query(sql).size() + " rows over REST; baseline: the same server without");
    }

    private static ServerProcess server(CoffeeChain chain, Path folder, Kept kept)
            throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve(kept.name()));
        Path catalog = own.resolve("catalog");
        copy(CoffeeChain.catalogFolder(), catalog, kept);
        return ServerProcess.start(
                chain,
                ServerProcess.freePort(ServerProcess.Wanted.ANY),
                Map.of(
                        "BELVEDERE_CATALOG_FOLDER",
                        catalog.toString(),
                        "BELVEDERE_AUDIT_FOLDER",
                        Files.createDirectory(own.resolve("audit")).toString(),
                        "BELVEDERE_ENGINE_SPILL_FOLDER",
                        own.resolve("spill").toString()));
    }

    /** The sample's sources, views and policy, with what the server may keep added. */
    private static void copy(Path from, Path to, Kept kept) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path within = from.relativize(file);
                if (within.startsWith("dimensions") && kept != Kept.DIMENSIONS) {
                    continue;
                }
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to.resolve(within));
                } else {
                    String text = Files.readString(file);
                    Files.writeString(to.resolve(within), within.startsWith("views") ? with(kept, text) : text);
                }
            }
        }
    }

    private static String with(Kept kept, String view) {
        // Without the dimensions, the tables that they keep are read at their source.
        String atSource = view.replaceAll("\\bchain\\.", "reference.");
        return switch (kept) {
            case NOTHING -> atSource;
            case DIMENSIONS -> view;
            case RESULTS -> atSource.replaceFirst("(?m)^spec:\n", "spec:\n  cache: {results: {ttl: 1h}}\n");
        };
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
    }
}
