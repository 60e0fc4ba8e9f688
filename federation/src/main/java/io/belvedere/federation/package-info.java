/**
 * Governed query to rows. The steps stand in packages of their own, in the order a query takes them: {@code sql}, {@code weave},
 * {@code plan}, {@code run}; {@code source} knows databases and {@code engine} joins what spans them.
 *
 * <p>Never decides who may see what, and never runs a plan that the weaver did not stamp.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation;
