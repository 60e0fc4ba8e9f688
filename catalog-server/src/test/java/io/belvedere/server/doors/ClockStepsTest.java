package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.belvedere.server.doors.Rest.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody sets the server's clock while it works. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class ClockStepsTest {
    private static final String JSON = "application/json";
    private static final String SQL = "SELECT customer_id FROM crm.customer_360";

    @TestHTTPResource
    URI base;

    private Rest rest;

    @BeforeEach
    void reset() {
        rest = new Rest(base);
        FakeRows.next = new Behaviour.Give(3);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        FakeParts.planning = Duration.ZERO;
    }

    @AfterEach
    void setRight() {
        FakeParts.planning = Duration.ZERO;
        SteppedClock.step = Duration.ZERO;
    }

    @Test
    void queriesAreAnsweredAndRecordedInOrderAcrossStepsAndTheLogSaysThatTheClockWentBack() throws Exception {
        long before = 0;
        for (int hours : new int[] {0, 1, -1, 0}) {
            SteppedClock.step = Duration.ofHours(hours);
            Answer answer = rest.query("dev-ana", JSON, SQL);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            String place = answer.json().path("receipt").path("id").asText();
            long sequence = Long.parseLong(place.substring(place.lastIndexOf('/') + 1));
            assertThat(sequence).isGreaterThan(before);
            before = sequence;
        }
        assertThat(log()).contains("\"clock_anomaly\"");
    }

    private static String log() throws Exception {
        StringBuilder records = new StringBuilder();
        try (Stream<Path> files = Files.walk(Laptop.folder().resolve("audit"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(each -> each.toString().endsWith(".wal"))::iterator) {
                records.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return records.toString();
    }

    @Test
    void aDeadlineNeitherComesNearerNorGoesAwayWhenTheClockIsSet() throws Exception {
        FakeParts.planning = Duration.ofSeconds(2);
        assertThat(askedWhileTheClockIsSet(Duration.ofHours(1), Duration.ofSeconds(60)))
                .isEqualTo(200);
        assertThat(askedWhileTheClockIsSet(Duration.ofHours(-1), Duration.ofSeconds(1)))
                .isEqualTo(504);
    }

    /** The status of a query during whose planning the clock is set. */
    private int askedWhileTheClockIsSet(Duration step, Duration timeout) throws Exception {
        SteppedClock.step = Duration.ZERO;
        CompletableFuture<Answer> running = new CompletableFuture<>();
        var _ = Thread.ofVirtual().start(() -> {
            try {
                running.complete(rest.post(
                        "dev-ana",
                        JSON,
                        "/api/v1/query",
                        "{\"sql\": \"" + SQL + "\", \"timeout\": \"" + timeout + "\"}"));
            } catch (IOException | InterruptedException failure) {
                running.completeExceptionally(failure);
            }
        });
        Thread.sleep(Duration.ofMillis(700));
        SteppedClock.step = step;
        return running.get(30, TimeUnit.SECONDS).status();
    }
}
