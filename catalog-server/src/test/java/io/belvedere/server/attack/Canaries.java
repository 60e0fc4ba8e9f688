package io.belvedere.server.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for what is hidden in what a server leaves on its disk: log, audit log, spilled and other temporary files. */
final class Canaries {
    /** Stands in every hidden text of {@link PoisonedRows}, and nowhere else. */
    static final String WORD = "CANARY-";

    private Canaries() {}

    /** The files below the folder that hold it, as they are and with a byte of zero after each character. */
    static List<Path> filesWith(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".so"))
                    .filter(Canaries::holds)
                    .toList();
        }
    }

    private static boolean holds(Path file) {
        try {
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            return bytes.contains(WORD) || bytes.contains(String.join("\0", WORD.split("")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
