package io.belvedere.federation.result;

import static io.belvedere.federation.FederationError.SCHEMA_DRIFT;

import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.model.error.BelvedereException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way, copied as they pass. Hands on a copy only of a result that came to its end with every source and fits; a failure, a
 * cancelled query and a reader that goes away leave nothing.
 */
final class KeepingStream implements RowStream {
    private final RowStream rows;
    private final long bytesMax;
    private final Consumer<KeptResult> keeper;
    private final Runnable drifted;
    private final long askedNanos;
    // Used by the one thread that reads.
    private final List<byte[]> copied = new ArrayList<>();
    private @Nullable Schema schema;
    private long bytes = KeptResult.OVERHEAD_BYTES;
    private boolean keeps;

    /**
     * @param bytesMax of a result; zero or less to keep none
     * @param keeper takes a whole result
     * @param drifted is told that a source no longer is as it was described
     */
    KeepingStream(RowStream rows, long askedNanos, long bytesMax, Consumer<KeptResult> keeper, Runnable drifted) {
        this.rows = rows;
        this.askedNanos = askedNanos;
        this.bytesMax = bytesMax;
        this.keeper = keeper;
        this.drifted = drifted;
        this.keeps = bytesMax > 0;
    }

    @Override
    public List<OutputColumn> columns() {
        return rows.columns();
    }

    @Override
    public boolean next() {
        boolean more;
        try {
            more = rows.next();
        } catch (BelvedereException failure) {
            giveUp();
            if (failure.code() == SCHEMA_DRIFT) {
                drifted.run();
            }
            throw failure;
        }
        if (keeps && more) {
            copy(rows.batch());
        } else if (keeps) {
            keep();
        }
        return more;
    }

    private void copy(VectorSchemaRoot batch) {
        long size = 0;
        for (var vector : batch.getFieldVectors()) {
            size += vector.getBufferSize();
        }
        if (bytes + size > bytesMax || (schema != null && !schema.equals(batch.getSchema()))) {
            giveUp();
            return;
        }
        schema = batch.getSchema();
        byte[] copy = BatchBytes.of(batch);
        copied.add(copy);
        bytes += copy.length;
    }

    private void keep() {
        Schema whole = schema == null ? new Schema(List.of()) : schema;
        if (rows.incompleteSources().isEmpty() && bytes <= bytesMax) {
            keeper.accept(new KeptResult(whole, copied, rows.readings(), rows.dimensions(), askedNanos));
        }
        giveUp();
    }

    private void giveUp() {
        keeps = false;
        copied.clear();
    }

    @Override
    public VectorSchemaRoot batch() {
        return rows.batch();
    }

    @Override
    public List<String> incompleteSources() {
        return rows.incompleteSources();
    }

    @Override
    public List<SourceReading> readings() {
        return rows.readings();
    }

    @Override
    public List<DimensionReading> dimensions() {
        return rows.dimensions();
    }

    @Override
    public Optional<Duration> keptFor() {
        return rows.keptFor();
    }

    @Override
    public void cancel() {
        rows.cancel();
    }

    @Override
    public void close() {
        giveUp();
        rows.close();
    }
}
