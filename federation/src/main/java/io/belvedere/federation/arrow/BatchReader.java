package io.belvedere.federation.arrow;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.RowTest;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.source.SourceKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads a source's rows into batches of at most {@value #ROWS_MAX} rows or about {@value #BYTES_MAX} bytes. Used by one thread, the
 * one that owns the cursor. A value that does not fit its column's type ends the query: nothing is rounded, cut or made NULL. It does not where
 * its row is one that no later step has a use for, as one that policy hides: then the row is left out.
 */
public final class BatchReader implements Batches {
    static final int ROWS_MAX = 16_384;
    static final int BYTES_MAX = 4 << 20;
    /** The first batch is small, so that the first row is soon on its way. */
    private static final int FIRST_ROWS_MAX = 1_024;

    private static final int TEXT_BYTES_GUESS = 16;
    private static final int LEFT_OUT = -1;

    /** Steps from row to row. */
    interface Cursor {
        /** Turns to the next row; false after the last. */
        boolean next() throws SQLException;
    }

    private final Cursor rows;
    private final Schema schema;
    private final List<ColumnWriter> writers;
    private final BufferAllocator memory;
    private final List<RowTest> tests;
    private final int rowsPerBatch;
    private int nextRowsMax;
    private boolean ended;

    /**
     * @param writers one for each column, in their order; each writes the cursor's current row
     * @param tests which every row meets that there is a use for
     */
    BatchReader(
            Cursor rows,
            List<? extends ColumnWriter> writers,
            List<OutputColumn> columns,
            List<RowTest> tests,
            BufferAllocator memory) {
        this.rows = rows;
        this.tests = List.copyOf(tests);
        this.schema = ArrowTypes.schema(columns);
        this.memory = memory;
        this.writers = List.copyOf(writers);
        int rowBytes = 1;
        for (OutputColumn column : columns) {
            rowBytes += ColumnWriters.fixedBytes(column.type());
        }
        this.rowsPerBatch = Math.clamp(BYTES_MAX / rowBytes, 1, ROWS_MAX);
        this.nextRowsMax = Math.min(FIRST_ROWS_MAX, rowsPerBatch);
    }

    /**
     * Rows of a JDBC cursor, which the caller closes.
     *
     * @param tests which every row meets that there is a use for
     */
    public static BatchReader of(
            ResultSet rows, List<OutputColumn> columns, List<RowTest> tests, SourceKind kind, BufferAllocator memory)
            throws SQLException {
        requireWidth(rows.getMetaData().getColumnCount(), columns);
        List<ColumnWriter> writers = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            writers.add(ColumnWriters.writer(rows, i + 1, columns.get(i), kind));
        }
        return new BatchReader(rows::next, writers, columns, tests, memory);
    }

    static void requireWidth(int width, List<OutputColumn> columns) {
        if (width != columns.size()) {
            throw FederationError.SCHEMA_DRIFT.error("A source gave another number of columns than it was asked for.");
        }
    }

    /**
     * The next batch, which the caller then owns; empty after the last.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code DATA_ERROR} for a value that does not fit, {@code LIMIT_EXCEEDED}
     *     when the query's memory is used up, {@code OVERLOADED} when the server's is
     */
    @Override
    public Optional<VectorSchemaRoot> next() throws SQLException {
        if (ended) {
            return Optional.empty();
        }
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory);
        boolean handedOver = false;
        try {
            int count = fill(batch);
            if (count == 0) {
                return Optional.empty();
            }
            batch.setRowCount(count);
            handedOver = true;
            return Optional.of(batch);
        } catch (OutOfMemoryException e) {
            throw QueryMemory.exhausted(e);
        } finally {
            if (!handedOver) {
                batch.close();
            }
        }
    }

    private int fill(VectorSchemaRoot batch) throws SQLException {
        allocate(batch);
        long bytes = 0;
        int row = 0;
        while (row < nextRowsMax && bytes < BYTES_MAX) {
            if (!rows.next()) {
                ended = true;
                break;
            }
            int written = write(batch, row);
            if (written != LEFT_OUT) {
                bytes += written;
                row++;
            }
        }
        nextRowsMax = rowsPerBatch;
        return row;
    }

    /** Writes the current row and gives its variable bytes; {@link #LEFT_OUT} for one that no use is for. */
    private int write(VectorSchemaRoot batch, int row) throws SQLException {
        int bytes = 0;
        int column = 0;
        try {
            for (; column < writers.size(); column++) {
                bytes += writers.get(column).write(row);
            }
            return bytes;
        } catch (BelvedereException | SQLException failure) {
            if (tests.isEmpty() || !writers.get(column).isOfValue(failure)) {
                throw failure;
            }
            BitSet unread = readOn(row, column);
            if (!new RowTests(batch, row, unread).failOneOf(tests)) {
                throw failure;
            }
            batch.getFieldVectors().forEach(vector -> vector.setNull(row));
            return LEFT_OUT;
        }
    }

    /** Writes the columns after one whose value does not fit; which of the row have none. */
    private BitSet readOn(int row, int unfit) throws SQLException {
        BitSet unread = new BitSet();
        unread.set(unfit);
        for (int column = unfit + 1; column < writers.size(); column++) {
            try {
                int _ = writers.get(column).write(row);
            } catch (BelvedereException | SQLException failure) {
                if (!writers.get(column).isOfValue(failure)) {
                    throw failure;
                }
                unread.set(column);
            }
        }
        return unread;
    }

    /** The cursor is the caller's. */
    @Override
    public void close() {}

    private void allocate(VectorSchemaRoot batch) {
        for (int i = 0; i < writers.size(); i++) {
            FieldVector vector = batch.getVector(i);
            if (vector instanceof BaseVariableWidthVector wide) {
                wide.allocateNew((long) nextRowsMax * TEXT_BYTES_GUESS, nextRowsMax);
            } else {
                ((BaseFixedWidthVector) vector).allocateNew(nextRowsMax);
            }
            writers.get(i).bind(vector);
        }
    }
}
