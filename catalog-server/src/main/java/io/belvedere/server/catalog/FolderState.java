package io.belvedere.server.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** What a folder looked like: names, sizes and times of its files. Two equal states need no reload. */
record FolderState(List<FileState> files) {
    private static final int DEPTH_MAX = 8;
    private static final int FILES_MAX = 20_000;

    /** Looks at the folder; an unreadable one looks empty. */
    static FolderState load(Path folder) {
        try (Stream<Path> paths = Files.walk(folder, DEPTH_MAX)) {
            return new FolderState(
                    paths.sorted().limit(FILES_MAX).map(FolderState::state).toList());
        } catch (IOException | UncheckedIOException unreadable) {
            return new FolderState(List.of());
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
