package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server process over one folder. Calls are serialised by its monitor, so a shutdown hook and a test may both end it. */
final class Server implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final int PORT_TRIES_MAX = 5;
    private static final int LOG_LINES_SHOWN = 12;

    private final Program program;
    private final Storage storage;
    private final ServerFolder folder;
    private final Secrets secrets;
    private final int port;
    private @Nullable Process process; // guarded by this
    private boolean closed; // guarded by this

    private Server(Program program, Storage storage, ServerFolder folder, int port) throws IOException {
        this.program = program;
        this.storage = storage;
        this.folder = folder;
        this.secrets = folder.secrets();
        this.port = port;
    }

    /** Starts a server on a free port of the loopback interface; another process may snatch the port between choice and use, so it is tried anew. */
    static Server start(Program program, Storage storage) throws IOException {
        var folder = ServerFolder.open(storage, program);
        try {
            return startOnSomePort(program, storage, folder);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Server startOnSomePort(Program program, Storage storage, ServerFolder folder) throws IOException {
        for (var tries = 1; ; tries++) {
            var server = new Server(program, storage, folder, freePort());
            OpenServers.add(server);
            try {
                server.launch();
                return server;
            } catch (IllegalStateException e) {
                server.end(program.dropSignal());
                OpenServers.remove(server);
                if (tries == PORT_TRIES_MAX || !server.lastLines().contains("ddress already in use")) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    Secrets secrets() {
        return secrets;
    }

    synchronized long pid() {
        if (process == null) {
            throw new IllegalStateException("The server is stopped");
        }
        return process.pid();
    }

    synchronized void launch() throws IOException {
        if (closed) {
            throw new IllegalStateException("The server is closed");
        }
        if (process != null && process.isAlive()) {
            return;
        }
        program.prepare(folder.data());
        var started = new ProcessBuilder(program.command(folder.data(), port, storage))
                .redirectErrorStream(true)
                .redirectOutput(folder.log().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        process = started;
        folder.notePid(started.pid());
        awaitReady(started);
    }

    private void awaitReady(Process started) throws IOException {
        var giveUp = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            if (!started.isAlive()) {
                throw new IllegalStateException("The server ended while it started:\n" + lastLines());
            }
            try {
                program.probe(folder.data(), port, secrets);
                return;
            } catch (SQLException e) {
                if (System.nanoTime() > giveUp) {
                    throw new IllegalStateException("The server does not answer:\n" + lastLines(), e);
                }
            }
            pause(Duration.ofMillis(15));
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a server started", e);
        }
    }

    /** Ends the server in order; its data stay as they are. */
    synchronized void stop() {
        end(program.stopSignal());
    }

    /** Ends the server and all its children at once, as a crash would. */
    synchronized void kill() {
        if (process == null) {
            return;
        }
        var server = process.toHandle();
        var children = server.descendants().toList();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        Sweeper.await(server);
        children.forEach(Sweeper::await);
        process = null;
    }

    private synchronized void end(String signal) {
        if (process == null) {
            return;
        }
        try {
            if (process.isAlive()) {
                // `kill` is built into every shell; the program of that name is not on every machine.
                new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            }
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill();
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        end(
                switch (storage) {
                    case Storage.Temporary _ -> program.dropSignal();
                    case Storage.Kept _ -> program.stopSignal();
                });
        OpenServers.remove(this);
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of the server's own log, for an error that a developer reads. */
    private String lastLines() throws IOException {
        var last = new ArrayDeque<String>();
        try (var lines = Files.lines(folder.log())) {
            for (var line : (Iterable<String>) lines::iterator) {
                last.add(line);
                if (last.size() > LOG_LINES_SHOWN) {
                    last.removeFirst();
                }
            }
        }
        return String.join("\n", last);
    }
}
