/**
 * Owns what goes wrong on the wire: a proxy that stands before a real server and fails as it is told.
 *
 * <p>Knows no protocol of a database, and listens on the loopback interface only.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.testkit.fault;
