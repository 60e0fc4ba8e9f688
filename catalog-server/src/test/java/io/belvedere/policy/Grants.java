package io.belvedere.policy;

import io.belvedere.model.ViewId;
import java.util.Map;

/** Decisions for tests; production code has no way to make one but by asking policy. */
public final class Grants {
    private Grants() {}

    /** All rows of a view, in groups of at least so many; 0 for rows as they are. */
    public static Allow rows(ViewId view, int groupSizeMin) {
        return new Allow(
                "fixture",
                "1",
                "0".repeat(64),
                "5".repeat(64),
                Allow.Detail.SHAPE,
                Map.of(view, new ViewAccess.Rows(new ViewAccess.RowRule.All(), Map.of(), 100, groupSizeMin)));
    }
}
