package io.belvedere.samples;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;

/** Rows as batches of one prepared INSERT, which MariaDB's driver sends in bulk. The caller closes the statement. */
final class BatchedInserts implements RowSink {
    private static final int BATCH_ROWS = 5_000;

    private final PreparedStatement insert;
    private int column;
    private int rows;

    BatchedInserts(PreparedStatement insert) {
        this.insert = insert;
    }

    @Override
    public RowSink number(long value) throws SQLException {
        insert.setLong(++column, value);
        return this;
    }

    @Override
    public RowSink text(String value) throws SQLException {
        insert.setString(++column, value);
        return this;
    }

    @Override
    public RowSink text(Optional<String> value) throws SQLException {
        insert.setString(++column, value.orElse(null));
        return this;
    }

    @Override
    public RowSink cents(long value) throws SQLException {
        insert.setBigDecimal(++column, BigDecimal.valueOf(value, 2));
        return this;
    }

    @Override
    public RowSink date(LocalDate value) throws SQLException {
        insert.setObject(++column, value);
        return this;
    }

    @Override
    public RowSink moment(LocalDateTime value) throws SQLException {
        insert.setObject(++column, value);
        return this;
    }

    @Override
    public RowSink moment(Optional<LocalDateTime> value) throws SQLException {
        insert.setObject(++column, value.orElse(null));
        return this;
    }

    @Override
    public void endRow() throws SQLException {
        insert.addBatch();
        column = 0;
        rows++;
        if (rows % BATCH_ROWS == 0) {
            flush();
        }
    }

    void flush() throws SQLException {
        insert.executeBatch();
    }
}
