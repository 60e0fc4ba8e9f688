package io.belvedere.model.access;

/** What a caller asks to do. */
public enum Operation {
    /** Read rows. */
    QUERY,
    /** See how a query would run. */
    EXPLAIN,
    /** Run a query to see how it ran; its rows are dropped. */
    ANALYZE,
    /** Read rows to take them away as a file. */
    EXPORT,
    /** See what policy would let another caller see. */
    PREVIEW,
    /** Read contracts: which views there are, with which columns. */
    DESCRIBE,
    /** Look at running and recent queries. */
    MONITOR,
    /** Stop a running query. */
    CANCEL,
    /** Change what the server keeps in memory: empty a cache, load a dimension anew. */
    ADMINISTER
}
