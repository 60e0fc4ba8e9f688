/**
 * The embedded engine that joins what spans sources.
 *
 * <p>Never reads a file, the network or another query's data.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.engine.duckdb;
