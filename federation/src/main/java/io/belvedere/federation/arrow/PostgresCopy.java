package io.belvedere.federation.arrow;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.RowTest;
import io.belvedere.model.DataType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.postgresql.PGConnection;

/**
 * Reads a query's rows as {@code COPY … TO STDOUT (FORMAT binary)}. PostgreSQL then plans it for all its processors, which it does
 * not for a cursor, and the rows still come one by one; a value is decoded from the server's own bytes, without a Java object.
 */
public final class PostgresCopy {
    private PostgresCopy() {}

    /**
     * Starts to read; empty when some column has a type that is not read this way, and nothing was started.
     *
     * @param sql one SELECT without parameters
     * @param tests which every row meets that there is a use for
     */
    public static Optional<BatchReader> open(
            Connection connection, String sql, List<OutputColumn> columns, List<RowTest> tests, BufferAllocator memory)
            throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        if (!"UTF8".equals(postgres.getParameterStatus("server_encoding"))) {
            // Elsewhere the driver looks whether text is what the server says it is.
            return Optional.empty();
        }
        List<String> types = types(connection, sql);
        if (types.isEmpty()) {
            return Optional.empty();
        }
        BatchReader.requireWidth(types.size(), columns);
        List<CopyColumns.Decoder> decoders = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            DataType type = columns.get(i).type();
            Optional<CopyColumns.Decoder> decoder = CopyColumns.decoder(types.get(i), type);
            if (decoder.isEmpty()) {
                return Optional.empty();
            }
            decoders.add(decoder.get());
        }
        CopyRows rows = new CopyRows(
                postgres.getCopyAPI().copyOut("COPY (" + sql + ") TO STDOUT (FORMAT binary)"), columns.size());
        List<CopyColumns> writers = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            writers.add(new CopyColumns(rows, decoders.get(i), columns.get(i).presence()));
        }
        return Optional.of(new BatchReader(rows, writers, columns, tests, memory));
    }

    /** The types of the result as the server will send them; it plans nothing for that. None for what gives no rows. */
    private static List<String> types(Connection connection, String sql) throws SQLException {
        List<String> types = new ArrayList<>();
        try (PreparedStatement described = connection.prepareStatement(sql)) {
            ResultSetMetaData columns = described.getMetaData();
            for (int i = 1; columns != null && i <= columns.getColumnCount(); i++) {
                types.add(columns.getColumnTypeName(i));
            }
        }
        return types;
    }
}
