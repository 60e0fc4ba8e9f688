package io.belvedere.server.http;

import io.belvedere.federation.arrow.ArrowTypes;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow file (the IPC file format): what a stream holds, between a magic word and a footer that says where each batch is. The footer comes
 * last and only behind a complete result; the terminal frame is in its metadata as {@code belvedere.result}.
 */
final class ArrowFileResult implements ResultWriter {
    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private final WriteChannel out;
    private final List<ArrowBlock> batches = new ArrayList<>();
    private Schema schema = new Schema(List.of());

    ArrowFileResult(OutputStream out) {
        this.out = new WriteChannel(Channels.newChannel(out));
    }

    @Override
    public void begin(Head head) throws IOException {
        Map<String, String> ids =
                Map.of("belvedere.queryId", head.query().toString(), "belvedere.auditId", head.auditId());
        schema = new Schema(ArrowTypes.schema(head.columns()).getFields(), ids);
        out.write(MAGIC);
        out.align();
        MessageSerializer.serialize(out, schema);
    }

    @Override
    public void rows(VectorSchemaRoot batch) throws IOException {
        try (ArrowRecordBatch record = new VectorUnloader(batch).getRecordBatch()) {
            batches.add(MessageSerializer.serialize(out, record));
        }
    }

    @Override
    public void end(ResultEnd end) throws IOException {
        if (end.failure().isPresent()) {
            return;
        }
        ArrowStreamWriter.writeEndOfStream(out, IpcOption.DEFAULT);
        long footer = out.getCurrentPosition();
        out.write(new ArrowFooter(schema, List.of(), batches, Map.of("belvedere.result", JsonCells.frame(end))), false);
        out.writeIntLittleEndian((int) (out.getCurrentPosition() - footer));
        out.write(MAGIC);
    }

    @Override
    public boolean breaksOnFailure() {
        return true;
    }
}
