/**
 * Owns what breaks compiled classes on purpose, so that tests can show that they notice.
 *
 * <p>Changes no file, and nothing that is loaded otherwise.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.testkit.mutants;
