package io.belvedere.bench;

import io.belvedere.testkit.hunt.Found;
import io.belvedere.testkit.hunt.Hunt;
import io.belvedere.testkit.hunt.HuntedHouse;
import io.belvedere.testkit.hunt.HuntedViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code bench hunt [--minutes N] [--seed S] [--replay]}: queries from seeds over real sources against one database that holds everything, for as long as
 * asked. The first seed also draws the rows. Exits with 1 when an answer differed.
 */
final class QueryHunt {
    static final String DESCRIPTION =
            "wrong answers: queries from seeds against one database that holds everything [--minutes N] [--seed S] [--replay]";

    private static final long MINUTES = 10;
    /** The rows of QueryHuntIT, so that a seed found there is found here. */
    private static final long DATA_SEED = 7;

    private QueryHunt() {}

    /** The exit code. */
    static int run(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        long minutes = number(words, "--minutes", MINUTES);
        long seed = number(words, "--seed", System.currentTimeMillis());
        System.err.println("starting the databases of the hunt …");
        Path folder = Files.createTempDirectory("belvedere-hunt-");
        try (HuntedHouse house = HuntedHouse.open(DATA_SEED, HuntedViews.GuardedRows.ALL);
                GovernedAnswers product = new GovernedAnswers(house, folder)) {
            System.err.println("hunting from seed " + seed + " on …");
            Hunt hunt = new Hunt(house, product, "./belvedere bench hunt --seed %d --replay");
            Found found = words.contains("--replay")
                    ? hunt.replay(seed)
                    : hunt.run(seed, Long.MAX_VALUE, Duration.ofMinutes(minutes));
            found.differences().forEach(difference -> System.out.println(difference + "\n"));
            System.out.println(found);
            return found.differences().isEmpty() ? 0 : 1;
        } finally {
            delete(folder);
        }
    }

    private static long number(List<String> words, String name, long otherwise) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 >= words.size() ? otherwise : Long.parseLong(words.get(at + 1));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
