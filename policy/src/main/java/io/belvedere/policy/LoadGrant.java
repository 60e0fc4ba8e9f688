package io.belvedere.policy;

import io.belvedere.model.ColumnName;
import io.belvedere.model.Version;
import io.belvedere.model.ViewId;
import io.belvedere.model.view.ViewDefinition;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stamp under which the server itself reads rows that it keeps before policy, for dimensions. It grants one view, which no catalog
 * publishes: its version is 0.0.0, whose like no caller's query can resolve to, because a dimension's name is no view's. What is read under it
 * is never given to a caller but through the barrier of a view.
 */
public final class LoadGrant {
    /** The revision that plans for loads carry. */
    public static final String REVISION = "system.dimension";

    /** The version of views that are never published. */
    public static final Version UNPUBLISHED = new Version(0, 0, 0);

    private LoadGrant() {}

    /**
     * Every row and column of a view that stands for a dimension.
     *
     * @throws IllegalArgumentException for a view that could be published
     */
    public static Allow of(ViewDefinition load) {
        ViewId id = load.id();
        if (!id.version().equals(UNPUBLISHED)) {
            throw new IllegalArgumentException("only the server's own views are granted so");
        }
        Map<ColumnName, Mask> columns = new TreeMap<>();
        load.columns().forEach(column -> columns.put(column.name(), new Mask.None()));
        String input = sha256(id + "\n" + load.query());
        return new Allow(
                "dimension.load",
                REVISION,
                input,
                sha256(REVISION + "\n" + input),
                Allow.Detail.FULL,
                Map.of(id, new ViewAccess.Rows(new ViewAccess.RowRule.All(), columns, Long.MAX_VALUE, 0)));
    }

    private static String sha256(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
