package io.belvedere.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One server's folder: {@code data}, {@code secrets.properties}, {@code server.log}, {@code server.pid}. Ours alone from open to close. */
final class ServerFolder {
    private final Path path;
    private final Storage storage;
    private final FileChannel channel;
    private final FileLock lock;

    private ServerFolder(Path path, Storage storage, FileChannel channel, FileLock lock) {
        this.path = path;
        this.storage = storage;
        this.channel = channel;
        this.lock = lock;
    }

    /** Opens the folder that {@code storage} names, copied from {@code template} if it is new. */
    static ServerFolder open(Storage storage, Program program) throws IOException {
        var path = switch (storage) {
            case Storage.Temporary _ -> {
                Sweeper.sweepOnce();
                yield Sweeper.temporaryFolders().resolve(UUID.randomUUID().toString());
            }
            case Storage.Kept kept -> kept.folder();
        };
        Files.createDirectories(parent(path));
        var lockFile = path.resolveSibling(path.getFileName() + Sweeper.LOCK_SUFFIX);
        Sweeper.spare(lockFile);
        // A new lock file is locked before it has the name that sweepers look for: they take one that nobody holds.
        var nameless =
                storage instanceof Storage.Temporary ? path.resolveSibling(path.getFileName() + ".new") : lockFile;
        var channel = FileChannel.open(nameless, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new FolderInUse(path);
        }
        if (!nameless.equals(lockFile)) {
            Files.move(nameless, lockFile, StandardCopyOption.ATOMIC_MOVE);
        }
        var folder = new ServerFolder(path, storage, channel, lock);
        folder.fill(program.template());
        return folder;
    }

    /** The lock on an open channel, or null when somebody, in this process or another, has it. */
    static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private void fill(Path template) throws IOException {
        if (Files.isDirectory(path)) {
            Sweeper.endServerLeftIn(path); // of a process that was killed before it could end its server
            return;
        }
        var aside = path.resolveSibling(path.getFileName() + ".filling");
        CacheFolder.delete(aside);
        CacheFolder.copy(template, aside);
        Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
    }

    Path data() {
        return path.resolve("data");
    }

    Path log() {
        return path.resolve("server.log");
    }

    Secrets secrets() throws IOException {
        return Secrets.load(path);
    }

    void notePid(long pid) throws IOException {
        Files.writeString(path.resolve(Sweeper.PID_FILE), Long.toString(pid));
    }

    /** Lets the folder go; a temporary one is deleted. The server in it must have ended. */
    void close() throws IOException {
        if (storage instanceof Storage.Temporary) {
            CacheFolder.delete(path);
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + Sweeper.LOCK_SUFFIX));
        }
        lock.release();
        channel.close();
    }

    private static Path parent(Path path) throws IOException {
        var parent = path.getParent();
        if (parent == null) {
            throw new IOException("No folder above " + path);
        }
        return parent;
    }
}
