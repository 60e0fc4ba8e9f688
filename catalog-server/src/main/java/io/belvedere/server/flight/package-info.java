/**
 * The door for JDBC and other clients of Arrow Flight SQL: gRPC messages to requests, results to streams.
 *
 * <p>Never decides who may see what, and never asks a source: everything goes through {@code QueryPipeline}. Whatever is not named here is
 * answered with UNIMPLEMENTED.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.flight;
