package io.belvedere.server.http;

import static io.belvedere.server.ServerError.REQUEST_INVALID;

import io.belvedere.federation.OutputColumn;
import io.belvedere.server.parquet.ParquetFile;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A Parquet file. Its footer comes last and only behind a complete result; the terminal frame is in the file's metadata as {@code belvedere.result}. */
final class ParquetResult implements ResultWriter {
    private final OutputStream out;
    private @Nullable ParquetFile file;
    private Map<String, String> ids = Map.of();

    ParquetResult(OutputStream out) {
        this.out = out;
    }

    @Override
    public void begin(Head head) throws IOException {
        List<String> names = head.columns().stream().map(OutputColumn::name).toList();
        if (Set.copyOf(names).size() < names.size()) {
            throw REQUEST_INVALID.error("In Parquet each column needs a name of its own; rename columns with AS.");
        }
        ids = Map.of("belvedere.queryId", head.query().toString(), "belvedere.auditId", head.auditId());
        file = ParquetFile.begin(out, head.columns());
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        begun().add(batch);
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        if (end.failure().isEmpty()) {
            Map<String, String> metadata = new TreeMap<>(ids);
            metadata.put("belvedere.result", JsonCells.frame(end));
            begun().end(metadata);
        }
    }

    private ParquetFile begun() {
        if (file == null) {
            throw new IllegalStateException("a result begins with its head");
        }
        return file;
    }

    @Override
    public boolean breaksOnFailure() {
        return true;
    }
}
