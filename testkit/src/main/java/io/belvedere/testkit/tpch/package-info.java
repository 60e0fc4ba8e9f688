/**
 * Owns TPC-H for tests and benchmarks: its data in real servers, the catalog over them, and the 22 queries. It never decides what a query's
 * answer should be; the one PostgreSQL that holds everything does.
 */
@org.jspecify.annotations.NullMarked
package io.belvedere.testkit.tpch;
