package io.belvedere.federation.sql;

import io.belvedere.model.ViewReference;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.view.ViewDefinition;
import java.util.List;
import java.util.Optional;

/** Which view a name in FROM means: {@code domain.view} or {@code domain."view@1"}, and nothing else. */
final class ViewNames {
    private ViewNames() {}

    static Optional<ViewDefinition> find(List<String> path, Catalog catalog) {
        if (path.size() != 2) {
            return Optional.empty();
        }
        ViewReference reference;
        try {
            reference = ViewReference.parse(path.getFirst() + "." + path.getLast());
        } catch (IllegalArgumentException notAName) {
            return Optional.empty();
        }
        return catalog.findView(reference);
    }
}
