package io.belvedere.federation.arrow;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.OutputColumn;
import io.belvedere.model.view.ColumnContract.Presence;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.duckdb.DuckDBResultSet;

/** Rows of a DuckDB source, handed over as it makes them; its cursor would hide why a statement failed. */
public final class DuckDbBatches implements Batches {
    private static final long BATCH_ROWS = 16_384;

    private final ArrowReader reader;
    private final Schema schema;
    private final List<OutputColumn> columns;
    private final BufferAllocator memory;

    private DuckDbBatches(ArrowReader reader, List<OutputColumn> columns, BufferAllocator memory) {
        this.reader = reader;
        this.schema = ArrowTypes.schema(columns);
        this.columns = columns;
        this.memory = memory;
    }

    public static DuckDbBatches open(ResultSet rows, List<OutputColumn> columns, BufferAllocator memory)
            throws SQLException {
        BatchReader.requireWidth(rows.getMetaData().getColumnCount(), columns);
        Object reader = rows.unwrap(DuckDBResultSet.class).arrowExportStream(memory, BATCH_ROWS);
        return new DuckDbBatches((ArrowReader) reader, columns, memory);
    }

    @Override
    public Optional<VectorSchemaRoot> next() throws SQLException {
        try {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
                if (loaded.getRowCount() > 0) {
                    return Optional.of(handedOver(loaded));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private VectorSchemaRoot handedOver(VectorSchemaRoot loaded) {
        List<FieldVector> vectors = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            FieldVector vector = loaded.getVector(i);
            Field field = schema.getFields().get(i);
            if (!vector.getField().getType().equals(field.getType())) {
                throw FederationError.SCHEMA_DRIFT.error(
                        "A source gave a column of another type than it was asked for.");
            }
            if (columns.get(i).presence() == Presence.REQUIRED && vector.getNullCount() > 0) {
                throw DataErrors.unexpectedNull();
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            TransferPair transfer =
                    loaded.getVector(i).getTransferPair(schema.getFields().get(i), memory);
            transfer.transfer();
            vectors.add((FieldVector) transfer.getTo());
        }
        return new VectorSchemaRoot(schema.getFields(), vectors, loaded.getRowCount());
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            System.getLogger(DuckDbBatches.class.getName())
                    .log(System.Logger.Level.DEBUG, "rows of a source in files did not close cleanly", e);
        }
    }
}
