package io.belvedere.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What bundles are signed with: an algorithm of JSON Web Signatures (RFC 7518) and the file with the key, which is read for each check, so
 * that it can be changed while the server runs. The algorithm is ours to say; what a bundle claims to be signed with counts for nothing.
 *
 * @param algorithm which one
 * @param file a public key in PEM ({@code BEGIN PUBLIC KEY}) for RS, PS and ES; the secret itself for HS
 */
public record BundleKey(Algorithm algorithm, Path file) {
    private static final int FILE_BYTES_MAX = 64 * 1024;
    private static final int RSA_BITS_MIN = 2_048;
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    /** The algorithms of OPA. */
    public enum Algorithm {
        RS256,
        RS384,
        RS512,
        PS256,
        PS384,
        PS512,
        ES256,
        ES384,
        ES512,
        HS256,
        HS384,
        HS512;

        /** Throws {@link IllegalArgumentException}, naming those there are, for another word. */
        public static Algorithm of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.name().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("an algorithm is one of "
                            + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
        }

        private int bits() {
            return Integer.parseInt(name().substring(2));
        }
    }

    /** Whether the signature is of the text; throws {@code POLICY_FILE_INVALID} when the key cannot be used. */
    boolean verifies(byte[] text, byte[] signature) {
        try {
            byte[] key = read();
            return switch (algorithm) {
                case HS256, HS384, HS512 -> MessageDigest.isEqual(mac(key, text), signature);
                case RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 ->
                    verifies(publicKey(key), text, signature);
            };
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw PolicyError.POLICY_FILE_INVALID.error(
                    "The key of policy bundles cannot be used for " + algorithm + "; check its file.", e);
        }
    }

    private byte[] read() throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException("a key that is too long");
        }
        return Files.readAllBytes(file);
    }

    private byte[] mac(byte[] file, byte[] text) throws GeneralSecurityException {
        byte[] secret = new String(file, StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
        if (secret.length * Byte.SIZE < algorithm.bits()) {
            throw new GeneralSecurityException("a secret shorter than its hash (RFC 7518, 3.2)");
        }
        String name = "HmacSHA" + algorithm.bits();
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(secret, name));
        return mac.doFinal(text);
    }

    private PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
        Matcher found = PEM.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!found.matches()) {
            throw new GeneralSecurityException("not one public key in PEM");
        }
        X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        boolean elliptic = algorithm.name().startsWith("E");
        PublicKey key = KeyFactory.getInstance(elliptic ? "EC" : "RSA").generatePublic(spec);
        boolean strong = switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS_MIN;
            // ES512 is of the curve P-521.
            case ECPublicKey curve ->
                curve.getParams().getOrder().bitLength() == (algorithm.bits() == 512 ? 521 : algorithm.bits());
            default -> false;
        };
        if (!strong) {
            throw new GeneralSecurityException("a key of another size");
        }
        return key;
    }

    private boolean verifies(PublicKey key, byte[] text, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(
                switch (algorithm.name().charAt(0)) {
                    case 'R' -> "SHA" + algorithm.bits() + "withRSA";
                    case 'P' -> "RSASSA-PSS";
                    default -> "SHA" + algorithm.bits() + "withECDSAinP1363Format";
                });
        if (algorithm.name().startsWith("P")) {
            String hash = "SHA-" + algorithm.bits();
            verifier.setParameter(new PSSParameterSpec(
                    hash,
                    "MGF1",
                    new MGF1ParameterSpec(hash),
                    algorithm.bits() / Byte.SIZE,
                    PSSParameterSpec.TRAILER_FIELD_BC));
        }
        verifier.initVerify(key);
        verifier.update(text);
        try {
            return verifier.verify(signature);
        } catch (SignatureException notOne) {
            return false;
        }
    }
}
