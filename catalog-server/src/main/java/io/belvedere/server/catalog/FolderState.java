package io.belvedere.server.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder's own entries looked like: names, sizes and times of the files in them. Two equal states need no reload. What else lies in
 * the folder is nobody's change: an audit log kept there grows with each reload it records.
 */
record FolderState(List<FileState> files) {
    private static final int DEPTH_MAX = 8;
    /** More than a catalog may have, so that a change of each of its files is noticed. */
    private static final int FILES_MAX = 100_000;

    /** Looks at these entries of the folder, files or folders; one that is not there or cannot be read looks empty. */
    static FolderState load(Path folder, List<String> entries) {
        return new FolderState(entries.stream()
                .flatMap(entry -> files(folder.resolve(entry)))
                .limit(FILES_MAX)
                .toList());
    }

    private static Stream<FileState> files(Path entry) {
        try (Stream<Path> paths = Files.walk(entry, DEPTH_MAX)) {
            return paths.sorted().limit(FILES_MAX).map(FolderState::state).toList().stream();
        } catch (IOException | UncheckedIOException unreadable) {
            return Stream.empty();
        }
    }

    private static FileState state(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileState(
                    path.toString(),
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException vanished) {
            return new FileState(path.toString(), -1, 0, "");
        }
    }

    /** One file; the key tells a replaced file from an edited one. */
    record FileState(String path, long bytes, long modified, String key) {}
}
