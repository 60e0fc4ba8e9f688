package io.belvedere.server.http;

import static io.belvedere.server.ServerError.CLIENT_GONE;

import io.belvedere.server.pipeline.Interruption;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQuery;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.vector.VectorSchemaRoot;

/** An HTTP response as a result's sink: the first page held back, then straight to the client, blocking while it does not read. */
final class HttpResult implements ResultSink {
    private static final int LAST_BYTES_SECONDS = 5;
    private static final String TRAILER = "Belvedere-Result";

    private final RoutingContext context;
    private final FirstPage page;
    private final ResultWriter writer;

    HttpResult(ResultFormat format, RoutingContext context, OutputStream out, int firstPageBytes) {
        this.context = context;
        this.page = new FirstPage(out, firstPageBytes, () -> context.response().putHeader("Trailer", TRAILER));
        this.writer = ResultWriter.of(format, page);
    }

    /** A client that goes away stops its query; a query that is stopped while a write blocks breaks the connection. */
    @Override
    public void watch(RunningQuery query) {
        context.addEndHandler(ended -> {
            if (ended.failed()) {
                query.interrupt(Interruption.CLIENT);
            }
        });
        query.onInterrupt(this::cut);
    }

    @Override
    public void begin(Head head) {
        HttpServerResponse response = context.response();
        response.putHeader("Belvedere-Query-Id", head.query().toString());
        response.putHeader("Audit-Id", head.auditId());
        sending(() -> writer.begin(head));
    }

    @Override
    public void write(VectorSchemaRoot batch) {
        sending(() -> writer.rows(batch));
    }

    @Override
    public void end(ResultEnd end) {
        sending(() -> {
            writer.end(end);
            context.response().putTrailer(TRAILER, JsonCells.frame(end));
            page.commit();
            page.flush();
        });
        if (end.failure().isPresent() && writer.breaksOnFailure()) {
            cutAfterLastBytes();
        }
    }

    @Override
    public boolean committed() {
        return page.committed();
    }

    @Override
    public long bytes() {
        return page.bytes();
    }

    /** Gives the client a moment to read the last frame, then cuts: the response must never get an end that looks regular. */
    private void cutAfterLastBytes() {
        try {
            context.request()
                    .connection()
                    .close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LAST_BYTES_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException notRead) {
            cut();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            cut();
        }
    }

    /** Closes the socket at once; what was written and not yet sent is dropped. The public close would wait for the client to read. */
    private void cut() {
        if (context.request().connection() instanceof ConnectionBase connection) {
            var _ = connection.channel().close();
        } else {
            context.request().connection().close();
        }
    }

    private static void sending(Sending step) {
        try {
            step.send();
        } catch (IOException gone) {
            throw CLIENT_GONE.error("The client closed the connection before the result was complete.", gone);
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws IOException;
    }
}
