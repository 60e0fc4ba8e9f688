/**
 * Conditions as data: the small typed tree that policy replies and REST filters share.
 *
 * <p>Never SQL text, and never evaluated here.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.expr;
