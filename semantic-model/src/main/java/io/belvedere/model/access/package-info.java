/**
 * Who asks, what for, through which door, until when: the facts that policy decides on and audit keeps.
 *
 * <p>Never decides anything.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.access;
