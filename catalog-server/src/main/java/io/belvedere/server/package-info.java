/**
 * The server around the walk: its doors, its callers' identity, the catalog it serves and the wiring of all parts.
 *
 * <p>Never answers with a row that did not come out of the pipeline.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server;
