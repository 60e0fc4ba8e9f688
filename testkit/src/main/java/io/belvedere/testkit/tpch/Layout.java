package io.belvedere.testkit.tpch;

/** How the eight tables stand in databases. */
public enum Layout {
    /** MariaDB holds customer, nation, region, supplier and part; one PostgreSQL database holds orders, lineitem and partsupp. */
    SPLIT,
    /** As {@link #SPLIT}, but orders and lineitem stand in four PostgreSQL databases, split modulo the order's key, and partsupp in a fifth. */
    SHARDED,
    /** One PostgreSQL database holds everything, in a schema {@code tpch}, so that the queries run in it as they are written. */
    ORACLE
}
