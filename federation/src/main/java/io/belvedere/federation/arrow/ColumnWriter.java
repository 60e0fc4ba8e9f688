package io.belvedere.federation.arrow;

import java.sql.SQLException;
import org.apache.arrow.vector.FieldVector;

/** Writes one column of the cursor's current row into the current batch. */
interface ColumnWriter {
    /** Turns to the vector of a new batch. */
    void bind(FieldVector vector);

    /** Writes the value of the cursor's row; the bytes it needs beyond its fixed width. */
    int write(int row) throws SQLException;

    /** Whether writing failed because of the value alone, so that the row's other columns can still be read. */
    boolean isOfValue(Exception failure);
}
