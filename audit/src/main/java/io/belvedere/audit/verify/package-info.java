/**
 * The verifier: reads a log that somebody else wrote and says whether it is whole.
 *
 * <p>Never writes to a log, and shares nothing with the writer but the hashes: a common mistake must not hide itself.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.audit.verify;
