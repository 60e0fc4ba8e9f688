package io.belvedere.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.belvedere.model.error.BelvedereException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * The signature of an OPA bundle: {@code .signatures.json} holds one JSON Web Token over the digest of every other file; see
 * <a href="https://www.openpolicyagent.org/docs/management-bundles#signing">OPA's documentation</a>.
 */
final class BundleSignature {
    static final String FILE = ".signatures.json";

    private static final JsonMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxStringLength(1024 * 1024)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** OPA's words for digests; MD5, SHA-1 and SHA-224 are not taken. */
    private static final Map<String, String> DIGESTS =
            Map.of("SHA-256", "SHA-256", "SHA-384", "SHA-384", "SHA-512", "SHA-512", "SHA-512-256", "SHA-512/256");

    private static final Set<String> STRUCTURED = Set.of("data.json", ".manifest");

    private BundleSignature() {}

    /** Throws {@code POLICY_FILE_INVALID} unless the key signed exactly the files of the bundle. */
    static void require(BundleArchive archive, BundleKey key) {
        byte[] signatures = archive.files().get(FILE);
        if (signatures == null) {
            throw refused("it is not signed");
        }
        try {
            Map<String, JsonNode> signed = signedFiles(payload(signatures, key));
            Map<String, byte[]> files = new HashMap<>(archive.files());
            files.remove(FILE);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                JsonNode claim = signed.remove(file.getKey());
                if (claim == null) {
                    throw refused("it holds a file that is not signed");
                }
                requireDigest(file.getKey(), file.getValue(), claim);
            }
            if (!signed.isEmpty()) {
                throw refused("it lacks a file that was signed");
            }
        } catch (IOException | IllegalArgumentException | NoSuchAlgorithmException e) {
            throw PolicyError.POLICY_FILE_INVALID.error("The policy bundle is refused: its signature is no such.", e);
        }
    }

    private static JsonNode payload(byte[] signatures, BundleKey key) throws IOException {
        JsonNode tokens = STRICT.readTree(signatures).path("signatures");
        if (tokens.size() != 1 || !tokens.path(0).isTextual()) {
            throw refused("it does not have one signature");
        }
        String token = tokens.path(0).textValue();
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw refused("its signature is no such");
        }
        Base64.Decoder base64 = Base64.getUrlDecoder();
        JsonNode header = STRICT.readTree(base64.decode(parts[0]));
        if (!header.path("alg").asText().equals(key.algorithm().name()) || header.has("crit")) {
            throw refused("it is not signed with " + key.algorithm());
        }
        byte[] text = token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        if (!key.verifies(text, base64.decode(parts[2]))) {
            throw refused("its signature is not of our key");
        }
        return STRICT.readTree(base64.decode(parts[1]));
    }

    private static Map<String, JsonNode> signedFiles(JsonNode payload) {
        if (!payload.path("scope").asText().isEmpty()) {
            throw refused("it is signed for a scope of its own");
        }
        Map<String, JsonNode> files = new HashMap<>();
        for (JsonNode file : payload.path("files")) {
            if (files.put(BundleArchive.plain(file.path("name").asText()), file) != null) {
                throw refused("its signature names a file twice");
            }
        }
        return files;
    }

    private static void requireDigest(String name, byte[] content, JsonNode signed)
            throws IOException, NoSuchAlgorithmException {
        String algorithm = DIGESTS.get(signed.path("algorithm").asText("SHA-256"));
        if (algorithm == null) {
            throw refused("its signature uses a digest that is too weak");
        }
        String last = name.substring(name.lastIndexOf('/') + 1);
        byte[] hashed = STRUCTURED.contains(last) ? StructuredHash.bytes(content) : content;
        byte[] digest = MessageDigest.getInstance(algorithm).digest(hashed);
        byte[] expected = HexFormat.of().parseHex(signed.path("hash").asText());
        if (!MessageDigest.isEqual(digest, expected)) {
            throw refused("a file is not the one that was signed");
        }
    }

    private static BelvedereException refused(String why) {
        return PolicyError.POLICY_FILE_INVALID.error("The policy bundle is refused: " + why + ".");
    }
}
