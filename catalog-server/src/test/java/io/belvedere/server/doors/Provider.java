package io.belvedere.server.doors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * An OpenID Connect provider on the loopback interface: its description, its keys, and its word on tokens. It vouches for whatever it was
 * told to vouch for, so that what a token is refused for is the server's own look at it. Whoever opens it closes it.
 */
public final class Provider implements AutoCloseable {
    public static final String CLIENT = "belvedere";
    static final String KEY_ID = "k1";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIFE_SECONDS = 300;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final KeyPair key;
    private final String secret;
    private final Map<String, String> words = new ConcurrentHashMap<>();

    private Provider(HttpServer server, KeyPair key, String secret) {
        this.server = server;
        this.key = key;
        this.secret = secret;
    }

    /** @param secret what the server proves itself with when it asks about a token */
    public static Provider open(String secret) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Provider provider = new Provider(server, generator.generateKeyPair(), secret);
        server.createContext("/realm/.well-known/openid-configuration", call -> answer(call, provider.description()));
        server.createContext("/realm/keys", call -> answer(call, provider.keys()));
        server.createContext("/realm/introspect", provider::introspect);
        server.setExecutor(provider.threads);
        server.start();
        return provider;
    }

    public URI issuer() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/realm");
    }

    private JsonNode description() {
        ObjectNode description = JSON.createObjectNode()
                .put("issuer", issuer().toString())
                .put("jwks_uri", issuer() + "/keys")
                .put("introspection_endpoint", issuer() + "/introspect")
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token");
        description.putArray("id_token_signing_alg_values_supported").add("RS256");
        return description;
    }

    /** The public key, as the provider publishes it. */
    public JsonNode keys() {
        RSAPublicKey published = (RSAPublicKey) key.getPublic();
        ObjectNode keys = JSON.createObjectNode();
        keys.putArray("keys")
                .addObject()
                .put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", KEY_ID)
                .put("n", text(published.getModulus()))
                .put("e", text(published.getPublicExponent()));
        return keys;
    }

    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    private void introspect(HttpExchange call) throws IOException {
        String expected =
                "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + secret).getBytes(StandardCharsets.UTF_8));
        if (!expected.equals(call.getRequestHeaders().getFirst("Authorization"))) {
            call.sendResponseHeaders(401, -1);
            call.close();
            return;
        }
        String form = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String token = "";
        for (String field : form.split("&", -1)) {
            if (field.startsWith("token=")) {
                token = URLDecoder.decode(field.substring("token=".length()), StandardCharsets.UTF_8);
            }
        }
        answer(call, JSON.readTree(words.getOrDefault(token, "{\"active\":false}")));
    }

    private static void answer(HttpExchange call, JsonNode json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().add("Content-Type", "application/json");
        call.sendResponseHeaders(200, body.length);
        call.getResponseBody().write(body);
        call.close();
    }

    /** An access token of a caller in a role, which the provider vouches for. */
    public String accessToken(Role role) throws GeneralSecurityException {
        return token(role, _ -> {}, _ -> {});
    }

    /** The same with claims changed. */
    String tokenWith(Consumer<ObjectNode> change) throws GeneralSecurityException {
        return token(Role.STEWARD, _ -> {}, change);
    }

    /** A steward's token with headers and claims changed. */
    String tokenWith(Consumer<ObjectNode> header, Consumer<ObjectNode> change) throws GeneralSecurityException {
        return token(Role.STEWARD, header, change);
    }

    private String token(Role role, Consumer<ObjectNode> header, Consumer<ObjectNode> change)
            throws GeneralSecurityException {
        ObjectNode claims = claims(role);
        ObjectNode word = claims.deepCopy().put("active", true);
        change.accept(claims);
        ObjectNode head =
                JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT").put("kid", KEY_ID);
        header.accept(head);
        return vouched(Forger.signed(head, claims, key.getPrivate()), word);
    }

    /** The provider says of the token what it says of a good one of that role. */
    String vouched(String token, Role role) {
        return vouched(token, claims(role).put("active", true));
    }

    private String vouched(String token, ObjectNode word) {
        words.put(token, word.toString());
        return token;
    }

    /** The provider takes its word for the token back. */
    void forget(String token) {
        words.remove(token);
    }

    private ObjectNode claims(Role role) {
        long now = Instant.now().getEpochSecond();
        ObjectNode claims = JSON.createObjectNode()
                .put("iss", issuer().toString())
                .put("aud", CLIENT)
                .put("sub", "u-" + role.word())
                .put("typ", "Bearer")
                .put("azp", role == Role.SERVICE ? "etl" : "tool")
                .put("preferred_username", (role == Role.SERVICE ? "service-account-" : "") + role.word())
                .put("iat", now)
                .put("exp", now + LIFE_SECONDS);
        if (role != Role.SERVICE) {
            claims.put("sid", "s-" + role.word());
        }
        if (role == Role.AGENT) {
            claims.putObject("act").put("sub", "assistant");
        }
        boolean analyst = role == Role.ANALYST || role == Role.SERVICE || role == Role.AGENT;
        if (role != Role.STRANGER) {
            claims.putObject("realm_access").putArray("roles").add(analyst ? Role.ANALYST.word() : role.word());
        }
        return analyst ? claims.put("region", "EU") : claims;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
