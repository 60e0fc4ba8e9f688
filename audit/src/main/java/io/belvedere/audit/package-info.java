/**
 * Evidence: a decision record that is durable before the first source byte, an outcome record before the last frame, chained
 * so that a change shows.
 *
 * <p>Never drops, samples or merges a record, and never holds a row value, a token or a literal.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.audit;
