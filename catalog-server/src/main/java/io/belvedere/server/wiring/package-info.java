/**
 * The settings, the object graph on one page, and the start, readiness and end of the server.
 *
 * <p>Never holds logic of a request.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.wiring;
