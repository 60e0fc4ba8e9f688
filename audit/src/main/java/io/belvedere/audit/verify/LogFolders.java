package io.belvedere.audit.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the logs below a folder: folders named by a number that hold segments, grouped by node. */
final class LogFolders {
    private static final String SEGMENT = "seg-\\d{20}\\.wal";
    private static final String EPOCH = "[1-9]\\d{0,17}";
    private static final int DEPTH_MAX = 8;

    private LogFolders() {}

    /** The folder of one start's log. */
    record Epoch(Path root, Path folder, List<Path> segments) {
        String name() {
            return folder.toAbsolutePath().normalize().getFileName().toString();
        }

        /** A file's name as findings have it. */
        String relative(Path file) {
            return root.relativize(file).toString();
        }

        /** Whether the logs of earlier starts would have been found. */
        boolean siblingsSeen() {
            return !folder.equals(root);
        }
    }

    /** The logs of each node, oldest first. */
    static List<List<Epoch>> find(Path root) throws IOException {
        Map<Path, List<Epoch>> nodes = new TreeMap<>();
        for (Path folder : folders(root)) {
            Epoch epoch = new Epoch(root, folder, segments(folder));
            boolean numbered = epoch.name().matches(EPOCH);
            if (numbered && (folder.equals(root) ? !epoch.segments().isEmpty() : belongsToLog(folder, epoch))) {
                nodes.computeIfAbsent(folder.toAbsolutePath().resolveSibling("."), _ -> new ArrayList<>())
                        .add(epoch);
            }
        }
        nodes.values().forEach(epochs -> epochs.sort(Comparator.comparingLong(epoch -> Long.parseLong(epoch.name()))));
        return List.copyOf(nodes.values());
    }

    static long firstSequence(Path segment) {
        return Long.parseLong(segment.getFileName().toString().substring(4, 24));
    }

    private static List<Path> folders(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root, DEPTH_MAX)) {
            return tree.filter(Files::isDirectory).toList();
        }
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(SEGMENT))
                    .sorted()
                    .toList();
        }
    }

    /** A numbered folder without a segment is a start that wrote nothing, where a log's other files are beside it. */
    private static boolean belongsToLog(Path folder, Epoch epoch) {
        return !epoch.segments().isEmpty() || Files.exists(folder.resolveSibling("lock"));
    }
}
