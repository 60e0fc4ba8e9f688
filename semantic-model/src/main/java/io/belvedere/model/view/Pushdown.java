package io.belvedere.model.view;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tables that a view wants to be read through a filter, keys or a limit at their source, and never whole.
 *
 * @param require each once
 */
public record Pushdown(List<Required> require) {
    /** Whatever it takes. */
    public static final Pushdown NONE = new Pushdown(List.of());

    public Pushdown {
        require = List.copyOf(require);
    }

    /**
     * A table of the view's own query.
     *
     * @param table {@code table} or {@code source.table}
     * @param line where it stands in its file, from 1
     * @param column from 1
     */
    public record Required(String table, int line, int column) {}

    /** What is wanted, wherever it is written. */
    public Set<String> tables() {
        return require.stream().map(Required::table).collect(Collectors.toUnmodifiableSet());
    }
}
