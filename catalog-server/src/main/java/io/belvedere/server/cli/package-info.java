/**
 * Commands that need no server.
 *
 * <p>Never opens a connection to a source.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.cli;
