package io.belvedere.server.pipeline;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract.Presence;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Lines of text as a batch of one column, {@code plan}. Whoever makes one closes it. */
final class TextRows implements AutoCloseable {
    static final List<OutputColumn> COLUMNS =
            List.of(new OutputColumn("plan", DataType.Simple.VARCHAR, Presence.REQUIRED));

    private final RootAllocator memory = new RootAllocator();
    private final VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(COLUMNS), memory);

    private TextRows() {}

    static TextRows of(List<String> lines) {
        TextRows rows = new TextRows();
        VarCharVector column = (VarCharVector) rows.batch.getVector(0);
        for (int row = 0; row < lines.size(); row++) {
            column.setSafe(row, lines.get(row).getBytes(StandardCharsets.UTF_8));
        }
        rows.batch.setRowCount(lines.size());
        return rows;
    }

    VectorSchemaRoot batch() {
        return batch;
    }

    @Override
    public void close() {
        batch.close();
        memory.close();
    }
}
