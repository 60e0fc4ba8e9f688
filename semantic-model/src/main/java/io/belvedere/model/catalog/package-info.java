/**
 * The catalog: which versions of which views are published over which sources, and what a reference means.
 *
 * <p>Never decides who may see a view.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.catalog;
