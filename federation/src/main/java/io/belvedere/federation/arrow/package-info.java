/**
 * Rows to Arrow batches: the one form in which rows travel.
 *
 * <p>Never buffers more than a bounded number of batches.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.arrow;
