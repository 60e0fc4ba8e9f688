/**
 * Owns real database servers for tests, the sample and the benchmarks: where their programs and data live, how they start and how they end.
 * It must never be on the class path of a shipped server, and never leaves a server process behind.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.testkit;
