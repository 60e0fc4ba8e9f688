package io.belvedere.federation.hunt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The hunted tables that stand in one database, kept as dimensions: half of the queries use them, half of these may send their rows. */
final class HuntedDimensions {
    private static final List<String> TABLES = List.of("maria.people", "postgres.events");
    /** Modes of the hunt come round with the seed; what is chosen here comes round more slowly. */
    private static final long ROUND = 6;

    private HuntedDimensions() {}

    static boolean areKept(long seed) {
        return Math.floorMod(seed / ROUND, 2L) == 1;
    }

    static boolean areInlined(long seed) {
        return Math.floorMod(seed / ROUND, 4L) == 1;
    }

    /** Adds them to the catalog in the folder, and says in each view that rows may be of a while ago. */
    static void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("dimensions"));
        for (String table : TABLES) {
            String source = table.substring(0, table.indexOf('.'));
            String name = table.substring(table.indexOf('.') + 1);
            Files.writeString(folder.resolve("dimensions/" + name + ".yaml"), """
                    apiVersion: belvedere.io/v1
                    kind: Dimension
                    metadata: {name: kept.%2$s, description: Hunted.}
                    spec: {source: %1$s, table: %2$s}
                    """.formatted(source, name));
        }
        try (Stream<Path> views = Files.list(folder.resolve("views"))) {
            for (Path view : (Iterable<Path>) views::iterator) {
                Files.writeString(
                        view,
                        Files.readString(view)
                                .replaceFirst("(?m)^spec:\n", "spec:\n  freshness: {maxStaleness: 15m}\n"));
            }
        }
    }
}
