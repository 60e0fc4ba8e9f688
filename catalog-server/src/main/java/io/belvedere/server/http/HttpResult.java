package io.belvedere.server.http;

import static io.belvedere.server.ServerError.CLIENT_GONE;

import io.belvedere.server.pipeline.Interruption;
import io.belvedere.server.pipeline.ResultEnd;
import io.belvedere.server.pipeline.ResultSink;
import io.belvedere.server.pipeline.RunningQuery;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;

/** An HTTP response as a result's sink: the first page held back, then straight to the client, blocking while it does not read. */
final class HttpResult implements ResultSink {
    private static final String TRAILER = "Belvedere-Result";

    private final RoutingContext context;
    private final ClientConnection connection;
    private final FirstPage page;
    private final ResultWriter writer;
    private final boolean trailers;

    HttpResult(ResultFormat format, RoutingContext context, OutputStream out, int firstPageBytes) {
        this.context = context;
        this.connection = new ClientConnection(context.request().connection());
        this.trailers = wantsTrailers(context);
        this.page = new FirstPage(out, firstPageBytes, () -> {
            if (trailers) {
                context.response().putHeader("Trailer", TRAILER);
            }
        });
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
        query.onInterrupt(connection::cut);
        connection.keepAsking();
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
            if (trailers) {
                context.response().putTrailer(TRAILER, JsonCells.frame(end));
            }
            page.commit();
            page.flush();
        });
        if (end.failure().isPresent() && writer.breaksOnFailure()) {
            // The response must never get an end that looks regular.
            connection.cutAfterLastBytes();
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

    /** A trailer that nobody asked for is taken for the begin of the next answer by clients that know none (RFC 9110, 6.5.1). */
    private static boolean wantsTrailers(RoutingContext context) {
        return context.request().headers().getAll("TE").stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(coding -> coding.strip().equalsIgnoreCase("trailers"));
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
