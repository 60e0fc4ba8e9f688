package io.belvedere.federation.hash;

import static io.belvedere.federation.FederationError.MASK_KEY_MISSING;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The configured keys of the mask {@code hash}, by id; new hashes are made with the active one, and policy may name another to go on
 * with older hashes. Read when the server starts and again when it is told to. Prints no key. Safe for use by many threads.
 */
public final class HashKeys {
    /** No key: a hash is then refused. */
    public static final HashKeys NONE = new HashKeys("", Map.of(), Optional.empty());

    /** Bytes of a key at least: as many as a hash has. */
    public static final int BYTES_MIN = 32;

    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,15}");
    private static final String ALGORITHM = "HmacSHA256";
    /** Keeps keys that are derived for this from keys that somebody derives for something else. */
    private static final byte[] USE = "belvedere mask hash 1".getBytes(StandardCharsets.UTF_8);

    private final String active;
    private final Optional<Path> folder;
    // Replaced as a whole.
    private volatile Map<String, SecretKey> keys;

    private HashKeys(String active, Map<String, SecretKey> keys, Optional<Path> folder) {
        this.active = active;
        this.keys = Map.copyOf(keys);
        this.folder = folder;
    }

    /**
     * @param active the id of the key for new hashes
     * @param keys by id, {@value #BYTES_MIN} bytes or more each
     * @throws IllegalArgumentException with a message that holds no key
     */
    public static HashKeys of(String active, Map<String, byte[]> keys) {
        return new HashKeys(active, named(active, keys), Optional.empty());
    }

    private static Map<String, SecretKey> named(String active, Map<String, byte[]> keys) {
        Map<String, SecretKey> named = new TreeMap<>();
        keys.forEach((id, bytes) -> {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException(
                        "a key's id is 1 to 16 lower-case letters, digits, _ and -, and begins with a letter or a digit");
            }
            if (bytes.length < BYTES_MIN) {
                throw new IllegalArgumentException("the key '" + id + "' has less than " + BYTES_MIN + " bytes");
            }
            named.put(id, new SecretKeySpec(bytes, "HKDF"));
        });
        if (!named.containsKey(active)) {
            throw new IllegalArgumentException("there is no key with the active id '" + active + "'; there are "
                    + (named.isEmpty() ? "none" : String.join(", ", named.keySet())));
        }
        return named;
    }

    /**
     * Reads a folder with one file a key: the name is the id, the first line the key in hexadecimal. Files that begin with a dot are
     * passed by, as those of a mounted secret are.
     *
     * @throws IllegalArgumentException when a file is no key, or none has the active id; the message holds no key
     */
    public static HashKeys load(Path folder, String active) {
        return new HashKeys(active, named(active, read(folder)), Optional.of(folder));
    }

    /**
     * Reads the folder again: a key that is new can be named from now on, one that is gone no more. The active one stays the same.
     *
     * @throws IllegalArgumentException when a file is no key, the active one is gone, or a key is another one under its old id, whose hashes
     *     would no longer be comparable; the keys stay as they were, and the message holds none
     */
    public void reload() {
        if (folder.isEmpty()) {
            return;
        }
        Map<String, SecretKey> now = named(active, read(folder.get()));
        keys.forEach((id, key) -> {
            if (now.containsKey(id) && !key.equals(now.get(id))) {
                throw new IllegalArgumentException("the key '" + id + "' is another one; give a new key a new id");
            }
        });
        keys = Map.copyOf(now);
    }

    private static Map<String, byte[]> read(Path folder) {
        Map<String, byte[]> keys = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String id = String.valueOf(file.getFileName());
                if (!id.startsWith(".")) {
                    keys.put(id, key(file));
                }
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the folder " + folder + " cannot be read", unreadable);
        }
        return keys;
    }

    private static byte[] key(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String line = reader.readLine();
            return HexFormat.of().parseHex(line == null ? "" : line.strip());
        } catch (IllegalArgumentException hidden) {
            // Its message holds what was read.
            throw noKey(file);
        }
    }

    private static IllegalArgumentException noKey(Path file) {
        return new IllegalArgumentException("the first line of " + file + " is not a key in hexadecimal");
    }

    /** The id of the key for new hashes. */
    public Optional<String> active() {
        return Optional.of(active).filter(id -> !id.isEmpty());
    }

    /** The ids of the keys that there are now; an id never means another key. */
    public Set<String> ids() {
        return Set.copyOf(keys.keySet());
    }

    public boolean has(String id) {
        return keys.containsKey(id);
    }

    /** HMAC-SHA-256 with the key of this label alone; for one thread. Throws {@code MASK_KEY_MISSING} without the label's key. */
    Mac mac(HashLabel label) {
        SecretKey master = keys.get(label.key());
        if (master == null) {
            throw MASK_KEY_MISSING.error("A column is shown as a keyed hash, and the server does not have its key.");
        }
        try {
            HKDFParameterSpec derivation =
                    HKDFParameterSpec.ofExtract().addIKM(master).addSalt(USE).thenExpand(info(label), BYTES_MIN);
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KDF.getInstance("HKDF-SHA256").deriveKey(ALGORITHM, derivation));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF and HMAC with SHA-256", e);
        }
    }

    /** Each part after its length, so that no two labels give the same bytes. */
    private static byte[] info(HashLabel label) {
        byte[] view = label.view().getBytes(StandardCharsets.UTF_8);
        byte[] column = label.column().getBytes(StandardCharsets.UTF_8);
        byte[] salt = label.salt().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 * Integer.BYTES + view.length + column.length + salt.length)
                .putInt(view.length)
                .put(view)
                .putInt(column.length)
                .put(column)
                .putInt(salt.length)
                .put(salt)
                .array();
    }

    @Override
    public String toString() {
        return "HashKeys" + keys.keySet();
    }
}
