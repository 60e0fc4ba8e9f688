package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.engine.EngineSession.Input;
import io.belvedere.federation.engine.EngineSession.Rows;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;

/** One statement with its connection and the streams it reads. Used by one thread, except for {@link #interrupt()}. */
final class DuckDbStatement implements AutoCloseable {
    private static final long BATCH_ROWS = 16_384;

    private final DuckDBConnection connection;
    private final Statement statement;
    private final Consumer<DuckDbStatement> whenClosed;
    private final List<ArrowArrayStream> inputs = new ArrayList<>();
    private boolean ended;
    private boolean clean = true;

    DuckDbStatement(DuckDBConnection connection, Consumer<DuckDbStatement> whenClosed) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
        this.whenClosed = whenClosed;
    }

    /** Lets the statement read these rows under their name, once. */
    void register(Input input, BufferAllocator memory) {
        ArrowArrayStream stream = ArrowArrayStream.allocateNew(memory);
        inputs.add(stream);
        Data.exportArrayStream(memory, input.rows(), stream);
        connection.registerArrowStream(input.name(), stream);
    }

    void execute(String sql) throws SQLException {
        statement.execute(sql);
        ended = true;
    }

    /** Starts a query; this statement is then closed with its rows. */
    Rows stream(String sql, BufferAllocator memory) throws SQLException {
        try {
            DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery(sql);
            return new ExportedRows((ArrowReader) result.arrowExportStream(memory, BATCH_ROWS));
        } catch (SQLException lost) {
            throw inputs.isEmpty() && DuckDbFailures.isWithoutReason(lost) ? reason(sql, lost) : lost;
        }
    }

    /** The driver loses what went wrong before the first row of a stream; asked in its other way, it says. Rows that are read once cannot be asked again. */
    private SQLException reason(String sql, SQLException lost) {
        try (DuckDBPreparedStatement again = (DuckDBPreparedStatement) connection.prepareStatement(sql);
                DuckDBChunkedResult _ = again.query()) {
            return lost;
        } catch (SQLException reason) {
            return reason;
        }
    }

    void interrupt() {
        try {
            statement.cancel();
        } catch (SQLException e) {
            System.getLogger(DuckDbStatement.class.getName())
                    .log(System.Logger.Level.DEBUG, "an engine statement had ended before its cancel");
        }
    }

    /** Whether it came to its end and left nothing behind; known when it is closed. */
    boolean isClean() {
        return ended && clean;
    }

    /** The statement goes first, because it may still hold a stream. */
    @Override
    public void close() {
        try (connection) {
            statement.close();
        } catch (SQLException e) {
            clean = false;
            System.getLogger(DuckDbStatement.class.getName())
                    .log(System.Logger.Level.WARNING, "an engine statement did not close cleanly");
        } finally {
            whenClosed.accept(this);
            for (ArrowArrayStream stream : inputs) {
                stream.release();
                stream.close();
            }
        }
    }

    /** The rows of this statement. */
    private final class ExportedRows implements Rows {
        private final ArrowReader reader;
        private final VectorSchemaRoot batch;

        ExportedRows(ArrowReader reader) {
            this.reader = reader;
            try {
                this.batch = reader.getVectorSchemaRoot();
            } catch (IOException e) {
                throw DuckDbFailures.translate(e);
            }
        }

        @Override
        public boolean next() {
            try {
                boolean more = reader.loadNextBatch();
                ended = !more;
                return more;
            } catch (IOException e) {
                throw DuckDbFailures.translate(e);
            }
        }

        @Override
        public VectorSchemaRoot batch() {
            return batch;
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw FederationError.ENGINE_FAILED.error("The join engine's result did not close cleanly.", e);
            } finally {
                DuckDbStatement.this.close();
            }
        }
    }
}
