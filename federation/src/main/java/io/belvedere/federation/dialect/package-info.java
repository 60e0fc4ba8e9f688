/**
 * How one database is asked: what each product can be asked ({@code CapabilitySheet}), in which words ({@code Dialect}), and how a
 * tree becomes one statement ({@code SelectWriter}).
 *
 * <p>Never decides what is asked or where, and never writes a caller's text other than as a literal that cannot end early.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.dialect;
