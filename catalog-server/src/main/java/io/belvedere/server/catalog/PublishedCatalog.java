package io.belvedere.server.catalog;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.federation.weave.ViewCompiler;
import io.belvedere.federation.weave.ViewCompiler.Compiled;
import io.belvedere.model.ModelError;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.Deprecation;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.CatalogFiles;
import io.belvedere.model.yaml.CatalogLoader;
import io.belvedere.model.yaml.Diagnostic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The catalog as it is served: what is good in the folder, and for a view that broke its last good definition. One thread loads;
 * any thread may ask.
 */
public final class PublishedCatalog {
    private static final Logger LOG = Logger.getLogger(PublishedCatalog.class);

    private static final String TOO_LARGE = "FOLDER_TOO_LARGE";

    private final CatalogLoader loader;
    private final ViewCompiler compiler;
    private final Path folder;
    private final AuditLog audit;
    private final Consumer<Catalog> onChange;
    private volatile Published published = new Published(new Catalog(List.of(), List.of()), List.of());
    // Owned by the loading thread.
    private Optional<CatalogFiles> files = Optional.empty();
    private Optional<FolderState> seen = Optional.empty();

    /**
     * @param onChange told of each new catalog, before it is served
     */
    public PublishedCatalog(
            CatalogLoader loader, ViewCompiler compiler, Path folder, AuditLog audit, Consumer<Catalog> onChange) {
        this.loader = loader;
        this.compiler = compiler;
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

    /**
     * Looks at the folder and loads it when it changed. Throws {@code CATALOG_UNREADABLE} when it cannot be listed, or holds more than is read
     * and nothing was served before.
     */
    public void refresh() {
        FolderState state = FolderState.load(folder, CatalogLoader.FOLDERS);
        if (seen.filter(state::equals).isPresent()) {
            return;
        }
        CatalogFiles loaded =
                files.map(previous -> loader.reload(previous, folder)).orElseGet(() -> loader.load(folder));
        if (files.isEmpty()) {
            refuseUnread(loaded);
        }
        Published next = compiled(loaded);
        onChange.accept(next.catalog());
        audit.note(new AdminRecord("catalog_load", facts(next)));
        newlyDeprecated(next.catalog()).forEach(audit::note);
        report(next);
        published = next;
        files = Optional.of(loaded);
        seen = Optional.of(state);
    }

    /** To start with an empty catalog because the folder was too large would say that its views do not exist. */
    private static void refuseUnread(CatalogFiles loaded) {
        loaded.problems().stream()
                .filter(problem -> problem.code().equals(TOO_LARGE))
                .findFirst()
                .ifPresent(problem -> {
                    throw ModelError.CATALOG_UNREADABLE.error(problem.message());
                });
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

    /** Takes out views whose bodies or contracts have problems, and puts back the definitions that served before. */
    private Published compiled(CatalogFiles loaded) {
        Compiled asRead = compiler.compile(loaded.catalog());
        List<Diagnostic> problems = new ArrayList<>(loaded.problems());
        problems.addAll(asRead.problems());
        if (asRead.problems().isEmpty()) {
            return new Published(asRead.usable(), problems);
        }
        Set<String> broken = asRead.problems().stream().map(Diagnostic::file).collect(Collectors.toSet());
        Compiled mended = compiler.compile(withLastGood(loaded.catalog(), asRead.usable(), broken));
        problems.addAll(mended.problems());
        return new Published(
                mended.usable(), problems.stream().distinct().sorted().toList());
    }

    private Catalog withLastGood(Catalog read, Catalog usable, Set<String> broken) {
        Map<ViewId, ViewDefinition> views = new TreeMap<>();
        read.views().stream()
                .filter(view -> !broken.contains(view.origin().file()))
                .forEach(view -> views.put(view.id(), view));
        published.catalog().views().stream()
                .filter(view -> broken.contains(view.origin().file()))
                .forEach(view -> views.putIfAbsent(view.id(), view));
        return new Catalog(read.sources(), views.values(), dimensionsWithLastGood(read, usable));
    }

    /** For a dimension whose query broke, the one that served before, as long as its source is there. */
    private List<DimensionDefinition> dimensionsWithLastGood(Catalog read, Catalog usable) {
        return read.dimensions().stream()
                .flatMap(dimension -> usable
                        .findDimension(dimension.name())
                        .or(() -> published.catalog().findDimension(dimension.name()))
                        .filter(good -> read.findSource(good.source()).isPresent())
                        .stream())
                .toList();
    }

    private static Map<String, String> facts(Published next) {
        String hashes = next.catalog().views().stream()
                .map(view -> view.id() + " " + view.hash())
                .collect(Collectors.joining("\n"));
        return Map.of(
                "sources", Integer.toString(next.catalog().sources().size()),
                "dimensions", Integer.toString(next.catalog().dimensions().size()),
                "views", Integer.toString(next.catalog().views().size()),
                "quarantinedFiles",
                        Integer.toString(new TreeSet<>(next.problems().stream()
                                        .map(Diagnostic::file)
                                        .toList())
                                .size()),
                "viewsSha256", Digests.sha256(hashes));
    }

    private List<AdminRecord> newlyDeprecated(Catalog next) {
        Catalog before = published.catalog();
        return next.views().stream()
                .filter(view ->
                        !view.deprecation().equals(before.findView(view.id()).flatMap(ViewDefinition::deprecation)))
                .flatMap(view -> view.deprecation().stream().map(clause -> deprecation(view, clause)))
                .toList();
    }

    private static AdminRecord deprecation(ViewDefinition view, Deprecation clause) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("view", view.id().toString());
        facts.put("since", clause.since().toString());
        clause.sunset().ifPresent(end -> facts.put("sunset", end.toString()));
        clause.successor().ifPresent(name -> facts.put("successor", name.toString()));
        return new AdminRecord("view_deprecate", facts);
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
