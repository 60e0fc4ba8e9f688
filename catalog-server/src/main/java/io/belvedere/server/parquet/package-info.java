/**
 * Parquet files, written in one pass.
 *
 * <p>Never reads one, and never writes more about values than the values: no smallest, no largest, no dictionary.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.parquet;
