/**
 * What a source is: where a database stands, which tables of it may be used, and how hard it may be asked.
 *
 * <p>Never holds a password, only where to find one; never connects.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.source;
