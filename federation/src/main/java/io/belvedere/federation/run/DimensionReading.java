package io.belvedere.federation.run;

import java.time.Duration;
import java.time.Instant;

/**
 * The rows of a dimension that a query was answered with.
 *
 * @param dimension its name in the catalog
 * @param asOf when their load began: they are at least as new
 * @param age how old they were when the query took them
 */
public record DimensionReading(String dimension, Instant asOf, Duration age) {}
