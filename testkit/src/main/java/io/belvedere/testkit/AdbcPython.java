package io.belvedere.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Python that has ADBC's driver for Flight SQL. {@code ./belvedere test} puts one into the cache folder and names it in {@code $BELVEDERE_PYTHON}; where there is no
 * Python it says so and leaves the tests with the tag {@code python} out.
 */
public final class AdbcPython {
    /** As the door has it. */
    private static final String VERSION = "1.13.0";

    private AdbcPython() {}

    /** The program; throws where there is none, because a test that asks for it must not pass without it. */
    public static String program() throws IOException {
        Path python = Optional.ofNullable(System.getenv("BELVEDERE_PYTHON"))
                .map(Path::of)
                .orElseGet(() -> CacheFolder.root().resolve("adbc-" + VERSION + "/bin/python"));
        if (!Files.isExecutable(python)) {
            throw new IOException(
                    python + " is not there; ./belvedere test makes it, or leave the tests with the tag python out.");
        }
        return python.toString();
    }
}
