package io.belvedere.server.http;

import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow IPC stream; the schema carries the ids as metadata. The format has no place for a terminal frame, so the end-of-stream
 * mark stands for complete or partial; the HTTP trailer {@code Belvedere-Result} says which to a client that takes trailers. A failed result has no mark and
 * breaks the connection.
 */
final class ArrowResult implements ResultWriter {
    private final WriteChannel out;

    ArrowResult(OutputStream out) {
        this.out = new WriteChannel(Channels.newChannel(out));
    }

    @Override
    public void begin(Head head) throws IOException {
        Map<String, String> ids =
                Map.of("belvedere.queryId", head.query().toString(), "belvedere.auditId", head.auditId());
        MessageSerializer.serialize(
                out, new Schema(ArrowTypes.schema(head.columns()).getFields(), ids));
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
            MessageSerializer.serialize(out, record);
        }
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        if (end.failure().isEmpty()) {
            ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
        }
    }

    @Override
    public boolean breaksOnFailure() {
        return true;
    }
}
