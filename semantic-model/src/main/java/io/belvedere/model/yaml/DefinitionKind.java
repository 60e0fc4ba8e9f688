package io.belvedere.model.yaml;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of definitions, each with the word that files use and the folder it stands in. */
enum DefinitionKind {
    SOURCE("Source", "sources"),
    VIEW("View", "views"),
    DIMENSION("Dimension", "dimensions");

    private final String word;
    private final String folder;

    DefinitionKind(String word, String folder) {
        this.word = word;
        this.folder = folder;
    }

    String word() {
        return word;
    }

    String folder() {
        return folder;
    }

    static Optional<DefinitionKind> find(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }
}
