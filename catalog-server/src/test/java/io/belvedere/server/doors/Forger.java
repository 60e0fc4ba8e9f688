package io.belvedere.server.doors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes wrong tokens out of a good one. */
public final class Forger {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode header;
    private final ObjectNode claims;
    private final PublicKey key;
    private final KeyPair own;

    /** @param keys the provider's, one of which proves the token */
    public Forger(String token, JsonNode keys) throws IOException, GeneralSecurityException {
        String[] parts = token.split("\\.", -1);
        this.header = (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
        this.claims = (ObjectNode) JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        this.key = publicKey(keys, header.path("kid").asText());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        this.own = generator.generateKeyPair();
    }

    private static PublicKey publicKey(JsonNode keys, String id) throws GeneralSecurityException {
        for (JsonNode each : keys.path("keys")) {
            if (each.path("kid").asText().equals(id)) {
                return KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(number(each.path("n")), number(each.path("e"))));
            }
        }
        throw new IllegalStateException("the provider does not publish its key");
    }

    private static BigInteger number(JsonNode text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(text.asText()));
    }

    public String unsigned() {
        return body(header.deepCopy().put("alg", "none"), claims) + ".";
    }

    public String signedWithThePublicKey() throws GeneralSecurityException {
        String body = body(header.deepCopy().put("alg", "HS256"), claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        Key secret = new SecretKeySpec(key.getEncoded(), "HmacSHA256");
        mac.init(secret);
        return body + "." + text(mac.doFinal(body.getBytes(StandardCharsets.US_ASCII)));
    }

    public String signedWithItsOwnKey() throws GeneralSecurityException {
        return signed(header, claims);
    }

    /** Signed with a key of its own, with a header that leads somewhere else. */
    public String with(String name, String value) throws GeneralSecurityException {
        return signed(header.deepCopy().put(name, value), claims);
    }

    public String withClaim(String name, String value) throws GeneralSecurityException {
        return signed(header, claims.deepCopy().put(name, value));
    }

    private String signed(JsonNode head, JsonNode content) throws GeneralSecurityException {
        return signed(head, content, own.getPrivate());
    }

    static String signed(JsonNode head, JsonNode content, PrivateKey key) throws GeneralSecurityException {
        String body = body(head, content);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(body.getBytes(StandardCharsets.US_ASCII));
        return body + "." + text(signature.sign());
    }

    private static String body(JsonNode head, JsonNode content) {
        return text(head.toString().getBytes(StandardCharsets.UTF_8)) + "."
                + text(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
