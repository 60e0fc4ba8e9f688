package io.belvedere.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault as a client sees it, before a server that sends everything back. */
class FaultProxyTest {
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws Exception {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.ofVirtual().start(() -> answer(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        proxy = FaultProxy.before(echo.getLocalPort());
    }

    private static void answer(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // The proxy broke the connection, as the test wants it.
            assertThat(e).isInstanceOf(SocketException.class);
        }
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        echo.close();
    }

    @Test
    void passesEverythingOnAndEndsWithBothSides() throws Exception {
        try (Socket client = connect()) {
            send(client, "x".repeat(100_000));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(100_000);
        }
        assertThat(proxy.accepted()).isEqualTo(1);
        awaitNothingStands();
    }

    @Test
    void refusesNewClientsWhileOldOnesGoOnAndLetsThemInAgain() throws Exception {
        try (Socket before = connect()) {
            assertThat(ask(before, "a")).isEqualTo("a");
            proxy.refuse();
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(ask(before, "b")).isEqualTo("b");
            proxy.heal();
            try (Socket after = connect()) {
                assertThat(ask(after, "c")).isEqualTo("c");
            }
        }
    }

    @Test
    void aBlackHoleTakesEverythingAndGivesItBackWhenItHeals() throws Exception {
        try (Socket client = connect()) {
            proxy.inject(new Fault.BlackHole());
            client.setSoTimeout(150);
            assertThatThrownBy(() -> ask(client, "a")).isInstanceOf(SocketTimeoutException.class);
            proxy.heal();
            client.setSoTimeout(5_000);
            assertThat(read(client, 1)).isEqualTo("a");
        }
    }

    @Test
    void newConnectionsCanFareWorseThanThoseThatStand() throws Exception {
        try (Socket before = connect()) {
            assertThat(ask(before, "a")).isEqualTo("a");
            proxy.injectNew(new Fault.BlackHole());
            try (Socket after = connect()) {
                after.setSoTimeout(150);
                assertThatThrownBy(() -> ask(after, "b")).isInstanceOf(SocketTimeoutException.class);
                assertThat(ask(before, "c")).isEqualTo("c");
            }
        }
    }

    @Test
    void resetsAfterExactlySoManyBytes() throws Exception {
        try (Socket client = connect()) {
            proxy.inject(new Fault.AfterBytes(1_000, Fault.End.RESET));
            send(client, "x".repeat(900));
            assertThat(read(client, 900)).hasSize(900);
            send(client, "x".repeat(900));
            assertThatThrownBy(() -> read(client, 900)).isInstanceOf(SocketException.class);
        }
        awaitNothingStands();
    }

    @Test
    void swallowsTheAnswerToAStatementHoweverItIsCutIntoPackets() throws Exception {
        try (Socket client = connect()) {
            proxy.inject(new Fault.AfterText("needle", Fault.End.BLACK_HOLE));
            assertThat(ask(client, "hay")).isEqualTo("hay");
            assertThat(ask(client, "nee")).isEqualTo("nee");
            client.setSoTimeout(150);
            assertThatThrownBy(() -> ask(client, "dle")).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void halfClosesSoThatTheClientSeesTheEndAndMaySendOn() throws Exception {
        try (Socket client = connect()) {
            proxy.inject(new Fault.AfterBytes(3, Fault.End.HALF_CLOSE));
            send(client, "abcdef");
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("abc");
            send(client, "more");
        }
    }

    @Test
    void answersComeLaterSlowerAndInSlices() throws Exception {
        try (Socket client = connect()) {
            proxy.inject(new Fault.Latency(Duration.ofMillis(120), Duration.ofMillis(20)));
            assertThat(took(() -> ask(client, "abc"))).isGreaterThanOrEqualTo(Duration.ofMillis(100));
            proxy.inject(new Fault.Bandwidth(10_000));
            assertThat(took(() -> ask(client, "x".repeat(2_000)))).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            proxy.inject(new Fault.Slices(1));
            send(client, "abc");
            byte[] buffer = new byte[3];
            assertThat(client.getInputStream().read(buffer)).isBetween(1, 3);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String ask(Socket socket, String text) throws IOException {
        send(socket, text);
        return read(socket, text.length());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket, int length) throws IOException {
        byte[] bytes = new byte[length];
        int read = socket.getInputStream().readNBytes(bytes, 0, length);
        return new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
    }

    private static Duration took(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) throws Exception {
        long begin = System.nanoTime();
        try {
            work.call();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void awaitNothingStands() throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (proxy.standing() > 0 && System.nanoTime() < until) {
            Thread.sleep(Duration.ofMillis(5));
        }
        assertThat(proxy.standing()).isZero();
    }
}
