/**
 * The one exception type and what an error code is; each module brings its own enum of codes.
 *
 * <p>Never carries row values, literals, tokens, the SQL of a source or a vendor's text.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.error;
