package io.belvedere.federation.engine.duckdb;

import io.belvedere.federation.FederationError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder below which each database has a folder of its own to spill to.
 *
 * <p>What is spilled are rows of the sources in the clear. So the folder is this user's alone: whoever else may write to it could
 * put a link in the place of a database's folder and have the rows written there. Several servers of one user may share it.
 */
public final class SpillFolder {
    private static final String PREFIX = "belvedere-spill-";
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path folder;

    private SpillFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder where it is missing, and deletes what servers that have ended without tidying left in it.
     *
     * @throws io.belvedere.model.error.BelvedereException {@code ENGINE_FAILED}: it cannot be made or written to, or is open to others
     */
    public static SpillFolder open(Path folder) {
        try {
            Files.createDirectories(folder, ownerOnly());
            PosixFileAttributes attributes =
                    Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Path probe = Files.createTempDirectory(folder, PREFIX, ownerOnly());
            boolean ours = attributes.isDirectory()
                    && attributes.owner().equals(Files.getOwner(probe))
                    && attributes.permissions().stream().noneMatch(OTHERS_WRITE::contains);
            Files.delete(probe);
            if (!ours) {
                throw FederationError.ENGINE_FAILED.error("The join engine's spill folder " + folder
                        + " is open to other users; give belvedere.engine.spill-folder a folder of this user's own.");
            }
            sweep(folder);
            return new SpillFolder(folder);
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error(
                    "The join engine cannot write to its spill folder " + folder
                            + "; set belvedere.engine.spill-folder.",
                    e);
        }
    }

    /** A new folder for one database. */
    Path create() {
        try {
            return Files.createTempDirectory(
                    folder, PREFIX + ProcessHandle.current().pid() + "-", ownerOnly());
        } catch (IOException e) {
            throw FederationError.ENGINE_FAILED.error("The join engine has no folder to spill to.", e);
        }
    }

    /** A folder that is not there yet, for a database that makes it when it first spills and deletes it when it ends. */
    public Path place() {
        String name = UUID.randomUUID().toString().replace("-", "");
        return folder.resolve(PREFIX + ProcessHandle.current().pid() + "-" + name);
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    /** Whether nothing is spilled to a folder. */
    static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** Deletes a folder with all that is in it; what cannot be deleted is logged. */
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(SpillFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "a spill folder could not be deleted: {0}", folder);
        }
    }

    private static void sweep(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.toList();
        }
        found.stream().filter(SpillFolder::isAbandoned).forEach(SpillFolder::delete);
    }

    /** Only what carries the number of a process that is no more; a name that we did not give is not ours to delete. */
    private static boolean isAbandoned(Path file) {
        String[] parts = file.getFileName().toString().split("-", -1);
        if (parts.length != 4
                || !file.getFileName().toString().startsWith(PREFIX)
                || !parts[2].matches("[0-9]{1,18}")) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(parts[2])).isEmpty();
    }

    private static FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    }
}
