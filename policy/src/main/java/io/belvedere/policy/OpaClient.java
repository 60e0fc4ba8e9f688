package io.belvedere.policy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One question to an OPA server and its answer, bounded in time, size and number. A question that is not answered within
 * {@link #HEDGE_AFTER}, or fails before, is asked once more beside; the first good answer counts. A decision reads and changes nothing,
 * so asking twice is safe. Redirects and proxies are not followed. Safe for use by many threads.
 */
final class OpaClient implements AutoCloseable {
    static final Duration HEDGE_AFTER = Duration.ofMillis(50);
    static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    private static final int ASKED_AT_ONCE_MAX = 64;
    private static final Duration PLACE_WAIT_MAX = Duration.ofMillis(500);
    private static final int OK = 200;

    private final OpaAddress address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(ANSWER_MAX)
            .build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(ASKED_AT_ONCE_MAX, true);
    private volatile Optional<String> token = Optional.empty();

    OpaClient(OpaAddress address) {
        this.address = address;
    }

    /** Reads the token's file; throws {@code POLICY_UNAVAILABLE} when it cannot be used, and then keeps the token before. */
    void refreshToken() {
        if (address.tokenFile().isPresent()) {
            token = Optional.of(BearerToken.read(address.tokenFile().get()));
        }
    }

    /** The server's answer; throws {@code POLICY_UNAVAILABLE} when there is no good one in time. */
    byte[] ask(byte[] question) {
        try {
            if (!places.tryAcquire(PLACE_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw PolicyError.POLICY_UNAVAILABLE.error("Policy is busy; try again in a moment.");
            }
            try {
                return askHedged(question);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PolicyError.POLICY_UNAVAILABLE.error("The request was stopped while policy decided.", e);
        }
    }

    private byte[] askHedged(byte[] question) throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        try {
            return threads.invokeAny(
                    List.of(() -> askFirst(question, failed), () -> askBeside(question, failed)),
                    ANSWER_MAX.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("Policy took too long to answer.", e);
        } catch (ExecutionException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("The policy server did not answer with a decision.", e);
        } catch (RejectedExecutionException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("The policy gate is closed.", e);
        }
    }

    private byte[] askFirst(byte[] question, CountDownLatch failed) throws IOException, InterruptedException {
        boolean answered = false;
        try {
            byte[] answer = send(question);
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                failed.countDown();
            }
        }
    }

    private byte[] askBeside(byte[] question, CountDownLatch failed) throws IOException, InterruptedException {
        boolean _ = failed.await(HEDGE_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        return send(question);
    }

    private byte[] send(byte[] question) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.decision())
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(question));
        token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
        return body(http.send(
                request.build(),
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), ReplyFields.BYTES_MAX)));
    }

    private static byte[] body(HttpResponse<byte[]> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("none");
        if (response.statusCode() != OK || !type.startsWith("application/json")) {
            throw new IOException("status " + response.statusCode() + ", content of type " + type);
        }
        return response.body();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.shutdownNow();
    }
}
