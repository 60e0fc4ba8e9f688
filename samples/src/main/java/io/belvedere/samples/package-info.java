/**
 * Owns the coffee chain: the rows its databases hold, the servers that hold them, and the demo that shows Belvedere at work on them.
 * It must never reach into the server's code: the demo is a REST client like any other.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.samples;
