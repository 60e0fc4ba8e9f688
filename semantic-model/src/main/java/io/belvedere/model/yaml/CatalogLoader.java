package io.belvedere.model.yaml;

import io.belvedere.model.catalog.Catalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads a catalog folder: {@code sources/}, {@code dimensions/} and {@code views/}, one definition a file, in any folder below them.
 *
 * <p>A file with a problem is quarantined and reported; it never touches another. What a view's query means is not checked
 * here: a view over a quarantined source loads, and the compiler of views reports it. Safe for use by many threads.
 *
 * <p>Limits: {@value CatalogFolder#FILES_MAX} files, {@value FileText#BYTES_MAX} bytes a file, {@value YamlTree#DEPTH_MAX} levels and
 * {@value YamlTree#NODES_MAX} values a file, {@value Problems#PROBLEMS_MAX} problems reported a file.
 */
public final class CatalogLoader {
    /** The folders of a catalog that are read; nothing else in it is. */
    public static final List<String> FOLDERS =
            Arrays.stream(DefinitionKind.values()).map(DefinitionKind::folder).toList();

    private static final CatalogFiles NOTHING =
            new CatalogFiles(new Catalog(List.of(), List.of()), List.of(), Map.of(), new TreeSet<>());

    private final FileReader reader;

    /** A loader that takes the {@code ${env:NAME}} of connections from these variables. */
    public CatalogLoader(Variables variables) {
        this.reader = new FileReader(variables);
    }

    /** Reads every file of the folder. Throws {@code CATALOG_UNREADABLE} when the folder is not there or cannot be listed. */
    public CatalogFiles load(Path folder) {
        return reload(NOTHING, folder);
    }

    /**
     * As {@link #load}; for a file that broke, the last good definition that {@code previous} read from it keeps serving, and the
     * file's problems are reported all the same. A file that is gone takes its definition with it; a whole folder that is gone, or
     * became something else, is a mishap (a copy under way, a volume that is not there) and takes nothing with it.
     */
    public CatalogFiles reload(CatalogFiles previous, Path folder) {
        CatalogFolder listing = CatalogFolder.list(folder);
        if (listing.tooLarge()) {
            return tooLarge(previous);
        }
        List<LoadedFile> good = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        List<Diagnostic> found = new ArrayList<>(listing.problems());
        found.addAll(missing(listing, previous));
        for (Diagnostic problem : found) {
            broken.add(problem.file());
            previous.served().keySet().stream()
                    .filter(path -> path.startsWith(problem.file() + "/"))
                    .forEach(broken::add);
        }
        for (CatalogFolder.Found file : listing.files()) {
            Problems problems = new Problems(file.name());
            Optional<LoadedFile> loaded = reader.read(file, problems);
            loaded.ifPresentOrElse(good::add, () -> broken.add(file.name()));
            found.addAll(problems.list());
        }
        return CatalogAssembly.assemble(good, broken, found, previous.served());
    }

    private static List<Diagnostic> missing(CatalogFolder listing, CatalogFiles previous) {
        return FOLDERS.stream()
                .filter(name -> !listing.has(name))
                .filter(name -> previous.served().keySet().stream().anyMatch(path -> path.startsWith(name + "/")))
                .map(
                        name -> new Diagnostic(
                                name,
                                1,
                                1,
                                DiagnosticCode.FOLDER_MISSING.name(),
                                "The folder is gone, and what it held keeps serving; put it back, or an empty one in its place."))
                .toList();
    }

    private static CatalogFiles tooLarge(CatalogFiles previous) {
        Diagnostic problem = new Diagnostic(
                ".",
                1,
                1,
                DiagnosticCode.FOLDER_TOO_LARGE.name(),
                "A catalog folder has at most " + CatalogFolder.FILES_MAX + " definitions; none of them was read.");
        return new CatalogFiles(
                previous.catalog(),
                List.of(problem),
                previous.served(),
                new TreeSet<>(previous.served().keySet()));
    }
}
