/**
 * The catalog and the policy as they stand in their folders, reloaded while the server runs.
 *
 * <p>Never serves a file that has a problem, and never drops a good version because a newer one is broken.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.catalog;
