package io.belvedere.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A real Keycloak on the loopback interface, a process of its own over a realm file, with its users in memory. Its programs come as a
 * Maven artifact; they are unpacked and put together once, in the cache folder. Whoever starts one closes it.
 */
public final class KeycloakServer implements AutoCloseable {
    public static final String VERSION = "26.7.3";
    /** Who may change what realms hold. */
    public static final String ADMIN = "belvedere-test-admin";

    public static final String ADMIN_PASSWORD = "belvedere-test-admin-password";
    private static final Path ZIP = Path.of("org/keycloak/keycloak-quarkus-dist", VERSION);
    private static final String ZIP_NAME = "keycloak-quarkus-dist-" + VERSION + ".zip";
    private static final Duration START_MAX = Duration.ofMinutes(5);
    private static final List<String> SHARED = List.of("lib", "providers", "themes", "conf");
    /** What no test needs costs memory and time to start. */
    private static final List<String> BUILD = List.of(
            "build", "--db=dev-mem", "--features-disabled=ciba,device-flow,par,organization,kerberos,workflows");

    private final Path home;
    private final int port;
    private final String realm;
    private @Nullable Process process; // guarded by this

    private KeycloakServer(Path home, int port, String realm) {
        this.home = home;
        this.port = port;
        this.realm = realm;
    }

    /** Starts a server with the realm that the file describes; returns when it answers. */
    public static KeycloakServer start(Path realmFile, String realm) throws IOException {
        Path programs = CacheFolder.buildOnce("keycloak-" + VERSION, KeycloakServer::build);
        Path home = Files.createTempDirectory("keycloak");
        for (String folder : SHARED) {
            Files.createSymbolicLink(home.resolve(folder), programs.resolve(folder));
        }
        Path imports = Files.createDirectories(home.resolve("data/import"));
        Files.copy(realmFile, imports.resolve(realm + "-realm.json"));
        KeycloakServer server = new KeycloakServer(home, freePort(), realm);
        try {
            server.launch();
            return server;
        } catch (IOException | RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private static void build(Path folder) throws IOException {
        try (InputStream zip = Files.newInputStream(zip())) {
            unpack(zip, folder);
        }
        Path log = folder.resolve("build.log");
        Process build = new ProcessBuilder(command(folder, BUILD))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!ended(build, START_MAX) || build.exitValue() != 0) {
            build.destroyForcibly();
            throw new IOException("Keycloak could not be built:\n" + Files.readString(log));
        }
    }

    private static Path zip() throws IOException {
        String repository = System.getProperty("maven.repo.local");
        Path zip = (repository == null
                        ? Path.of(System.getProperty("user.home"), ".m2", "repository")
                        : Path.of(repository))
                .resolve(ZIP)
                .resolve(ZIP_NAME);
        if (!Files.isRegularFile(zip)) {
            throw new IOException(zip + " is not there; any build of the module testkit gets it.");
        }
        return zip;
    }

    private static void unpack(InputStream archive, Path folder) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(archive)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                // Everything stands below one folder, which is left out.
                int slash = entry.getName().indexOf('/');
                Path target =
                        folder.resolve(entry.getName().substring(slash + 1)).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("The archive holds a name that leaves its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(zip, target);
                }
            }
        }
    }

    private static List<String> command(Path home, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Djava.security.egd=file:/dev/urandom",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.language=en",
                "-Duser.country=US",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        command.addAll(arguments);
        return command;
    }

    private synchronized void launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(
                        home,
                        List.of(
                                "start",
                                "--optimized",
                                "--cache=local",
                                "--http-enabled=true",
                                "--http-host=127.0.0.1",
                                "--http-port=" + port,
                                "--hostname=" + address(),
                                "--import-realm")))
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment()
                .putAll(Map.of("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN, "KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN_PASSWORD));
        Process started = builder.start();
        process = started;
        // A test that is ended from outside must not leave a server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly, "close-keycloak"));
        long until = System.nanoTime() + START_MAX.toNanos();
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() > until) {
                throw new IllegalStateException("Keycloak did not start:\n" + Files.readString(log()));
            }
            pause();
        }
    }

    private Path log() {
        return home.resolve("keycloak.log");
    }

    /** Where it listens. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What its tokens name as their issuer. */
    public URI issuer() {
        return URI.create(address() + "/realms/" + realm);
    }

    /** Stops or goes on with the process without a word to it: {@code STOP} or {@code CONT}. Its port takes connections and nobody answers. */
    public synchronized void signal(String name) throws IOException {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("The server is stopped");
        }
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(running.pid())).start();
        if (!ended(kill, Duration.ofSeconds(10))) {
            throw new IOException("The signal could not be sent");
        }
    }

    /** Ends the process at once; its port refuses. */
    public synchronized void kill() {
        Process running = process;
        if (running != null) {
            process = null;
            running.destroyForcibly();
            ended(running, Duration.ofSeconds(20));
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection asked = (HttpURLConnection) URI.create(issuer() + "/.well-known/openid-configuration")
                    .toURL()
                    .openConnection(java.net.Proxy.NO_PROXY);
            asked.setConnectTimeout(1_000);
            asked.setReadTimeout(5_000);
            return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Keycloak started", e);
        }
    }

    private static boolean ended(Process process, Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        kill();
        try {
            CacheFolder.delete(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
