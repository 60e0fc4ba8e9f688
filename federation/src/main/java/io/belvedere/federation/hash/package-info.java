/**
 * The keyed hash that stands for a column's value: its keys, its place in a tree, and its computation on rows that have come.
 *
 * <p>Never writes a key anywhere, and never sends one to a source or to the join engine.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.hash;
