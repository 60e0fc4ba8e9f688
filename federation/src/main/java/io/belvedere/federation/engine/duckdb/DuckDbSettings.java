package io.belvedere.federation.engine.duckdb;

import java.nio.file.Path;

/**
 * What one query may use of the embedded engine.
 *
 * @param spillFolder where databases make folders of their own to spill to; made where missing; nobody but this user may write to it
 * @param memoryBytesMax memory of one database
 * @param spillBytesMax disk space of one database
 * @param threads threads of one database
 * @param warm databases made ahead of need
 * @param databasesMax databases in use at a time
 */
public record DuckDbSettings(
        Path spillFolder, long memoryBytesMax, long spillBytesMax, int threads, int warm, int databasesMax) {
    private static final long MEMORY_BYTES = 512L << 20;
    private static final long SPILL_BYTES = 2L << 30;

    public DuckDbSettings {
        if (memoryBytesMax < 1 || spillBytesMax < 0 || threads < 1 || warm < 0 || databasesMax < 1) {
            throw new IllegalArgumentException("limits of the engine are more than zero");
        }
    }

    public static DuckDbSettings defaults(Path spillFolder) {
        return new DuckDbSettings(spillFolder, MEMORY_BYTES, SPILL_BYTES, 2, 4, 64);
    }
}
