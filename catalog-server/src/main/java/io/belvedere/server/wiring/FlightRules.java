package io.belvedere.server.wiring;

import static io.belvedere.server.wiring.StartRules.refused;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** What must be so before Flight SQL is served: nothing leaves this machine unencrypted, and the key is its owner's alone. */
final class FlightRules {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private FlightRules() {}

    /** Throws {@code CONFIGURATION_INVALID} for the first rule that is broken. */
    static void require(Settings.FlightSettings flight) {
        if (flight.certificate().isPresent() != flight.key().isPresent()) {
            throw refused("belvedere.flight.certificate and belvedere.flight.key are set together or not at all.");
        }
        if (flight.certificate().isEmpty() && !isLoopback(flight.host())) {
            throw refused("belvedere.flight.host is '" + flight.host()
                    + "', which other machines can reach, and there is no certificate; set belvedere.flight.certificate and"
                    + " belvedere.flight.key, or listen at 127.0.0.1.");
        }
        flight.certificate().ifPresent(file -> requireFile("belvedere.flight.certificate", file));
        flight.key().ifPresent(FlightRules::requireKey);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw refused("belvedere.flight.host is '" + host + "', which is no address of this machine.");
        }
    }

    private static void requireKey(Path file) {
        requireFile("belvedere.flight.key", file);
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw refused("belvedere.flight.key is '" + file
                        + "', which others can read or change; give it to its owner alone (chmod 600).");
            }
        } catch (IOException failure) {
            throw refused("belvedere.flight.key is '" + file + "', whose permissions cannot be read.");
        }
    }

    private static void requireFile(String key, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw refused(key + " is '" + file + "', which is not a file that can be read.");
        }
    }
}
