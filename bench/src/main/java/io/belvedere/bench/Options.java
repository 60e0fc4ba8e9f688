package io.belvedere.bench;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands behind the benchmark's name: {@code --name value}, each once. */
final class Options {
    private final Map<String, String> values = new HashMap<>();

    /** Throws {@code IllegalArgumentException} for what is not a name and a value. */
    Options(List<String> words) {
        for (int i = 0; i < words.size(); i += 2) {
            if (!words.get(i).startsWith("--") || i + 1 == words.size()) {
                throw new IllegalArgumentException("options are --name value, not " + words.get(i));
            }
            values.put(words.get(i).substring(2), words.get(i + 1));
        }
    }

    double number(String name, double otherwise) {
        return Optional.ofNullable(values.get(name)).map(Double::parseDouble).orElse(otherwise);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Optional<Path> file(String name) {
        return text(name)
                .map(file -> Path.of(System.getProperty("belvedere.here", "")).resolve(file));
    }
}
