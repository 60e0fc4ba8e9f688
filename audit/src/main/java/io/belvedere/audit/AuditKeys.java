package io.belvedere.audit;

import io.belvedere.model.access.Caller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one node's log: three a year, each random, so that destroying a year's line destroys what it protects and
 * changes no hash. Lines of the file: {@code <use>.<year> <base64>}. Safe for use by many threads.
 */
final class AuditKeys {
    /** The file's name beside the epochs. */
    static final String FILE = "audit.keys";

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;
    private final SecureRandom chance = new SecureRandom();
    private final Map<String, byte[]> keys = new ConcurrentHashMap<>();
    /** The last that was worked out; nearly every record is of the same day as the one before. */
    private volatile DayKey today = new DayKey("", new SecretKeySpec(new byte[KEY_BYTES], "AES"));

    private record DayKey(String date, SecretKeySpec key) {
        @Override
        public String toString() {
            return "***";
        }
    }

    private AuditKeys(Path file) {
        this.file = file;
    }

    /** Reads the key file, or starts one that only its owner can read. Refuses one that others can read. */
    static AuditKeys load(Path file) throws IOException {
        AuditKeys loaded = new AuditKeys(file);
        if (Files.exists(file)) {
            loaded.read();
        }
        return loaded;
    }

    /** The pseudonym of a caller in a year: HMAC-SHA256 of {@code issuer|subject}, in hex. */
    String pseudonym(Caller caller, int year) {
        return pseudonym(caller.issuer(), caller.subject(), year);
    }

    /** The same of an agent, which is known by an issuer and a subject too. */
    String pseudonym(String issuer, String subject, int year) {
        // An issuer is a URL and has no '|'; where it has one, the escape keeps two callers from sharing a pseudonym.
        String escaped = issuer.replace("\\", "\\\\").replace("|", "\\|");
        return hmac(key("pid", year), escaped + "|" + subject);
    }

    /** The keyed hash of the values of a row condition, in hex. */
    String bind(RowValues values, int year) {
        return hmac(key("values", year), values.condition());
    }

    /**
     * Encrypts identifiers with AES-256-GCM under a key of the day: {@code base64(nonce ‖ cipher text ‖ tag)}.
     *
     * @param context what the cipher text belongs to; it opens nowhere else
     */
    String encrypt(String clear, String context, String date) {
        byte[] nonce = new byte[NONCE_BYTES];
        chance.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, dayKey(date), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
            byte[] sealed = cipher.doFinal(clear.getBytes(StandardCharsets.UTF_8));
            byte[] all = ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Base64.getEncoder().encodeToString(all);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has AES-GCM", impossible);
        }
    }

    private SecretKeySpec dayKey(String date) {
        DayKey known = today;
        if (!known.date().equals(date)) {
            int year = Integer.parseInt(date.substring(0, 4));
            byte[] bytes = HexFormat.of().parseHex(hmac(key("enc", year), "enc|" + date));
            known = new DayKey(date, new SecretKeySpec(bytes, "AES"));
            today = known;
        }
        return known.key();
    }

    private byte[] key(String use, int year) {
        byte[] known = keys.get(use + "." + year);
        return known != null ? known : create(use + "." + year);
    }

    private synchronized byte[] create(String name) {
        byte[] known = keys.get(name);
        if (known != null) {
            return known;
        }
        byte[] fresh = new byte[KEY_BYTES];
        chance.nextBytes(fresh);
        SortedMap<String, byte[]> all = new TreeMap<>(keys);
        all.put(name, fresh);
        try {
            write(all);
        } catch (IOException failure) {
            throw AuditError.AUDIT_UNAVAILABLE.error("The audit log's key file cannot be written.", failure);
        }
        keys.put(name, fresh);
        return fresh;
    }

    private void read() throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("the audit log's key file can be read by others; make it readable by its owner only");
        }
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int space = line.indexOf(' ');
            try {
                byte[] key = Base64.getDecoder().decode(line.substring(space + 1));
                if (space < 1 || key.length != KEY_BYTES) {
                    throw new IOException("the audit log's key file has a line that is not a key");
                }
                keys.put(line.substring(0, space), key);
            } catch (IllegalArgumentException notBase64) {
                // The line may be a key, so neither it nor the decoder's message goes on.
                throw new IOException("the audit log's key file has a line that is not a key");
            }
        }
    }

    private void write(SortedMap<String, byte[]> all) throws IOException {
        StringBuilder lines =
                new StringBuilder("# Keys of the audit log: <use>.<year> <base64>. Keep out of its backups.\n");
        all.forEach((name, key) -> lines.append(name)
                .append(' ')
                .append(Base64.getEncoder().encodeToString(key))
                .append('\n'));
        Path fresh = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(lines.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        FileDisk.forceFolder(file.resolveSibling("."));
    }

    private static String hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", impossible);
        }
    }
}
