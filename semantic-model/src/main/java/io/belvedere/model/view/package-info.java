/**
 * The contract of a view: its columns, its body, its limits, and what it promises when a source fails.
 *
 * <p>Never knows how the body is planned.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model.view;
