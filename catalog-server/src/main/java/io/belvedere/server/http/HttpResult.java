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
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * An HTTP response as a result's sink: the first page held back, then straight to the client, compressed where it wants that, blocking
 * while it does not read. Whoever made it closes it.
 */
final class HttpResult implements ResultSink, AutoCloseable {
    private static final String TRAILER = "Belvedere-Result";
    /** Less does not become smaller by enough. */
    private static final int CODED_BYTES_MIN = 1_024;

    private final RoutingContext context;
    private final ClientConnection connection;
    private final FirstPage page;
    private final ResultWriter writer;
    private final boolean trailers;
    private final Form form;
    // Set once, by the request's thread.
    private Optional<CodedStream> coded = Optional.empty();
    private Optional<String> fileName = Optional.empty();

    HttpResult(Form form, RoutingContext context, OutputStream out, int firstPageBytes) {
        this.form = form;
        this.context = context;
        this.connection = new ClientConnection(context.request().connection());
        this.trailers = wantsTrailers(context);
        this.page = new FirstPage(firstPageBytes, held -> opened(connection.paced(out), held));
        this.writer = form.writer().apply(page);
    }

    /**
     * How a result is written.
     *
     * @param coding how it is compressed on its way
     * @param fileEnding what the name of the file ends with that it is to be saved as; empty for one that is read at once
     * @param writer makes the writer of the format
     */
    record Form(
            String contentType,
            Coding coding,
            Optional<String> fileEnding,
            Function<OutputStream, ResultWriter> writer) {}

    private OutputStream opened(OutputStream out, int held) throws IOException {
        HttpServerResponse response = context.response();
        if (trailers) {
            response.putHeader("Trailer", TRAILER);
        }
        response.putHeader("Vary", "Accept-Encoding");
        fileName.ifPresent(name -> response.putHeader("Content-Disposition", "attachment; filename=\"" + name + "\""));
        if (form.coding() == Coding.IDENTITY || held < CODED_BYTES_MIN) {
            return out;
        }
        response.putHeader("Content-Encoding", form.coding().word());
        CodedStream stream = CodedStream.open(form.coding(), out);
        coded = Optional.of(stream);
        return stream;
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
        DeprecationHeaders.of(head.deprecated())
                .forEach((name, value) -> response.headers().add(name, value));
        fileName = form.fileEnding().map(ending -> "belvedere-" + head.query() + "." + ending);
        sending(() -> writer.begin(head));
    }

    @Override
    public void write(VectorSchemaRoot batch) {
        sending(() -> {
            writer.rows(batch);
            page.flush();
        });
    }

    @Override
    public void end(ResultEnd end) {
        boolean broken = end.failure().isPresent() && writer.breaksOnFailure();
        sending(() -> {
            writer.end(end);
            if (trailers) {
                context.response().putTrailer(TRAILER, JsonCells.frame(end));
            }
            page.commit();
            page.flush();
            if (coded.isPresent() && !broken) {
                coded.get().finish();
            }
        });
        if (broken) {
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

    /** Frees what compressing took; a result without its end stays one. */
    @Override
    public void close() {
        if (coded.isPresent()) {
            sending(coded.get()::close);
        }
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
