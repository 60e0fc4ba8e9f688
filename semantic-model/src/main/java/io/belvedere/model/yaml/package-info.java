/**
 * Catalog files to definitions: strict YAML with the line and column of everything that is wrong.
 *
 * <p>Never instantiates a class a file names, never follows an alias, and never lets one broken file touch another.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.yaml;
