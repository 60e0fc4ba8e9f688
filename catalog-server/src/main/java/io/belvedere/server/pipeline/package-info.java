/**
 * The walk of a request from an authenticated caller to a recorded outcome, the same for every door.
 *
 * <p>Never knows a protocol, and never asks a source before the decision is on the disk.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.server.pipeline;
