/**
 * The databases: connections, dialect capabilities, statistics.
 *
 * <p>Never builds SQL of its own beyond catalog look-ups, and never accepts a JDBC URL.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.source;
