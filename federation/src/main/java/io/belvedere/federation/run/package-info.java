/**
 * A verified plan to a stream of batches: fetches side by side, keys shipped, one deadline, one cancel.
 *
 * <p>Never runs a step without the plan's stamp, and never calls an incomplete result complete.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.run;
