/**
 * What the server tells of itself: numbers for Prometheus, spans for OpenTelemetry. The only user of Micrometer and OpenTelemetry.
 *
 * <p>Never learns a value, a statement or a caller: every label and attribute is a word of a closed list or a name from the catalog.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.telemetry;
