package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks for a bundle, bounded in time and size; see <a href="https://www.openpolicyagent.org/docs/management-bundles#bundle-service-api">OPA's
 * Bundle Service API</a>. Redirects and proxies are not followed. Safe for use by many threads.
 */
final class BundleClient implements AutoCloseable {
    static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private static final int TAG_CHARACTERS_MAX = 512;
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;

    private final BundleAddress address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_MAX)
            .build();

    BundleClient(BundleAddress address) {
        this.address = address;
    }

    /** What the server said. */
    sealed interface Answer {
        /** Nothing newer than what the tag stands for. */
        record Unchanged() implements Answer {}

        /** An archive, with the tag it is known by. */
        final class Bundle implements Answer {
            private final byte[] archive;
            private final Optional<String> tag;

            private Bundle(byte[] archive, Optional<String> tag) {
                this.archive = archive;
                this.tag = tag;
            }

            byte[] archive() {
                return archive;
            }

            Optional<String> tag() {
                return tag;
            }
        }
    }

    /** The bundle, unless it is the one of the tag; throws {@code POLICY_UNAVAILABLE} when there is no good answer in time. */
    Answer ask(Optional<String> tag) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.bundle())
                .timeout(ANSWER_MAX)
                .header("Accept", "application/gzip, application/octet-stream")
                .header("Prefer", "modes=snapshot")
                .GET();
        tag.ifPresent(known -> request.header("If-None-Match", known));
        address.tokenFile().ifPresent(file -> request.header("Authorization", "Bearer " + BearerToken.read(file)));
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(
                request.build(),
                HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofByteArray(), BundleArchive.PACKED_BYTES_MAX));
        try {
            return read(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS), tag);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PolicyError.POLICY_UNAVAILABLE.error("The question for the policy bundle was stopped.", e);
        } catch (ExecutionException | TimeoutException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("The server of the policy bundle did not answer with one.", e);
        } finally {
            answer.cancel(true);
        }
    }

    private static Answer read(HttpResponse<byte[]> response, Optional<String> asked) {
        if (response.statusCode() == NOT_MODIFIED && asked.isPresent()) {
            return new Answer.Unchanged();
        }
        if (response.statusCode() != OK) {
            throw status(response.statusCode());
        }
        return new Answer.Bundle(
                response.body(),
                response.headers().firstValue("ETag").filter(tag -> tag.length() <= TAG_CHARACTERS_MAX));
    }

    private static BelvedereException status(int status) {
        return PolicyError.POLICY_UNAVAILABLE.error(
                "The server of the policy bundle answered with status " + status + ".");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
