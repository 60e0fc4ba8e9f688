/**
 * Dimensions: rows of small tables, kept in memory as they are at their source, and when they are loaded, served and dropped.
 *
 * <p>Never gives rows to a caller: what reads them stands below the barrier of a view, as a table does.
 */
@NullMarked
package io.belvedere.federation.dimension;

import org.jspecify.annotations.NullMarked;
