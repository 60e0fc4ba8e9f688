/**
 * What a view is: names, versions, types, contracts, sources and the catalog that holds them.
 *
 * <p>Never does I/O and never knows how a query is planned or who may run it.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.model;
