/**
 * Who is calling: bearer tokens to callers.
 *
 * <p>Never lets a request in without a caller, and never keeps or shows a token.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.identity;
