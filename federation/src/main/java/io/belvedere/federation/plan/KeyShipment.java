package io.belvedere.federation.plan;

import io.belvedere.model.DataType;

/**
 * Keys shipped into a fetch: the distinct, non-NULL values of a column of an earlier step. The fetch may give rows without a
 * partner (the join checks again), never too few.
 *
 * @param from the step the keys come from; it stands under every barrier it needs, so its values are already governed
 * @param column the column of that step
 * @param type the column's type
 * @param keysMax above this many distinct keys the condition is left out and the source is scanned
 */
public record KeyShipment(String from, String column, DataType type, int keysMax) {}
