package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.model.DataType;

/**
 * The value of an earlier step's only row on its way into a fetch; NULL where the step has no row.
 *
 * @param from the step, of one column; it stands under every barrier it needs, so its value is already governed
 * @param type of that column
 * @param scale digits after the point of the column that a bound is compared with; 0 without a bound
 */
public record ValueShipment(String from, DataType type, SubQueryValue.Bound bound, int scale) {}
