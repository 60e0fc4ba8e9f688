package io.belvedere.server.catalog;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Diagnostic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The catalog as it is served: what is good in the folder, and for a view that broke its last good definition. One thread loads;
 * any thread may ask.
 */
public final class PublishedCatalog {
    private static final Logger LOG = Logger.getLogger(PublishedCatalog.class);

    private final CatalogLoader loader;
    private final Function<Catalog, List<Diagnostic>> check;
    private final Path folder;
    private final AuditLog audit;
    private final Consumer<Catalog> onChange;
    private volatile Published published = new Published(new Catalog(List.of(), List.of()), List.of());
    // Owned by the loading thread.
    private Optional<CatalogFiles> files = Optional.empty();
    private Optional<FolderState> seen = Optional.empty();

    /**
     * @param check what is wrong in views that were read: bodies that do not compile, contracts that do not fit
     * @param onChange told of each new catalog, before it is served
     */
    public PublishedCatalog(
            CatalogLoader loader,
            Function<Catalog, List<Diagnostic>> check,
            Path folder,
            AuditLog audit,
            Consumer<Catalog> onChange) {
        this.loader = loader;
        this.check = check;
        this.folder = folder;
        this.audit = audit;
        this.onChange = onChange;
    }

    public Catalog current() {
        return published.catalog();
    }

    /** Everything that is wrong in the folder now. */
    public List<Diagnostic> problems() {
        return published.problems();
    }

    /** Looks at the folder and loads it when it changed. Throws {@code CATALOG_UNREADABLE} when it cannot be listed. */
    public void refresh() {
        FolderState state = FolderState.load(folder);
        if (seen.filter(state::equals).isPresent()) {
            return;
        }
        CatalogFiles loaded =
                files.map(previous -> loader.reload(previous, folder)).orElseGet(() -> loader.load(folder));
        Published next = compiled(loaded);
        onChange.accept(next.catalog());
        audit.note(new AdminRecord("catalog_load", facts(next)));
        report(next);
        published = next;
        files = Optional.of(loaded);
        seen = Optional.of(state);
    }

    /** As {@link #refresh()}, for the thread that watches: a failure leaves what is served as it is. */
    void refreshOrKeep() {
        try {
            refresh();
        } catch (BelvedereException failure) {
            LOG.errorf(
                    "%s %s The catalog that was loaded before keeps serving.",
                    failure.code().name(), failure.detail());
        }
    }

    /**
     * Takes out views whose bodies have problems, and puts back the definitions that served before. A view may be built on one that
     * was taken out, so this goes on until nothing new is wrong.
     */
    private Published compiled(CatalogFiles loaded) {
        List<Diagnostic> problems = new ArrayList<>(loaded.problems());
        Set<String> broken = new HashSet<>();
        Catalog candidate = loaded.catalog();
        for (List<Diagnostic> found = check.apply(candidate); !found.isEmpty(); found = check.apply(candidate)) {
            boolean first = broken.isEmpty();
            Set<String> files = found.stream().map(Diagnostic::file).collect(Collectors.toSet());
            problems.addAll(found.stream()
                    .filter(problem -> !broken.contains(problem.file()))
                    .toList());
            broken.addAll(files);
            candidate = first ? withLastGood(candidate, broken) : without(candidate, files);
        }
        return new Published(candidate, problems.stream().distinct().sorted().toList());
    }

    private Catalog withLastGood(Catalog candidate, Set<String> broken) {
        Catalog kept = without(candidate, broken);
        List<ViewDefinition> views = new ArrayList<>(kept.views());
        published.catalog().views().stream()
                .filter(view -> broken.contains(view.origin().file()))
                .filter(view -> kept.findView(view.id()).isEmpty())
                .forEach(views::add);
        return new Catalog(kept.sources(), views);
    }

    private static Catalog without(Catalog candidate, Set<String> files) {
        List<ViewDefinition> views = candidate.views().stream()
                .filter(view -> !files.contains(view.origin().file()))
                .toList();
        return new Catalog(candidate.sources(), views);
    }

    private static Map<String, String> facts(Published next) {
        String hashes = next.catalog().views().stream()
                .map(view -> view.id() + " " + view.hash())
                .collect(Collectors.joining("\n"));
        return Map.of(
                "sources", Integer.toString(next.catalog().sources().size()),
                "views", Integer.toString(next.catalog().views().size()),
                "quarantinedFiles",
                        Integer.toString(new TreeSet<>(next.problems().stream()
                                        .map(Diagnostic::file)
                                        .toList())
                                .size()),
                "viewsSha256", Digests.sha256(hashes));
    }

    private static void report(Published next) {
        next.problems().forEach(problem -> LOG.warnf("quarantined: %s", problem));
        LOG.infof(
                "Catalog: %d sources, %d views, %d problems.",
                next.catalog().sources().size(),
                next.catalog().views().size(),
                next.problems().size());
    }

    private record Published(Catalog catalog, List<Diagnostic> problems) {}
}
