/**
 * The hashes that writer and verifier share: leaves and nodes of RFC 6962 and the chain of a log.
 *
 * <p>Never reads or writes a file, and holds nothing else that the two have in common: a common mistake must not hide itself.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.audit.hash;
