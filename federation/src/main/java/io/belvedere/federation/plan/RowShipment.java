package io.belvedere.federation.plan;

import io.belvedere.federation.OutputColumn;
import java.util.List;

/**
 * All rows of an earlier step, which a fetch's statement reads like a table: then a join, and what stands above it, is done at the source
 * although one side is not there. Where the rows turn out to be too many, or to hold what the source has no value for, the plan is not
 * run; another one stands ready.
 *
 * @param from the step, which reads dimensions in memory; what policy says of them is done in it
 * @param columns those of the step, in order
 */
public record RowShipment(String from, List<OutputColumn> columns) {
    /** Rows that one statement may hold; more are faster joined here. */
    public static final int ROWS_MAX = 5_000;

    /** Bytes of values that one statement may hold: written as literals, well below what any source takes. */
    public static final long BYTES_MAX = 256L << 10;

    public RowShipment {
        columns = List.copyOf(columns);
    }
}
