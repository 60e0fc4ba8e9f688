package io.belvedere.model.yaml;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.view.Compatibility;
import io.belvedere.model.view.Compatibility.Bump;
import io.belvedere.model.view.Compatibility.Change;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.LoadedFile.OfDimension;
import io.belvedere.model.yaml.LoadedFile.OfSource;
import io.belvedere.model.yaml.LoadedFile.OfView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Good files to a catalog: what only shows between files is checked here.
 *
 * <p>A file that is at fault gives way to its last good definition, if it has one, and leaves otherwise; then all is checked again,
 * until nothing is at fault. Files never win by their names: of two that define one thing, both are at fault, unless one of
 * them is only a last good definition, which gives way. Each file steps back at most twice, so this ends.
 */
final class CatalogAssembly {
    private final SortedMap<String, LoadedFile> current = new TreeMap<>();
    private final Map<String, LoadedFile> lastGood;
    private final SortedSet<String> kept = new TreeSet<>();
    private final List<Diagnostic> problems = new ArrayList<>();

    private CatalogAssembly(Map<String, LoadedFile> lastGood) {
        this.lastGood = lastGood;
    }

    /**
     * @param good the files that have no problem of their own
     * @param broken the paths of those that have one
     * @param found the problems of the broken files
     * @param lastGood the definitions that served before, by path
     */
    static CatalogFiles assemble(
            Collection<LoadedFile> good,
            Collection<String> broken,
            List<Diagnostic> found,
            Map<String, LoadedFile> lastGood) {
        CatalogAssembly assembly = new CatalogAssembly(lastGood);
        assembly.problems.addAll(found);
        good.forEach(file -> assembly.current.put(file.path(), file));
        broken.forEach(assembly::stepBack);
        assembly.settle();
        return new CatalogFiles(assembly.catalog(), assembly.problems, assembly.current, assembly.kept);
    }

    private void settle() {
        List<Fault> faults;
        do {
            faults = duplicates();
            if (faults.isEmpty()) {
                faults = takenNames();
            }
            if (faults.isEmpty()) {
                faults = directories();
            }
            if (faults.isEmpty()) {
                faults = DimensionCheck.faults(dimensions(), sources(), views()).stream()
                        .map(refusal -> new Fault(refusal.file(), refusal.at(), refusal.code(), refusal.message()))
                        .toList();
            }
            if (faults.isEmpty()) {
                faults = underdeclared();
            }
            faults.forEach(this::quarantine);
        } while (!faults.isEmpty());
    }

    private void quarantine(Fault fault) {
        String path = fault.file().path();
        if (!kept.contains(path)) {
            Position at = fault.at();
            problems.add(
                    new Diagnostic(path, at.line(), at.column(), fault.code().name(), fault.message()));
        }
        stepBack(path);
    }

    /** Puts the last good definition in the place of a file; nothing, if there is none or if it stands there already. */
    private void stepBack(String path) {
        current.remove(path);
        LoadedFile before = lastGood.get(path);
        if (before == null || !kept.add(path)) {
            kept.remove(path);
            return;
        }
        current.put(path, before);
    }

    private List<Fault> duplicates() {
        List<Fault> faults = new ArrayList<>();
        twice(sources(), file -> file.source().name())
                .forEach((name, files) ->
                        addDuplicates(DiagnosticCode.DUPLICATE_SOURCE, "Source '" + name + "'", files, faults));
        twice(dimensions(), file -> file.draft().name().toString())
                .forEach((name, files) ->
                        addDuplicates(DiagnosticCode.DUPLICATE_DIMENSION, "Dimension '" + name + "'", files, faults));
        twice(views(), file -> file.view().id())
                .forEach((id, files) ->
                        addDuplicates(DiagnosticCode.DUPLICATE_VIEW_VERSION, "View '" + id + "'", files, faults));
        return faults;
    }

    private void addDuplicates(DiagnosticCode code, String what, List<? extends LoadedFile> files, List<Fault> faults) {
        boolean oneGivesWay = files.stream().anyMatch(file -> kept.contains(file.path()));
        for (LoadedFile file : files) {
            if (oneGivesWay && !kept.contains(file.path())) {
                continue;
            }
            String others = files.stream()
                    .map(LoadedFile::path)
                    .filter(path -> !path.equals(file.path()))
                    .collect(Collectors.joining(", "));
            String message = what + " is defined in " + others + " too; keep one of them.";
            faults.add(new Fault(file, file.name(), code, message));
        }
    }

    private List<Fault> takenNames() {
        Map<SourceName, SourceDefinition> sources = sources().stream()
                .collect(Collectors.toMap(file -> file.source().name(), OfSource::source));
        List<Fault> faults = new ArrayList<>();
        for (OfView file : views()) {
            SourceName domain = new SourceName(file.view().id().name().domain());
            TableName table = new TableName(domain, file.view().id().name().name());
            Optional<SourceDefinition> source = Optional.ofNullable(sources.get(domain));
            if (source.flatMap(named -> named.findTable(table)).isPresent()) {
                String message = "Source '" + domain
                        + "' has a table of this name, so that a query could mean either; rename the" + " view.";
                faults.add(new Fault(file, file.name(), DiagnosticCode.NAME_TAKEN, message));
            }
        }
        return faults;
    }

    /** Of a source that is split by a directory: the table must be there, and fit. */
    private List<Fault> directories() {
        Catalog catalog = catalog();
        List<Fault> faults = new ArrayList<>();
        for (OfSource file : sources()) {
            DirectoryCheck.refusal(file.source(), catalog)
                    .ifPresent(
                            message -> faults.add(new Fault(file, file.name(), DiagnosticCode.SPLIT_INVALID, message)));
        }
        return faults;
    }

    private List<Fault> underdeclared() {
        Map<Object, List<OfView>> versions = views().stream()
                .sorted(Comparator.comparing(file -> file.view().id()))
                .collect(Collectors.groupingBy(file -> file.view().id().name(), TreeMap::new, Collectors.toList()));
        List<Fault> faults = new ArrayList<>();
        for (List<OfView> oldestFirst : versions.values()) {
            ViewDefinition before = oldestFirst.getFirst().view();
            for (OfView file : oldestFirst.subList(1, oldestFirst.size())) {
                Optional<Fault> fault = underdeclared(before, file);
                fault.ifPresent(faults::add);
                before = fault.isPresent() ? before : file.view();
            }
        }
        return faults;
    }

    private static Optional<Fault> underdeclared(ViewDefinition before, OfView file) {
        ViewDefinition after = file.view();
        Bump declared =
                Compatibility.declaredBump(before.id().version(), after.id().version());
        List<Change> beyond = Compatibility.changes(before, after).stream()
                .filter(change -> change.bump().compareTo(declared) > 0)
                .toList();
        if (beyond.isEmpty()) {
            return Optional.empty();
        }
        String changes = beyond.stream().limit(5).map(Change::what).collect(Collectors.joining(", "));
        String message = "Against " + before.id() + ", " + changes + (beyond.size() > 5 ? ", and more" : "")
                + ": that is a " + word(beyond.getFirst().bump()) + " version, not a " + word(declared) + " one.";
        return Optional.of(new Fault(file, file.version(), DiagnosticCode.VERSION_UNDERDECLARED, message));
    }

    private static String word(Bump bump) {
        return bump.name().toLowerCase(Locale.ROOT);
    }

    private static <F extends LoadedFile, K> Map<K, List<F>> twice(List<F> files, Function<F, K> key) {
        Map<K, List<F>> byKey = files.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.toList()));
        byKey.values().removeIf(same -> same.size() < 2);
        return byKey;
    }

    private Catalog catalog() {
        Catalog tables = new Catalog(sources().stream().map(OfSource::source).toList(), List.of());
        return new Catalog(
                tables.sources(),
                views().stream().map(OfView::view).toList(),
                dimensions().stream()
                        .flatMap(file -> DimensionCheck.define(file.draft(), tables).stream())
                        .toList());
    }

    private List<OfDimension> dimensions() {
        return current.values().stream()
                .filter(OfDimension.class::isInstance)
                .map(OfDimension.class::cast)
                .toList();
    }

    private List<OfSource> sources() {
        return current.values().stream()
                .filter(OfSource.class::isInstance)
                .map(OfSource.class::cast)
                .toList();
    }

    private List<OfView> views() {
        return current.values().stream()
                .filter(OfView.class::isInstance)
                .map(OfView.class::cast)
                .toList();
    }

    /** A file that cannot be served beside the others. */
    private record Fault(LoadedFile file, Position at, DiagnosticCode code, String message) {}
}
