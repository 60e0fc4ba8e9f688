package io.belvedere.federation.source;

import io.belvedere.federation.engine.duckdb.SpillFolder;
import io.belvedere.model.source.FileLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The one folder below which sources may be files, as the operator set it; none for a server that reads no files. Every answer is
 * looked up anew, because a folder can be swapped for a link at any time.
 */
public record FilesRoot(Optional<Path> folder, Work work) {
    private static final long MEMORY_BYTES = 1L << 30;

    /** No source may be files. */
    public static final FilesRoot NONE = new FilesRoot(Optional.empty());

    /**
     * What the database of one source may use for what it computes of its files: joins, groups, orders.
     *
     * @param spill where it puts what does not fit into memory; empty for nowhere
     * @param spillBytesMax disk space for that
     */
    public record Work(long memoryBytesMax, Optional<SpillFolder> spill, long spillBytesMax) {}

    /** Sources that stay in memory. */
    public FilesRoot(Optional<Path> folder) {
        this(folder, new Work(MEMORY_BYTES, Optional.empty(), 0));
    }

    /**
     * The folder of a source, as an absolute path without links.
     *
     * @throws SQLException when no folder was opened for sources, or this one does not stand below it as itself
     */
    Path require(FileLocation location) throws SQLException {
        Path root = folder.orElseThrow(
                () -> new SQLException("no folder is opened for sources; set belvedere.sources.files-folder", "08001"));
        try {
            Path real = root.toRealPath();
            Path wanted = real.resolve(location.folder()).normalize();
            if (!wanted.startsWith(real)
                    || !wanted.toRealPath().equals(wanted)
                    || !Files.isDirectory(wanted, LinkOption.NOFOLLOW_LINKS)) {
                throw new SQLException("the folder of a source is a link, or none", "08001");
            }
            return wanted;
        } catch (IOException e) {
            throw new SQLException("the folder of a source cannot be read", "08001", e);
        }
    }

    /** The database file of a source; as {@link #require}. */
    Path requireDatabase(FileLocation location) throws SQLException {
        Path file = require(location).resolve(location.database().orElseThrow());
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || !file.toRealPath().equals(file)) {
                throw new SQLException("the database file of a source is a link, or none", "08001");
            }
            return file;
        } catch (IOException e) {
            throw new SQLException("the database file of a source cannot be read", "08001", e);
        }
    }
}
