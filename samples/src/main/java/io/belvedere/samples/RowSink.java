package io.belvedere.samples;

import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;

/** Takes the rows of one table, column by column. One thread. */
interface RowSink {
    RowSink number(long value) throws SQLException;

    RowSink text(String value) throws SQLException;

    RowSink text(Optional<String> value) throws SQLException;

    /** Money, in hundredths. */
    RowSink cents(long value) throws SQLException;

    RowSink date(LocalDate value) throws SQLException;

    RowSink moment(LocalDateTime value) throws SQLException;

    RowSink moment(Optional<LocalDateTime> value) throws SQLException;

    void endRow() throws SQLException;
}
