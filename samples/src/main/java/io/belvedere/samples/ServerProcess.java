package io.belvedere.samples;

import io.belvedere.testkit.CacheFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Belvedere's server as a child process over the coffee chain. Closed with the JVM at the latest. */
public final class ServerProcess implements AutoCloseable {
    /** The ports that the documentation names: of REST and of JDBC. */
    private static final int PORT = 8421;

    private static final int FLIGHT_PORT = 8422;

    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final Duration STOP_MAX = Duration.ofSeconds(15);
    private static final int LOG_LINES_SHOWN = 25;

    private final Process process;
    private final int port;
    private final int flightPort;
    private final Path auditFolder;
    private final Path log;
    private final Thread atExit;

    private ServerProcess(Process process, int port, int flightPort, Path auditFolder, Path log) {
        this.process = process;
        this.port = port;
        this.flightPort = flightPort;
        this.auditFolder = auditFolder;
        this.log = log;
        this.atExit = new Thread(this::end, "end-server");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts the server and returns when it says that it is ready. */
    public static ServerProcess start(CoffeeChain chain, int port) throws IOException, InterruptedException {
        return start(chain, port, Map.of());
    }

    /**
     * Starts the server and returns when it says that it is ready.
     *
     * @param settings environment variables that differ from the demo's
     */
    public static ServerProcess start(CoffeeChain chain, int port, Map<String, String> settings)
            throws IOException, InterruptedException {
        // The kept databases belong to one demo at a time, and so does the audit log that stays beside them.
        var name = chain.isKept() ? "demo" : "demo-" + ProcessHandle.current().pid();
        var folder = Files.createDirectories(CacheFolder.root().resolve(name));
        var catalog = CoffeeChain.catalogFolder();
        var environment = new HashMap<>(chain.variables());
        environment.put("BELVEDERE_CATALOG_FOLDER", catalog.toString());
        environment.put("BELVEDERE_POLICY_FOLDER", catalog.resolve("policy").toString());
        environment.put(
                "BELVEDERE_IDENTITY_DEV_FILE",
                catalog.resolve("dev-identities.yaml").toString());
        environment.putAll(settings);
        return launch(folder, port, port == PORT ? freeOr(FLIGHT_PORT) : anyPort(), environment);
    }

    /**
     * Starts a server over another catalog, on ports that are free, and returns when it says that it is ready.
     *
     * @param folder gets the log and the audit log
     * @param settings environment variables that name the catalog, the policy and the callers, and hold the passwords
     */
    public static ServerProcess over(Path folder, Map<String, String> settings)
            throws IOException, InterruptedException {
        return launch(folder, anyPort(), anyPort(), settings);
    }

    private static ServerProcess launch(Path folder, int port, int flightPort, Map<String, String> settings)
            throws IOException, InterruptedException {
        var log = folder.resolve("server.log");
        var auditFolder = Files.createDirectories(folder.resolve("audit"));
        var builder = new ProcessBuilder(command()).redirectErrorStream(true).redirectOutput(log.toFile());
        var environment = builder.environment();
        environment.put("BELVEDERE_AUDIT_FOLDER", auditFolder.toString());
        environment.put("QUARKUS_PROFILE", "laptop");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("BELVEDERE_FLIGHT_PORT", Integer.toString(flightPort));
        environment.putAll(settings);
        var server = new ServerProcess(builder.start(), port, flightPort, auditFolder, log);
        try {
            server.awaitReady();
            return server;
        } catch (IllegalStateException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static List<String> command() {
        return List.of(
                java(),
                "-XX:+ExitOnOutOfMemoryError",
                "--sun-misc-unsafe-memory-access=allow",
                "-Duser.timezone=UTC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-jar",
                jar().toString());
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path jar() {
        var jar =
                Optional.ofNullable(System.getProperty("belvedere.server.jar")).map(Path::of);
        if (jar.isEmpty() || !Files.exists(jar.get())) {
            throw new IllegalStateException(
                    "The server is not built: run ./belvedere demo, or set -Dbelvedere.server.jar.");
        }
        return jar.get();
    }

    private void awaitReady() throws InterruptedException, IOException {
        var client = new RestClient(port);
        var giveUp = System.nanoTime() + START_MAX.toNanos();
        while (!client.isReady()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("The server ended while it started:\n" + lastLines());
            }
            if (System.nanoTime() > giveUp) {
                throw new IllegalStateException(
                        "The server is not ready after " + START_MAX.toSeconds() + " s:\n" + lastLines());
            }
            Thread.sleep(50);
        }
    }

    /** A free port: {@value #PORT} if {@code wanted} and nobody has it, else any. */
    public static int freePort(Wanted wanted) throws IOException {
        return switch (wanted) {
            case THE_USUAL -> freeOr(PORT);
            case ANY -> anyPort();
        };
    }

    /** The port, or any that is free if somebody has it. */
    private static int freeOr(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException taken) {
            return anyPort();
        }
    }

    private static int anyPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Which port a server should listen on. */
    public enum Wanted {
        THE_USUAL,
        ANY
    }

    /** The port of Flight SQL, on loopback. */
    public int flightPort() {
        return flightPort;
    }

    /** Where it listens, on loopback. */
    public int port() {
        return port;
    }

    /** The processor time that it has used since it started; zero where the system does not say. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    Path auditFolder() {
        return auditFolder;
    }

    /** Runs the audit log's own command-line program, which stands in the server's jars; returns its exit code and what it printed. */
    Printed audit(String verb, String... options) throws IOException, InterruptedException {
        var jars = jar().toAbsolutePath().getParent();
        var command = new ArrayList<>(List.of(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                jars + "/app/*:" + jars + "/lib/main/*:" + jars + "/lib/boot/*",
                "io.belvedere.audit.verify.VerifyMain",
                verb,
                auditFolder.toString()));
        command.addAll(List.of(options));
        var tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Printed(tool.waitFor(), text.strip());
    }

    /** What a program printed before it ended. */
    record Printed(int exitCode, String text) {}

    /** Returns when the server has ended. */
    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    private String lastLines() throws IOException {
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the JVM is ending, and the hook runs
        }
    }
}
