/**
 * The port behind which rows of several sources are joined.
 *
 * <p>Never knows a source, a policy or a caller.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.federation.engine;
