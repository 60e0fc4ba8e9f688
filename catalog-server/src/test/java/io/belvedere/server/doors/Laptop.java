package io.belvedere.server.doors;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server over a copy of the sample's folders, so that a test may edit them. */
public final class Laptop implements QuarkusTestResourceLifecycleManager {
    private static final Path SAMPLE = Path.of("..", "samples", "coffee-chain");
    static final int EXPORT_ROWS_MAX = 150_000;
    static final int EXPORT_MIB_MAX = 8;
    static final int REQUESTS_AT_ONCE = 400;
    private static volatile Path folder = Path.of("");

    /** The folder that the server reads, with {@code sources/ views/ policy/}. */
    static Path folder() {
        return folder;
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("belvedere-doors");
            copy(SAMPLE, folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("belvedere.catalog.folder", folder.toString());
        settings.put("belvedere.catalog.reload-interval", "PT0.1S");
        settings.put("belvedere.policy.folder", folder.resolve("policy").toString());
        settings.put("belvedere.audit.folder", folder.resolve("audit").toString());
        settings.put(
                "belvedere.identity.dev-file",
                folder.resolve("dev-identities.yaml").toString());
        settings.put("belvedere.engine.spill-folder", folder.resolve("spill").toString());
        settings.put("belvedere.limits.running-per-caller", "2");
        settings.put("belvedere.exports.max-rows", Integer.toString(EXPORT_ROWS_MAX));
        settings.put("belvedere.exports.max-mib", Integer.toString(EXPORT_MIB_MAX));
        settings.put("belvedere.rates.requests-per-second", "20");
        settings.put("belvedere.rates.requests-at-once", Integer.toString(REQUESTS_AT_ONCE));
        return settings;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    // The sources of the sample take their places from the environment, which a test has not.
                    Files.writeString(
                            target,
                            Files.readString(file)
                                    .replaceAll("\\$\\{env:[A-Z0-9_]*_HOST}", "127.0.0.1")
                                    .replaceAll("\"?\\$\\{env:[A-Z0-9_]*_PORT}\"?", "1"));
                }
            }
        }
    }

    @Override
    public void stop() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
