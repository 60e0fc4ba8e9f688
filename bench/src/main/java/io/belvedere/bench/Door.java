package io.belvedere.bench;

import java.sql.SQLException;

/** One client's kept connection, through which it reads {@link DoorsTable}, every value of every row. Used by one thread; whoever opened it closes it. */
interface Door extends AutoCloseable {
    /** Reads the whole table. */
    Tally all() throws Exception;

    /** Reads the row of one id. */
    Tally one(long id) throws Exception;

    @Override
    void close() throws SQLException;
}
