package io.belvedere.federation.hash;

import io.belvedere.model.DataType;

/**
 * A column of a step whose values are hashed when its rows have come, before anything else sees them.
 *
 * @param column of the step, by index
 * @param type of the values as they come; what the step gives is text
 */
public record HashedColumn(int column, DataType type, HashLabel label) {}
