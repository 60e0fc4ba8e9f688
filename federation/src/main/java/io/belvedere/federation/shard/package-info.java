/**
 * On which shards of a split source rows with a key can stand.
 *
 * <p>Never connects; never says fewer shards than the split's rule does.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.shard;
