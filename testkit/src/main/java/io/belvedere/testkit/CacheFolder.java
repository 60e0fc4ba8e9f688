package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder where everything that is slow to make is made once: {@code $BELVEDERE_CACHE}, else {@code $XDG_CACHE_HOME/belvedere}, else
 * {@code ~/.cache/belvedere}. Safe for several processes and threads: a folder in it is built aside, under a lock, and appears whole or not at all.
 */
public final class CacheFolder {

    /** Fills an empty folder; what it leaves behind after an exception is thrown away. */
    @FunctionalInterface
    public interface Builder {
        void build(Path folder) throws IOException;
    }

    // A file lock belongs to the whole JVM, so threads of one JVM need a lock of their own.
    private static final ReentrantLock BUILDING = new ReentrantLock();

    private CacheFolder() {}

    /** The cache folder, made if it is missing. */
    public static Path root() {
        var folder = configured();
        if (ServerUser.CURRENT == ServerUser.NOBODY && !ServerUser.mayTraverse(folder)) {
            folder = Path.of(
                    "/var/tmp/belvedere-root"); // root's home is closed to the user that PostgreSQL then runs as
        }
        try {
            return Files.createDirectories(folder).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the cache folder " + folder + "; set BELVEDERE_CACHE.", e);
        }
    }

    private static Path configured() {
        var own = System.getenv("BELVEDERE_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        var shared = System.getenv("XDG_CACHE_HOME");
        var caches = shared != null && !shared.isBlank()
                ? Path.of(shared)
                : Path.of(System.getProperty("user.home"), ".cache");
        return caches.toAbsolutePath().resolve("belvedere");
    }

    /** The folder {@code name} in the cache, built by {@code builder} if no process has built it before. Blocks while another one builds it. */
    public static Path buildOnce(String name, Builder builder) {
        var target = root().resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        BUILDING.lock();
        try {
            return buildUnderFileLock(target, builder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot build " + target, e);
        } finally {
            BUILDING.unlock();
        }
    }

    private static Path buildUnderFileLock(Path target, Builder builder) throws IOException {
        var lockFile = target.resolveSibling(target.getFileName() + ".lock");
        try (var channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (!lock.isValid() || Files.isDirectory(target)) {
                return target;
            }
            var aside = target.resolveSibling(target.getFileName() + ".building");
            delete(aside);
            Files.createDirectories(aside);
            builder.build(aside);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
            return target;
        }
    }

    /** Deletes a folder and all below it; a folder that does not exist is fine. Symbolic links are removed, not followed. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException cause) {
                return FileVisitResult.CONTINUE; // a dying server may remove its own files while we walk
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, @org.jspecify.annotations.Nullable IOException cause) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Copies the files below {@code from} into {@code to}, with their permissions. */
    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                var copy = to.resolve(from.relativize(folder).toString());
                Files.createDirectories(copy);
                Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(folder));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
