package io.belvedere.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/**
 * Which server writes a log, and for the how-manieth time it was started. No two folders give the same server, even where nobody gave them
 * names; whoever copies a folder makes two servers that take themselves for one, which the log's own checks also find out.
 *
 * @param server eight lower-case letters and digits, by chance, made with the log's folder
 * @param number the epoch of this start, from 1
 */
public record ServerStart(String server, long number) {
    /** The file's name beside the epochs. */
    static final String FILE = "server.id";

    private static final Pattern ID = Pattern.compile("[0-9a-z]{8}");
    private static final String LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 8;

    /** Reads the server's id, or makes one when there is none or it is not whole. The caller holds the log's lock. */
    static ServerStart of(Path nodeFolder, long number) throws IOException {
        Path file = nodeFolder.resolve(FILE);
        if (Files.exists(file)) {
            String known = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip();
            if (ID.matcher(known).matches()) {
                return new ServerStart(known, number);
            }
        }
        SecureRandom chance = new SecureRandom();
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            id.append(LETTERS.charAt(chance.nextInt(LETTERS.length())));
        }
        Path fresh = nodeFolder.resolve(FILE + ".tmp");
        Files.writeString(fresh, id + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        FileDisk.forceFolder(nodeFolder);
        return new ServerStart(id.toString(), number);
    }
}
