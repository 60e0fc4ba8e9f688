package io.belvedere.server.flight;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Closes bytes so that whoever carries them can neither read nor change them (AES-256-GCM), under a key that is made at the start and never
 * leaves the process. Safe for use by many threads.
 */
final class Seal {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom chance;
    private final SecretKey key;

    Seal(SecureRandom chance) {
        this.chance = chance;
        byte[] made = new byte[KEY_BYTES];
        chance.nextBytes(made);
        this.key = new SecretKeySpec(made, "AES");
        Arrays.fill(made, (byte) 0);
    }

    /** @param use what the bytes are for; they open for the same use only */
    byte[] close(String use, byte[] open) {
        byte[] nonce = new byte[NONCE_BYTES];
        chance.nextBytes(nonce);
        try {
            byte[] closed = cipher(Cipher.ENCRYPT_MODE, use, nonce).doFinal(open);
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + closed.length);
            System.arraycopy(closed, 0, all, NONCE_BYTES, closed.length);
            return all;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has AES-GCM", impossible);
        }
    }

    /** What was closed for this use; empty for anything else. */
    Optional<byte[]> open(String use, byte[] closed) {
        if (closed.length <= NONCE_BYTES) {
            return Optional.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, use, Arrays.copyOf(closed, NONCE_BYTES));
            return Optional.of(cipher.doFinal(closed, NONCE_BYTES, closed.length - NONCE_BYTES));
        } catch (GeneralSecurityException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String use, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(use.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
