package io.belvedere.samples;

import io.belvedere.testkit.CacheFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loaded databases that stay for later runs: {@code coffee-chain/<version>-<scale>-<day>} in the cache folder, with a marker once they are
 * complete. One process at a time has them. Folders of other versions and of days too long ago are deleted.
 */
final class DataFolder implements AutoCloseable {
    /** After a week the orders that were promised ahead have made "a few tenths of a percent late" untrue. */
    private static final int AGE_DAYS_MAX = 7;

    private static final String LOADED = "loaded";

    private final Path path;
    private final LocalDate day;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path path, LocalDate day, FileChannel channel, FileLock lock) {
        this.path = path;
        this.day = day;
        this.channel = channel;
        this.lock = lock;
    }

    /** The folder to use on {@code today}; empty when another process has it. */
    static Optional<DataFolder> open(Scale scale, LocalDate today) throws IOException {
        var parent = Files.createDirectories(CacheFolder.root().resolve("coffee-chain"));
        var channel = FileChannel.open(
                parent.resolve(scale.name() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        var prefix = CoffeeChainData.VERSION + "-" + scale.name() + "-";
        var day = loadedDay(parent, prefix, today).orElse(today);
        var folder = new DataFolder(parent.resolve(prefix + day), day, channel, lock);
        folder.deleteOthers(parent, "-" + scale.name() + "-");
        if (!folder.isLoaded()) {
            CacheFolder.delete(folder.path);
        }
        return Optional.of(folder);
    }

    private static Optional<LocalDate> loadedDay(Path parent, String prefix, LocalDate today) {
        for (var age = 0; age <= AGE_DAYS_MAX; age++) {
            var day = today.minusDays(age);
            if (Files.exists(parent.resolve(prefix + day).resolve(LOADED))) {
                return Optional.of(day);
            }
        }
        return Optional.empty();
    }

    private void deleteOthers(Path parent, String ofScale) throws IOException {
        List<Path> others;
        try (var files = Files.list(parent)) {
            others = files.filter(Files::isDirectory)
                    .filter(file -> file.getFileName().toString().contains(ofScale) && !file.equals(path))
                    .toList();
        }
        for (var other : others) {
            CacheFolder.delete(other);
        }
    }

    Path path() {
        return path;
    }

    /** The day that the rows were, or will be, made for. */
    LocalDate day() {
        return day;
    }

    boolean isLoaded() {
        return Files.exists(path.resolve(LOADED));
    }

    void markLoaded() throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve(LOADED), day + "\n");
    }

    /** Makes the next start load anew. */
    void discard() throws IOException {
        CacheFolder.delete(path);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another one in this process
        }
    }
}
