package io.belvedere.testkit.tpch;

import java.io.IOException;
import java.sql.SQLException;

/** A table that is being filled. One thread; closing it before {@link #finish()} leaves no table. */
interface TableLoad extends AutoCloseable {
    void write(byte[] row) throws IOException, SQLException;

    /** Ends the rows, then makes keys, indexes and statistics. */
    void finish() throws IOException, SQLException;

    @Override
    void close() throws IOException, SQLException;
}
