/**
 * Governed tree to a verified program of fetches and joins: push down, order, cut, render, verify, explain.
 *
 * <p>Never moves a condition of a caller below a barrier unless it is leak-proof, and never returns a plan it could not verify.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.plan;
