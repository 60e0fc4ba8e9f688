/**
 * The proof of a finished program: reads each statement back into a tree of its own and holds it, and the tree of the plan, against the
 * decision.
 *
 * <p>Never uses what made the plan: no class that weaves, plans or writes SQL, but for the nodes and steps that a plan consists of.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.verify;
