/**
 * The REST doors: requests in, results and problems out.
 *
 * <p>Never decides anything, and never reaches a row past the pipeline.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.http;
