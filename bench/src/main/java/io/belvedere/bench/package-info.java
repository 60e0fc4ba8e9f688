/**
 * Benchmarks: ours against direct or hand-written JDBC, alternating in one run, reported as ratios of medians.
 *
 * <p>Never fails a build over a figure, and never measures without a baseline beside it.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.bench;
