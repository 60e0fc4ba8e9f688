package io.belvedere.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The keys of a node's log, to read who is behind a record. */
final class KeyFile {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Map<String, byte[]> keys = new HashMap<>();

    /** Reads {@code audit.keys} beside a log's folder. */
    static KeyFile load(Path epochFolder) throws IOException {
        KeyFile file = new KeyFile();
        for (String line : Files.readAllLines(epochFolder.toAbsolutePath().resolveSibling("audit.keys"))) {
            int space = line.indexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                file.keys.put(line.substring(0, space), Base64.getDecoder().decode(line.substring(space + 1)));
            }
        }
        return file;
    }

    /** What is sealed in a field of a record; empty when its key is gone or it was changed. */
    Optional<String> open(JsonNode record, String field) {
        JsonNode sealed = record.path(field).path("enc");
        String day = sealed.path("day").asText();
        byte[] yearKey = keys.get("enc." + (day.length() < 4 ? day : day.substring(0, 4)));
        if (yearKey == null) {
            return Optional.empty();
        }
        String context = record.path("log").asText() + "|" + record.path("req").asText() + "|" + field;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(yearKey, "HmacSHA256"));
            byte[] dayKey = mac.doFinal(("enc|" + day).getBytes(StandardCharsets.UTF_8));
            byte[] data = Base64.getDecoder().decode(sealed.path("data").asText());
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(dayKey, "AES"),
                    new GCMParameterSpec(TAG_BITS, Arrays.copyOf(data, NONCE_BYTES)));
            cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
            byte[] clear = cipher.doFinal(data, NONCE_BYTES, data.length - NONCE_BYTES);
            return Optional.of(new String(clear, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException doesNotOpen) {
            return Optional.empty();
        }
    }
}
