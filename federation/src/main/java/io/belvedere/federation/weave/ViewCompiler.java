package io.belvedere.federation.weave;

import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.yaml.Diagnostic;
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
        CatalogCheck check = new CatalogCheck(catalog);
        List<ViewDefinition> sound =
                catalog.views().stream().filter(check::isSound).toList();
        return new Compiled(new Catalog(catalog.sources(), sound), check.problems());
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
