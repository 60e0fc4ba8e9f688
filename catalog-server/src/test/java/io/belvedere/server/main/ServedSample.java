package io.belvedere.server.main;

import io.belvedere.samples.CoffeeChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged server as a process of its own over a copy of the sample's folder and real databases. */
public final class ServedSample implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Pattern FLIGHT = Pattern.compile("Flight SQL listens at 127\\.0\\.0\\.1:(\\d+)");
    private static final Duration START_MAX = Duration.ofMinutes(5);
    /** What a server needs in RAM besides its heap and its engine: code, classes, threads, batches of rows on their way. docs/operate/faults.md says so. */
    private static final long BESIDES_BYTES = 450L << 20;

    private static final int PORT_MIN = 16_000;
    private static final int PORT_MAX = 32_000;

    private final Process process;
    private final Path folder;
    private final int port;

    private ServedSample(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Copies the sample, lets {@code edit} change the copy, and starts a server over it. */
    static ServedSample start(CoffeeChain chain, Path folder, Edit edit, List<String> settings) throws IOException {
        copy(CoffeeChain.catalogFolder(), folder);
        edit.in(folder);
        return again(chain, folder, settings);
    }

    /** Starts a server over a folder that another one left. */
    static ServedSample again(CoffeeChain chain, Path folder, List<String> settings) throws IOException {
        return over(folder, chain.variables(), settings);
    }

    /**
     * Starts a server over a folder that holds {@code sources/, views/, policy/} and {@code dev-identities.yaml}.
     *
     * @param variables what the sources take from the environment
     */
    public static ServedSample over(Path folder, Map<String, String> variables, List<String> settings)
            throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Most servers of tests are stopped before the second compiler has paid for itself.
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-Duser.timezone=UTC",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.profile=laptop",
                "-Dquarkus.http.port=" + port,
                "-Dbelvedere.flight.port=0",
                "-Dbelvedere.catalog.folder=" + folder,
                "-Dbelvedere.catalog.reload-interval=PT0.2S",
                "-Dbelvedere.policy.folder=" + folder.resolve("policy"),
                "-Dbelvedere.audit.folder=" + folder.resolve("audit"),
                "-Dbelvedere.audit.durable-within=PT20S",
                "-Dbelvedere.engine.spill-folder=" + folder.resolve("spill"),
                "-Dbelvedere.identity.dev-file=" + folder.resolve("dev-identities.yaml")));
        command.addAll(settings);
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile());
        builder.environment().putAll(variables);
        return new ServedSample(builder.start(), folder, port);
    }

    /** Changes the copy of the sample before the server starts. */
    @FunctionalInterface
    interface Edit {
        void in(Path folder) throws IOException;
    }

    /** A port that no system gives to a client by itself, so that nobody takes it before the server, which needs seconds to start. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // Another one, then.
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Waits until the server answers health checks at all, with the status wanted. */
    public ServedSample awaitHealth(int status) throws InterruptedException, IOException {
        long giveUp = System.nanoTime() + START_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < giveUp && process.isAlive()) {
                if (health(client) == status) {
                    return this;
                }
                Thread.sleep(100);
            }
        }
        throw new AssertionError("the server did not come up:\n" + log());
    }

    private int health(HttpClient client) throws InterruptedException {
        try {
            return client.send(
                            HttpRequest.newBuilder(base().resolve("/q/health/ready"))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The port of Flight SQL, as the log says it. */
    public int flightPort() {
        try {
            Matcher port = FLIGHT.matcher(log());
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
            throw new AssertionError("the log does not say where Flight SQL listens");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public Path folder() {
        return folder;
    }

    long pid() {
        return process.pid();
    }

    /** Ends the process at once, with no word to it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells the process to end. */
    void terminate() {
        process.destroy();
    }

    /** Sends a signal by its name, for example {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /**
     * Bounds the files that the process writes, for example {@code 1:unlimited}: no file may grow or be written past its first byte, which is
     * what a full disk looks like, also to root.
     */
    void limitFiles(String limit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("prlimit", "--pid", Long.toString(pid()), "--fsize=" + limit)
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("prlimit failed");
        }
    }

    /** The most that a server may ever need in RAM with so much heap and so much memory for the engine. */
    static long residentBytesMax(long heapBytes, long engineBytes) {
        return heapBytes + engineBytes + BESIDES_BYTES;
    }

    /** The most memory that the process had in RAM at any time, as the kernel counts it. */
    long residentBytesMost() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new AssertionError("the kernel does not say what process " + pid() + " needs");
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("server.log"));
    }

    /** Waits for a process that ends by itself. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_MAX.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end");
        }
        return process.exitValue();
    }

    /** Stops the server in order. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
