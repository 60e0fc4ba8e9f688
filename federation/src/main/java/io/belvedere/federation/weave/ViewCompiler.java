package io.belvedere.federation.weave;

import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles the body of every view of a catalog and holds it against its contract: whether it parses and binds, gives the columns
 * by the names and types of the contract, keeps the promises about NULL, and drops no class of a column that it is computed from.
 *
 * <p>Asks no source. Safe for use by many threads.
 */
public final class ViewCompiler {
    /** What is wrong, in the order of files and lines; empty when every view serves. */
    public List<Diagnostic> check(Catalog catalog) {
        return compile(catalog).problems();
    }

    /** The catalog without the views that are broken, and without those that stand on them. */
    public Catalog usable(Catalog catalog) {
        return compile(catalog).usable();
    }

    /** Both at once. */
    public Compiled compile(Catalog catalog) {
        DimensionCompiler dimensions = new DimensionCompiler(catalog);
        List<Diagnostic> problems = new ArrayList<>();
        List<DimensionDefinition> loadable = new ArrayList<>();
        for (DimensionDefinition dimension : catalog.dimensions()) {
            List<Diagnostic> found = dimensions.check(dimension);
            problems.addAll(found);
            if (found.isEmpty()) {
                loadable.add(dimension);
            }
        }
        // A view that names a dimension which is broken names nothing.
        CatalogCheck check = new CatalogCheck(new Catalog(catalog.sources(), catalog.views(), loadable));
        List<ViewDefinition> sound =
                catalog.views().stream().filter(check::isSound).toList();
        problems.addAll(check.problems());
        return new Compiled(
                new Catalog(catalog.sources(), sound, loadable),
                problems.stream().sorted().toList());
    }

    /**
     * A catalog that was compiled.
     *
     * @param usable what may serve
     * @param problems why the rest may not
     */
    public record Compiled(Catalog usable, List<Diagnostic> problems) {
        public Compiled {
            problems = List.copyOf(problems);
        }
    }
}
