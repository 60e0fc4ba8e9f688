/**
 * Bounded, measured caches whose keys cannot forget policy.
 *
 * <p>Never keeps anything without a size limit, an age limit and a count of its hits, and never keeps a failure.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.cache;
