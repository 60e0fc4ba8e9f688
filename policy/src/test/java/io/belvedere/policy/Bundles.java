package io.belvedere.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Bundles made by hand: an archive of any files, signed with any key. */
final class Bundles {
    static final String SECRET = "not-a-secret-but-long-enough-for-any-hash-that-there-is-in-the-test";

    private Bundles() {}

    /** The sample's data under a manifest with a revision. */
    static Map<String, byte[]> sample(String revision) {
        try {
            Map<String, byte[]> files = new LinkedHashMap<>();
            files.put("/data.json", Files.readAllBytes(Fixtures.SAMPLE_POLICY.resolve("data.json")));
            files.put("/.manifest", text("{\"revision\":\"" + revision + "\",\"roots\":[\"\"]}"));
            files.put("/notes.rego", text("package notes\n"));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] archive(Map<String, byte[]> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            tar.writeBytes(header(name, content.length, '0'));
            tar.writeBytes(content);
            tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
        });
        tar.writeBytes(new byte[1024]);
        return gzip(tar.toByteArray());
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static byte[] header(String name, long bytes, char type) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, String.format("%011o ", bytes));
        put(header, 136, "00000000000 ");
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xFF;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text(text);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** The same files with a signature over them. */
    static Map<String, byte[]> signed(Map<String, byte[]> files, BundleKey.Algorithm algorithm, KeyPair keys) {
        String list = files.entrySet().stream()
                .map(file -> "{\"name\":\"" + file.getKey().substring(1) + "\",\"hash\":\""
                        + sha256(file.getKey(), file.getValue()) + "\",\"algorithm\":\"SHA-256\"}")
                .collect(Collectors.joining(","));
        return signed(files, "{\"files\":[" + list + "]}", algorithm.name(), algorithm, keys);
    }

    static Map<String, byte[]> signed(
            Map<String, byte[]> files, String payload, String claimed, BundleKey.Algorithm algorithm, KeyPair keys) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString(text("{\"alg\":\"" + claimed + "\"}")) + "."
                + base64.encodeToString(text(payload));
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        all.put(
                "/.signatures.json",
                text("{\"signatures\":[\"" + signed + "." + base64.encodeToString(sign(text(signed), algorithm, keys))
                        + "\"]}"));
        return all;
    }

    private static String sha256(String name, byte[] content) {
        try {
            boolean structured = name.endsWith(".json") || name.endsWith(".manifest");
            byte[] hashed = structured ? StructuredHash.bytes(content) : content;
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(hashed));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sign(byte[] text, BundleKey.Algorithm algorithm, KeyPair keys) {
        int bits = Integer.parseInt(algorithm.name().substring(2));
        try {
            if (algorithm.name().startsWith("H")) {
                Mac mac = Mac.getInstance("HmacSHA" + bits);
                mac.init(new SecretKeySpec(text(SECRET), "HmacSHA" + bits));
                return mac.doFinal(text);
            }
            Signature signature = Signature.getInstance(
                    switch (algorithm.name().charAt(0)) {
                        case 'R' -> "SHA" + bits + "withRSA";
                        case 'P' -> "RSASSA-PSS";
                        default -> "SHA" + bits + "withECDSAinP1363Format";
                    });
            if (algorithm.name().startsWith("P")) {
                signature.setParameter(
                        new PSSParameterSpec("SHA-" + bits, "MGF1", new MGF1ParameterSpec("SHA-" + bits), bits / 8, 1));
            }
            PrivateKey key = keys.getPrivate();
            signature.initSign(key);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair keys(BundleKey.Algorithm algorithm) {
        try {
            if (algorithm.name().startsWith("E")) {
                KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
                String bits = algorithm.name().substring(2);
                curve.initialize(new ECGenParameterSpec("secp" + (bits.equals("512") ? "521" : bits) + "r1"));
                return curve.generateKeyPair();
            }
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return rsa.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The file that the operator configures. */
    static BundleKey file(Path folder, BundleKey.Algorithm algorithm, KeyPair keys) {
        try {
            Path file = Files.createTempFile(folder, "bundle", ".key");
            Files.writeString(
                    file,
                    algorithm.name().startsWith("H")
                            ? SECRET + "\n"
                            : pem("PUBLIC KEY", keys.getPublic().getEncoded()));
            return new BundleKey(algorithm, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + what
                + "-----\n";
    }
}
