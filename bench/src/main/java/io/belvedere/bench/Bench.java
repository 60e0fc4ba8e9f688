package io.belvedere.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code bench NAME [--json FILE] [--OPTION VALUE]}: runs one benchmark, prints its table, and exits with 0 whatever the figures are. */
public final class Bench {
    private static final Map<String, Suite> SUITES = new TreeMap<>(Map.of(
            "cache", new Caches(),
            "doors", new Doors(),
            "e2e", new EndToEnd(),
            "engine", new Engine(),
            "governance", new Governance(),
            "lookup", new Lookups()));

    private Bench() {}

    /** A named set of cases. */
    interface Suite {
        String description();

        List<Figure> run(Options options) throws Exception;
    }

    /** Runs the benchmark that the arguments name. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("hunt")) {
            System.exit(QueryHunt.run(args));
        }
        Suite suite = args.length == 0 ? null : SUITES.get(args[0]);
        if (suite == null) {
            System.out.println("benchmarks (./belvedere bench NAME [--json FILE] [--OPTION VALUE]):");
            SUITES.forEach((name, each) -> System.out.printf("  %-12s %s%n", name, each.description()));
            System.out.printf("  %-12s %s%n", "hunt", QueryHunt.DESCRIPTION);
            System.exit(args.length == 0 ? 0 : 2);
            return;
        }
        Options options = new Options(List.of(args).subList(1, args.length));
        Report report = new Report(suite.run(options));
        report.print(System.out);
        Optional<Path> json = options.file("json");
        if (json.isPresent()) {
            report.write(json.get());
        }
        System.exit(0);
    }
}
