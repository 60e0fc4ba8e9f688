package io.belvedere.testkit;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/** The passwords of one cache folder's servers, drawn when it is made; only their owner may read the file. */
record Secrets(String admin, String reader) {
    private static final String FILE = "secrets.properties";

    static Secrets draw() {
        return new Secrets(random(), random());
    }

    static Secrets load(Path folder) throws IOException {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(folder.resolve(FILE))) {
            properties.load(reader);
        }
        var admin = properties.getProperty("admin");
        var reader = properties.getProperty("reader");
        if (admin == null || reader == null) {
            throw new IOException("No passwords in " + folder.resolve(FILE));
        }
        return new Secrets(admin, reader);
    }

    void save(Path folder) throws IOException {
        var file = Files.createFile(
                folder.resolve(FILE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        var properties = new Properties();
        properties.setProperty("admin", admin);
        properties.setProperty("reader", reader);
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
    }

    private static String random() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
