/**
 * Whole results that views let be kept, found again by the same question under the same policy.
 *
 * <p>Never gives out what is partial, past its time, or was made under another decision, and never decides whether a caller may ask.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.result;
