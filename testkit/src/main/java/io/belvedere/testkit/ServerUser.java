package io.belvedere.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** As whom PostgreSQL runs. It refuses to run as root, so root (a container, usually) starts it in a user namespace, or as {@code nobody}. */
enum ServerUser {
    /** An ordinary user starts it as itself. */
    SELF(""),
    /** Root, unmapped in a namespace of its own: files still belong to root and nothing needs to change hands. */
    USER_NAMESPACE("unshare --user"),
    /** Root where namespaces are forbidden: the data folder is given to {@code nobody}. */
    NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

    static final ServerUser CURRENT = current();

    private final String prefix;

    ServerUser(String prefix) {
        this.prefix = prefix;
    }

    List<String> command(List<String> command) {
        if (prefix.isEmpty()) {
            return command;
        }
        var whole = new ArrayList<>(List.of(prefix.split(" ", -1)));
        whole.addAll(command);
        return whole;
    }

    /** Makes {@code folder} and all below it the property of the user that the server runs as. */
    void own(Path folder) throws IOException {
        if (this != NOBODY) {
            return;
        }
        var nobody = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        try (var files = Files.walk(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                Files.setOwner(file, nobody);
            }
        }
    }

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether any user may reach {@code folder}, or the nearest folder above it that exists. */
    static boolean mayTraverse(Path folder) {
        try {
            for (var step = folder; step != null; step = step.getParent()) {
                if (Files.exists(step)
                        && !Files.getPosixFilePermissions(step).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerUser current() {
        if (!isRoot()) {
            return SELF;
        }
        return succeeds(USER_NAMESPACE.command(List.of("true"))) ? USER_NAMESPACE : NOBODY;
    }

    private static boolean succeeds(List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
