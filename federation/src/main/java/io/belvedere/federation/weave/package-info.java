/**
 * Resolved query and decision to a governed tree: masks over barrier over view body, the caller's SQL on top.
 *
 * <p>Never optimises, and never leaves a table of a source outside a barrier.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.weave;
