/**
 * May this caller, with which obligations: one question and one validated answer for a whole query.
 *
 * <p>Never lets a reply through that leaves anything open: what is absent, unknown or ill-typed is an error and gives no rows.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.policy;
