package io.belvedere.server.main;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** What the kernel will do about a connection, from its own list of them. */
final class KernelTimers {
    private static final String KEEP_ALIVE = "02";
    /** The list counts in hundredths of a second, on every Linux. */
    private static final int TICK_MILLIS = 10;

    private KernelTimers() {}

    /** How soon the kernel asks the other side whether it is there; empty when it never will. */
    static Optional<Duration> keepAlive(int localPort, int remotePort) throws IOException {
        String local = ":%04X".formatted(localPort);
        String remote = ":%04X".formatted(remotePort);
        for (String list : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            try (Stream<String> lines = Files.lines(Path.of(list))) {
                Optional<Duration> found = lines.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[1].endsWith(local) && fields[2].endsWith(remote))
                        .map(fields -> fields[5].split(":"))
                        .filter(timer -> timer[0].equals(KEEP_ALIVE))
                        .map(timer -> Duration.ofMillis(Long.parseLong(timer[1], 16) * TICK_MILLIS))
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
