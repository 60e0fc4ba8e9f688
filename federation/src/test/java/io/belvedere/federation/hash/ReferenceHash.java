package io.belvedere.federation.hash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash once more, in the plainest words: RFC 5869 and RFC 2104, with nothing of the product's. */
public final class ReferenceHash {
    private ReferenceHash() {}

    /** @param value what is hashed, as text */
    public static String of(String keyId, byte[] key, String view, String column, String salt, String value) {
        return of(keyId, key, view, column, salt, value.getBytes(UTF_8));
    }

    public static String of(String keyId, byte[] key, String view, String column, String salt, byte[] value) {
        try {
            String saltDigest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(salt.getBytes(UTF_8)));
            byte[] extracted = hmac("belvedere mask hash 1".getBytes(UTF_8), key);
            ByteArrayOutputStream info = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(info)) {
                for (String part : new String[] {view, column, saltDigest}) {
                    out.writeInt(part.getBytes(UTF_8).length);
                    out.write(part.getBytes(UTF_8));
                }
                out.write(1);
            }
            byte[] expanded = hmac(extracted, info.toByteArray());
            return keyId + ":" + HexFormat.of().formatHex(hmac(expanded, value));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] value) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(value);
    }
}
