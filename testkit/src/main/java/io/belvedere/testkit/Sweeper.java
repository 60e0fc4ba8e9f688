package io.belvedere.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends servers and deletes temporary folders of processes that were killed before they could do so themselves. */
final class Sweeper {
    static final String PID_FILE = "server.pid";
    static final String LOCK_SUFFIX = ".in-use";

    private static final AtomicBoolean SWEPT = new AtomicBoolean();
    /** Lock files of this process. To open and close one would let its lock go, because the system counts locks by process. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private Sweeper() {}

    static Path temporaryFolders() throws IOException {
        return Files.createDirectories(CacheFolder.root().resolve("run"));
    }

    /** Keeps a lock file from being looked at; called before it is made. */
    static void spare(Path lockFile) {
        OWN.add(lockFile);
    }

    /** Sweeps at the first call in this process. */
    static void sweepOnce() throws IOException {
        if (!SWEPT.compareAndSet(false, true)) {
            return;
        }
        for (var lockFile : lockFiles()) {
            sweep(lockFile);
        }
    }

    private static List<Path> lockFiles() throws IOException {
        try (var files = Files.list(temporaryFolders())) {
            return files.filter(file -> file.toString().endsWith(LOCK_SUFFIX) && !OWN.contains(file))
                    .toList();
        }
    }

    /** A lock that we get is a lock that nobody holds: its owner is gone. */
    private static void sweep(Path lockFile) throws IOException {
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            var lock = ServerFolder.tryLock(channel);
            if (lock == null) {
                return;
            }
            var name = lockFile.getFileName().toString();
            var folder = lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
            endServerLeftIn(folder);
            CacheFolder.delete(folder);
            CacheFolder.delete(folder.resolveSibling(folder.getFileName() + ".filling"));
            Files.deleteIfExists(lockFile);
        } catch (NoSuchFileException e) {
            return; // its owner has just closed it
        }
    }

    /** Kills the server that was noted in {@code folder}, if it still runs there; a process that merely has its old number is left alone. */
    static void endServerLeftIn(Path folder) throws IOException {
        var server = noted(folder).filter(process -> worksIn(process, folder));
        if (server.isPresent()) {
            var process = server.get();
            var children = process.descendants().toList();
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            await(process);
            children.forEach(Sweeper::await);
        }
    }

    private static Optional<ProcessHandle> noted(Path folder) throws IOException {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(folder.resolve(PID_FILE))));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean worksIn(ProcessHandle process, Path folder) {
        try {
            var command = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            return new String(command, StandardCharsets.UTF_8)
                    .contains(folder.resolve("data").toString());
        } catch (IOException e) {
            return false; // it has just ended
        }
    }

    /** Waits until {@code process} is gone, for five seconds at most. */
    static void await(ProcessHandle process) {
        try {
            process.onExit().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Process " + process.pid() + " does not end", e);
        }
    }
}
