package io.belvedere.server.main;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.belvedere.testkit.KeycloakServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** The sample's realm on a real Keycloak: logins of its users, and what its administrator does to them. */
final class Realm {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "coffee-chain";
    private static final JsonNode NOTHING = JSON.missingNode();

    private static final Duration ADMINISTRATOR_FOR = Duration.ofSeconds(30);

    private final KeycloakServer keycloak;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    // Both the test's thread's.
    private String administrator = "";
    private long administratorSince;

    Realm(KeycloakServer keycloak) {
        this.keycloak = keycloak;
    }

    /** The tokens of a person who logs in with a password. */
    JsonNode login(String user, String scope) throws IOException, InterruptedException {
        return tokens(
                "belvedere",
                Map.of("grant_type", "password", "username", user, "password", user + "-password", "scope", scope));
    }

    String accessToken(String user) throws IOException, InterruptedException {
        return login(user, "openid").path("access_token").asText();
    }

    /** The token of a program with rights of its own. */
    String service(String client) throws IOException, InterruptedException {
        return tokens(client, Map.of("grant_type", "client_credentials"))
                .path("access_token")
                .asText();
    }

    /** A person's token as the assistant gets it for itself. */
    String exchanged(String user) throws IOException, InterruptedException {
        String token = login(user, "openid assistant").path("access_token").asText();
        return tokens(
                        "assistant",
                        Map.of(
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:token-exchange",
                                "subject_token",
                                token,
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:access_token",
                                "audience",
                                "belvedere"))
                .path("access_token")
                .asText();
    }

    /** The token of another realm's administrator; each holds for a minute, and a login costs a hashed password. */
    String administrator() throws IOException, InterruptedException {
        if (administrator.isEmpty() || System.nanoTime() - administratorSince > ADMINISTRATOR_FOR.toNanos()) {
            administrator = administratorLogin();
            administratorSince = System.nanoTime();
        }
        return administrator;
    }

    private String administratorLogin() throws IOException, InterruptedException {
        return post(
                        keycloak.address() + "/realms/master/protocol/openid-connect/token",
                        "",
                        Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "admin-cli",
                                "username",
                                KeycloakServer.ADMIN,
                                "password",
                                KeycloakServer.ADMIN_PASSWORD))
                .path("access_token")
                .asText();
    }

    private JsonNode tokens(String client, Map<String, String> form) throws IOException, InterruptedException {
        return post(keycloak.issuer() + "/protocol/openid-connect/token", client + ":" + client + "-secret", form);
    }

    private JsonNode post(String uri, String client, Map<String, String> form)
            throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!client.isEmpty()) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8)));
        }
        return JSON.readTree(send(request));
    }

    void enable(String user, Enabled enabled) throws IOException, InterruptedException {
        ObjectNode change = JSON.createObjectNode().put("enabled", enabled == Enabled.YES);
        admin("PUT", "/users/" + id(user), change);
    }

    enum Enabled {
        YES,
        NO
    }

    void takeRole(String user, String role) throws IOException, InterruptedException {
        admin(
                "DELETE",
                "/users/" + id(user) + "/role-mappings/realm",
                JSON.createArrayNode().add(role(role)));
    }

    void giveRole(String user, String role) throws IOException, InterruptedException {
        admin(
                "POST",
                "/users/" + id(user) + "/role-mappings/realm",
                JSON.createArrayNode().add(role(role)));
    }

    private JsonNode role(String role) throws IOException, InterruptedException {
        return admin("GET", "/roles/" + role, NOTHING);
    }

    /** Ends every session of the user; the clients with a logout address are told. */
    void logout(String user) throws IOException, InterruptedException {
        admin("POST", "/users/" + id(user) + "/logout", JSON.createObjectNode());
    }

    /** Tokens are signed by a new key from now on; the one before still proves what it signed. */
    void rotateKeys() throws IOException, InterruptedException {
        String realmId = admin("GET", "", NOTHING).path("id").asText();
        ObjectNode key = JSON.createObjectNode()
                .put("name", "rotated")
                .put("providerId", "rsa-generated")
                .put("providerType", "org.keycloak.keys.KeyProvider")
                .put("parentId", realmId);
        key.putObject("config").putArray("priority").add("1000");
        admin("POST", "/components", key);
    }

    /** Where logouts are told to. */
    void tellLogoutsTo(URI address) throws IOException, InterruptedException {
        ObjectNode client = (ObjectNode)
                admin("GET", "/clients?clientId=belvedere", NOTHING).get(0);
        ((ObjectNode) client.path("attributes")).put("backchannel.logout.url", address.toString());
        admin("PUT", "/clients/" + client.path("id").asText(), client);
    }

    /** A client of its own, as {@code change} has it, beside those of the realm's file. */
    void addClient(String id, Client change) throws IOException, InterruptedException {
        ObjectNode client =
                (ObjectNode) admin("GET", "/clients?clientId=etl", NOTHING).get(0);
        client.remove("id");
        client.put("clientId", id).put("secret", id + "-secret");
        change.to(client);
        admin("POST", "/clients", client);
    }

    /** Changes a client before it is made. */
    @FunctionalInterface
    interface Client {
        void to(ObjectNode client);
    }

    String id(String user) throws IOException, InterruptedException {
        return admin("GET", "/users?exact=true&username=" + user, NOTHING)
                .path(0)
                .path("id")
                .asText();
    }

    /** The public key that tokens name, as the provider publishes it. */
    JsonNode keys() throws IOException, InterruptedException {
        return JSON.readTree(
                send(HttpRequest.newBuilder(URI.create(keycloak.issuer() + "/protocol/openid-connect/certs"))));
    }

    private JsonNode admin(String method, String path, JsonNode body) throws IOException, InterruptedException {
        return JSON.readTree(
                send(HttpRequest.newBuilder(URI.create(keycloak.address() + "/admin/realms/" + NAME + path))
                        .header("Authorization", "Bearer " + administrator())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body.isMissingNode()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException("Keycloak answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }
}
