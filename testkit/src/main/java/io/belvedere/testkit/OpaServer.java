package io.belvedere.testkit;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real OPA server on the loopback interface, a process of its own, over files of Rego and data. Whoever starts one closes it.
 *
 * <p>The program is {@code $BELVEDERE_OPA}, which {@code ./belvedere test} sets, or of the pinned version in the cache or on the path.
 */
public final class OpaServer implements AutoCloseable {
    private static final String VERSION = "1.22.2";
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final int PORT_TRIES_MAX = 5;

    private final List<String> command;
    private final int port;
    private final Path log;
    private @Nullable Process process; // guarded by this

    private OpaServer(List<String> arguments, int port) throws IOException {
        this.port = port;
        this.log = Files.createTempFile("opa", ".log");
        this.command = new ArrayList<>(List.of(
                program(), "run", "--server", "--disable-telemetry", "--log-level=error", "--addr=127.0.0.1:" + port));
        command.addAll(arguments);
    }

    /** Starts a server over files and folders; {@code arguments} are more options of {@code opa run}, or its files. */
    public static OpaServer start(String... arguments) throws IOException {
        for (int tries = 1; ; tries++) {
            OpaServer server = new OpaServer(Arrays.asList(arguments), freePort());
            try {
                server.resume();
                return server;
            } catch (IllegalStateException e) {
                boolean snatched = Files.readString(server.log).contains("address already in use");
                server.close();
                if (!snatched || tries == PORT_TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    /** Runs the program to its end, for what is no server: {@code opa build}, {@code opa sign}. Throws when it fails. */
    public static void run(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(Arrays.asList(arguments));
        Path log = Files.createTempFile("opa", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(START_MAX.toSeconds() * 4, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("opa " + String.join(" ", arguments) + "\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while OPA ran", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    /** Runs the program to its end and gives what it printed, whether it failed or not: {@code opa test}. */
    public static String print(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(Arrays.asList(arguments));
        Path log = Files.createTempFile("opa", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(START_MAX.toSeconds() * 4, TimeUnit.SECONDS)) {
                throw new IllegalStateException("opa " + String.join(" ", arguments) + " does not end");
            }
            return Files.readString(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while OPA ran", e);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    /** Where it listens. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Ends the process at once; its port refuses. */
    public synchronized void kill() {
        Process running = process;
        if (running != null) {
            process = null;
            running.destroyForcibly();
            try {
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Starts it again on the same port, after {@link #kill}; returns when it answers. */
    public synchronized void resume() throws IOException {
        if (process != null) {
            return;
        }
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        process = started;
        long until = System.nanoTime() + START_MAX.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > until) {
                throw new IllegalStateException("OPA did not start:\n" + Files.readString(log));
            }
            pause();
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection health =
                    (HttpURLConnection) address().resolve("/health").toURL().openConnection(java.net.Proxy.NO_PROXY);
            health.setConnectTimeout(1_000);
            health.setReadTimeout(1_000);
            return health.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while OPA started", e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String program() {
        Stream<Path> onPath = Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "opa"));
        return Stream.concat(
                        Stream.concat(
                                Optional.ofNullable(System.getenv("BELVEDERE_OPA")).map(Path::of).stream(),
                                Stream.of(CacheFolder.root()
                                        .resolve("opa-" + VERSION)
                                        .resolve("opa"))),
                        onPath)
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("OPA " + VERSION
                        + " is not there; `./belvedere policy` gets it, and so does `./belvedere test`"));
    }
}
