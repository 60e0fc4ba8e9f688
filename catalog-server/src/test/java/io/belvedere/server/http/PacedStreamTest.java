package io.belvedere.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.netty.channel.DefaultEventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacedStreamTest {
    private static final int AHEAD_BYTES = 64 << 10;

    private final DefaultEventLoop loop = new DefaultEventLoop();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    @AfterEach
    void endTheLoop() {
        var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void everyByteGoesOutInOrderHoweverItIsCut() throws IOException {
        byte[] all = new byte[5 * AHEAD_BYTES + 17];
        new Random(1).nextBytes(all);
        try (PacedStream paced = new PacedStream(sent, loop)) {
            paced.write(all[0]);
            paced.write(all, 1, 10);
            paced.write(all, 11, 3 * AHEAD_BYTES);
            paced.write(all, 11 + 3 * AHEAD_BYTES, all.length - 11 - 3 * AHEAD_BYTES);
        }
        assertThat(sent.toByteArray()).isEqualTo(all);
    }

    @Test
    void aLoopThatIsBusyIsHandedNoMoreThanAConnectionHolds() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        loop.execute(() -> awaitQuietly(release));
        Thread writer = Thread.ofVirtual().start(() -> writeQuietly(new PacedStream(sent, loop), 3 * AHEAD_BYTES));
        try {
            assertThat(writer.join(Duration.ofMillis(200))).isFalse();
            assertThat(sent.size()).isEqualTo(AHEAD_BYTES);
        } finally {
            release.countDown();
        }
        assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
        assertThat(sent.size()).isEqualTo(3 * AHEAD_BYTES);
    }

    @Test
    void aLoopThatHasEndedIsAClientThatIsGone() throws InterruptedException {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
        assertThatIOException()
                .isThrownBy(() -> new PacedStream(sent, loop).write(new byte[2 * AHEAD_BYTES]))
                .withMessageContaining("event loop");
    }

    private static void awaitQuietly(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void writeQuietly(PacedStream paced, int bytes) {
        try {
            paced.write(new byte[bytes]);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
