package io.belvedere.server.main;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A client that reads a long result at a walk, never stopping, on a thread of its own, until it ends. */
final class LongRead {
    private static final int BYTES_AT_ONCE = 32 * 1024;
    private static final Duration STEP = Duration.ofMillis(8);

    private final String queryId;
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> end;

    private LongRead(HttpResponse<InputStream> answer) {
        this.queryId = answer.headers().firstValue("Belvedere-Query-Id").orElse("");
        this.end = CompletableFuture.runAsync(() -> read(answer.body()), Thread::startVirtualThread);
    }

    /** Returns when the result has begun. */
    static LongRead start(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("The answer is " + answer.statusCode() + ": "
                    + new String(answer.body().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return new LongRead(answer);
    }

    private void read(InputStream body) {
        try (body) {
            byte[] some = new byte[BYTES_AT_ONCE];
            for (int read = body.read(some); read >= 0; read = body.read(some)) {
                bytes.addAndGet(read);
                Thread.sleep(STEP);
            }
        } catch (IOException cut) {
            // The server ended the connection under the result.
        } catch (InterruptedException interrupted) {
            throw new UncheckedIOException(new IOException(interrupted));
        }
    }

    String queryId() {
        return queryId;
    }

    long bytes() {
        return bytes.get();
    }

    boolean isOver() {
        return end.isDone();
    }

    void awaitEnd(Duration patience) throws Exception {
        end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
