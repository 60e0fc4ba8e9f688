package io.belvedere.model.yaml;

import static io.belvedere.model.ModelError.CATALOG_UNREADABLE;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The YAML files of a catalog folder, in the order of their paths: everything ending in {@code .yaml} or {@code .yml} below {@code sources/},
 * {@code views/} and {@code dimensions/}.
 *
 * <p>Names that begin with a dot are skipped. A symbolic link to a file is followed when it ends inside the catalog folder, as mounted
 * configuration does it; one that leaves the folder, is broken or stands for a folder is refused.
 */
final class CatalogFolder {
    /** Every file of it is read at each reload. */
    static final int FILES_MAX = 20_000;

    static final int DEPTH_MAX = 8;

    private final Path root;
    private final List<Found> files = new ArrayList<>();
    private final List<Diagnostic> problems = new ArrayList<>();

    private CatalogFolder(Path root) {
        this.root = root;
    }

    /** Lists the folder. Throws {@code CATALOG_UNREADABLE} when it is not there or cannot be listed. */
    static CatalogFolder list(Path folder) {
        try {
            CatalogFolder catalog = new CatalogFolder(folder.toRealPath());
            for (DefinitionKind kind : DefinitionKind.values()) {
                Path below = catalog.root.resolve(kind.folder());
                if (Files.exists(below, LinkOption.NOFOLLOW_LINKS)) {
                    catalog.visit(below, kind, 1);
                }
            }
            return catalog;
        } catch (IOException unreadable) {
            throw CATALOG_UNREADABLE.error(
                    "The catalog folder cannot be listed; check that it exists and that the server may read it.",
                    unreadable);
        }
    }

    List<Found> files() {
        return List.copyOf(files);
    }

    /** Whether something of this name stands directly in the folder. */
    boolean has(String name) {
        return Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** Entries that were refused before they were opened. */
    List<Diagnostic> problems() {
        return List.copyOf(problems);
    }

    /** Whether the folder holds more files than are accepted; nothing of it is then served. */
    boolean tooLarge() {
        return files.size() > FILES_MAX;
    }

    private void visit(Path path, DefinitionKind kind, int depth) throws IOException {
        if (tooLarge()) {
            return;
        }
        if (Files.isSymbolicLink(path)) {
            visitLink(path, kind);
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            visitFolder(path, kind, depth);
        } else if (isYaml(path)) {
            addFile(path, path, kind);
        }
    }

    private void visitFolder(Path path, DefinitionKind kind, int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            refuse(path, DiagnosticCode.FILE_UNREADABLE, "Folders are at most " + DEPTH_MAX + " levels deep.");
            return;
        }
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            for (Path entry : stream) {
                if (!fileName(entry).startsWith(".")) {
                    entries.add(entry);
                }
                if (entries.size() > FILES_MAX * 2) {
                    break; // more than are accepted, whatever they are; the rest needs no memory
                }
            }
        }
        entries.sort(null);
        for (Path entry : entries) {
            visit(entry, kind, depth + 1);
        }
    }

    private void visitLink(Path link, DefinitionKind kind) {
        try {
            Path target = link.toRealPath();
            if (!target.startsWith(root)) {
                refuse(
                        link,
                        DiagnosticCode.SYMLINK_REFUSED,
                        "This link leaves the catalog folder; put the file itself here.");
            } else if (Files.isDirectory(target)) {
                refuse(
                        link,
                        DiagnosticCode.SYMLINK_REFUSED,
                        "This link stands for a folder; put the folder itself here.");
            } else if (isYaml(link)) {
                addFile(link, target, kind);
            }
        } catch (IOException broken) {
            refuse(link, DiagnosticCode.SYMLINK_REFUSED, "This link leads nowhere; remove it.");
        }
    }

    private void addFile(Path path, Path target, DefinitionKind kind) {
        if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            files.add(new Found(name(path), target, kind));
        } else {
            refuse(path, DiagnosticCode.FILE_UNREADABLE, "This is not a regular file.");
        }
    }

    private void refuse(Path path, DiagnosticCode code, String message) {
        problems.add(new Diagnostic(name(path), 1, 1, code.name(), message));
    }

    /** The path below the catalog folder as it is shown: with {@code /}, and without characters that could confuse a terminal. */
    private String name(Path path) {
        List<String> steps = new ArrayList<>();
        root.relativize(path).forEach(step -> steps.add(step.toString()));
        String below = String.join("/", steps);
        StringBuilder shown = new StringBuilder();
        below.codePoints().forEach(character -> {
            String one = Character.toString(character);
            boolean plain = Characters.firstInvisible(one) < 0 && character != '\n' && character != '\t';
            shown.append(plain ? one : Characters.escape(character));
        });
        return shown.toString();
    }

    private static boolean isYaml(Path path) {
        return fileName(path).endsWith(".yaml") || fileName(path).endsWith(".yml");
    }

    private static String fileName(Path path) {
        return String.valueOf(path.getFileName());
    }

    /**
     * A file to read.
     *
     * @param name its path below the catalog folder, as it is shown
     * @param target where its bytes are, inside the catalog folder
     * @param kind what its folder is for
     */
    record Found(String name, Path target, DefinitionKind kind) {}
}
