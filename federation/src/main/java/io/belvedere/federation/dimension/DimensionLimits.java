package io.belvedere.federation.dimension;

import io.belvedere.model.dimension.DimensionDefinition;
import java.time.Duration;

/**
 * What all dimensions of one server together may take; a definition may only ask for less.
 *
 * @param bytesMax memory of all of them, those that are being loaded included
 * @param dimensionBytesMax memory of one
 * @param staleMax how old rows may be that a query is answered with
 * @param loadTimeout how long one load may take
 */
public record DimensionLimits(long bytesMax, long dimensionBytesMax, Duration staleMax, Duration loadTimeout) {
    public static final Duration LOAD_TIMEOUT_MAX = Duration.ofMinutes(10);
    public static final DimensionLimits DEFAULT = new DimensionLimits(
            256L << 20,
            DimensionDefinition.BYTES_MAX_DEFAULT,
            DimensionDefinition.STALE_MAX_DEFAULT,
            Duration.ofMinutes(1));

    public DimensionLimits {
        if (dimensionBytesMax < 1 || dimensionBytesMax > bytesMax) {
            throw new IllegalArgumentException("one dimension takes at least a byte, and at most what all of them may");
        }
        if (staleMax.compareTo(Duration.ofSeconds(1)) < 0
                || staleMax.compareTo(DimensionDefinition.STALE_MAX_MAX) > 0) {
            throw new IllegalArgumentException("rows serve for at least 1s, at most 1h");
        }
        if (loadTimeout.isNegative() || loadTimeout.isZero() || loadTimeout.compareTo(LOAD_TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("a load takes more than no time, at most 10m");
        }
    }

    /** Memory that a dimension may take. */
    long bytesMax(DimensionDefinition dimension) {
        return Math.min(dimensionBytesMax, dimension.bytesMax());
    }

    /** How old a dimension's rows may be. */
    Duration staleMax(DimensionDefinition dimension) {
        return staleMax.compareTo(dimension.staleMax()) < 0 ? staleMax : dimension.staleMax();
    }
}
