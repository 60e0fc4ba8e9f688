/**
 * Text to a resolved query: parse, check against the allow-lists, find the views by pinned version.
 *
 * <p>Never sees a decision, a source or a row.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.sql;
