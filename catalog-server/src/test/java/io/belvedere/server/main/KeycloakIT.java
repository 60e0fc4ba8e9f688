package io.belvedere.server.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.belvedere.server.doors.FlightCaller;
import io.belvedere.server.doors.Forger;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.testkit.AdbcPython;
import io.belvedere.testkit.KeycloakServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server, started as in production, with a real Keycloak that vouches for its callers. */
class KeycloakIT {
    private static final String JSON = "application/json";
    private static final String NUMBERS = "SELECT id FROM sales.numbers";
    private static final String CONTACTS = "SELECT name, email, region FROM crm.contacts";
    /** What a revoked caller's next query may still take to be refused (two seconds, on a machine that has the time), and a running one to be ended. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);

    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static KeycloakHouse house;
    private static KeycloakServer keycloak;
    private static Realm realm;
    private static ServedSample server;
    private static Rest rest;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        house = KeycloakHouse.start(folder);
        keycloak = house.keycloak();
        realm = house.realm();
        server = house.server();
        rest = house.rest();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws Exception {
        if (house != null) {
            house.close();
        }
    }

    @Test
    void callersSeeWhatTheirRolesAndAttributesLetThemSee() throws Exception {
        Answer ana = rest.query(realm.accessToken("ana"), JSON, CONTACTS);
        Answer stella = rest.query(realm.accessToken("stella"), JSON, CONTACTS);
        assertThat(ana.status()).as(ana.text()).isEqualTo(200);
        assertThat(regions(ana)).containsExactly("EU");
        assertThat(ana.json().path("rows").path(0).path(1).asText()).contains("***");
        assertThat(regions(stella)).hasSizeGreaterThan(1);
        assertThat(stella.json().path("rows").path(0).path(1).asText()).doesNotContain("***");
        assertThat(rest.query(realm.accessToken("sam"), JSON, CONTACTS).status())
                .isEqualTo(404);
        assertThat(rest.query(realm.service("etl"), JSON, CONTACTS).status()).isEqualTo(200);
    }

    private static Set<String> regions(Answer answer) throws IOException {
        Set<String> regions = new HashSet<>();
        answer.json().path("rows").forEach(row -> regions.add(row.path(2).asText()));
        return regions;
    }

    /** One sends a token; the other a name and a password, which are exchanged at Keycloak. */
    @Test
    void theJdbcDriverRunsTheSampleViewsAsTwoCallers() throws Exception {
        try (Connection ana = flight(Map.of("token", realm.accessToken("ana")));
                Connection stella = flight(Map.of("user", "stella", "password", "stella-password"))) {
            assertThat(rows(ana, CONTACTS)).isEqualTo(overRest("ana", CONTACTS)).isNotEmpty();
            assertThat(rows(stella, CONTACTS)).isEqualTo(overRest("stella", CONTACTS));
            assertThat(rows(ana, CONTACTS)).isNotEqualTo(rows(stella, CONTACTS));
            for (String view : List.of("crm.customer_360", "fulfilment.late_orders", "sales.revenue_by_country")) {
                assertThat(rows(ana, "SELECT * FROM " + view)).as(view).isNotEmpty();
                assertThat(rows(stella, "SELECT * FROM " + view)).as(view).isNotEmpty();
            }
        }
        assertThatThrownBy(() ->
                        flight(Map.of("user", "stella", "password", "wrong")).close())
                .isInstanceOf(SQLException.class);
        try (Connection sam = flight(Map.of("token", realm.accessToken("sam")))) {
            assertThatThrownBy(() -> rows(sam, CONTACTS)).hasMessageContaining("VIEW_NOT_FOUND");
        }
    }

    private static Connection flight(Map<String, String> credentials) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(credentials);
        properties.put("useEncryption", "false");
        return DriverManager.getConnection("jdbc:arrow-flight-sql://127.0.0.1:" + server.flightPort(), properties);
    }

    private static Set<List<String>> rows(Connection connection, String sql) throws SQLException {
        Set<List<String>> rows = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(result.getString(column)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static Set<List<String>> overRest(String user, String sql) throws Exception {
        Answer answer = rest.query(realm.accessToken(user), JSON, sql);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return rows(answer.json().path("rows"));
    }

    private static Set<List<String>> rows(JsonNode array) {
        Set<List<String>> rows = new HashSet<>();
        for (JsonNode row : array) {
            List<String> cells = new ArrayList<>();
            row.forEach(cell -> cells.add(cell.asText()));
            rows.add(cells);
        }
        return rows;
    }

    /** Where there is no Python, {@code ./belvedere test} says so and leaves this out; it is never passed over without a word. */
    @Test
    @Tag("python")
    void anAdbcClientInPythonRunsTheSampleViewsAsTwoCallers() throws Exception {
        Path script = Path.of("src", "test", "python", "adbc_client.py");
        ProcessBuilder builder = new ProcessBuilder(
                        AdbcPython.program(), script.toString(), "grpc://127.0.0.1:" + server.flightPort(), CONTACTS)
                .redirectError(folder.resolve("adbc.log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "TOKEN",
                        realm.accessToken("ana"),
                        "STRANGER",
                        realm.accessToken("sam"),
                        "NAME",
                        "stella",
                        "PASSWORD",
                        "stella-password"));
        Process python = builder.start();
        JsonNode said = new ObjectMapper().readTree(python.getInputStream().readAllBytes());
        assertThat(python.waitFor())
                .as(Files.readString(folder.resolve("adbc.log")))
                .isZero();
        assertThat(rows(said.path("token"))).isEqualTo(overRest("ana", CONTACTS));
        assertThat(rows(said.path("password"))).isEqualTo(overRest("stella", CONTACTS));
        assertThat(rows(said.path("parameter")))
                .hasSize(1)
                .isEqualTo(overRest("ana", "SELECT name FROM crm.contacts WHERE id = 1"));
        assertThat(said.path("stranger").asText()).contains("VIEW_NOT_FOUND");
        assertThat(said.path("nobody").asText()).contains("NOT_AUTHENTICATED");
    }

    @Test
    void anAgentIsRecordedBesideThePersonItActsFor() throws Exception {
        Answer answer = rest.query(realm.exchanged("ana"), JSON, CONTACTS);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(regions(answer)).containsExactly("EU");
        String record =
                LogTool.show(server.folder(), "--request", answer.queryId().toString(), "--decrypt");
        assertThat(record).contains("\"agent_sub\":\"assistant\"", realm.id("ana"));
    }

    @Test
    void whoeverLosesARoleLosesWhatItOpens() throws Exception {
        String token = realm.accessToken("otto");
        assertThat(rest.get(token, "/api/v1/queries").status()).isEqualTo(200);
        realm.takeRole("otto", "auditor");
        try {
            long since = System.nanoTime();
            ServedChain.await(
                    "the role is gone", () -> rest.get(token, "/api/v1/queries").status() != 200);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(REFUSED_WITHIN);
        } finally {
            realm.giveRole("otto", "auditor");
        }
        ServedChain.await(
                "the role is back", () -> rest.get(token, "/api/v1/queries").status() == 200);
    }

    @Test
    void aLogoutEndsWhatRunsAndRefusesTheTokenAtOnce() throws Exception {
        String token = realm.accessToken("stella");
        LongRead read = numbers(token);
        FlightLongRead flight = FlightLongRead.start(server.flightPort(), token, NUMBERS);
        realm.logout("stella");
        long since = System.nanoTime();
        ServedChain.await(
                "the provider has told it",
                () -> Files.readString(server.folder().resolve("server.log"))
                        .contains("The provider ended a session."));
        assertThat(rest.query(token, JSON, CONTACTS).status()).isEqualTo(401);
        read.awaitEnd(ENDED_WITHIN);
        flight.awaitFailure(ENDED_WITHIN);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(ENDED_WITHIN);
        assertRevoked(read.queryId());
        assertRevoked(flight.queryId());
        assertThat(rest.query(realm.accessToken("stella"), JSON, CONTACTS).status())
                .isEqualTo(200);
    }

    @Test
    void aDisabledUsersStreamEndsAndTheirNextQueryIsRefused() throws Exception {
        realm.giveRole("sam", "steward");
        String token = realm.accessToken("sam");
        LongRead read = numbers(token);
        FlightLongRead flight = FlightLongRead.start(server.flightPort(), token, NUMBERS);
        realm.enable("sam", Realm.Enabled.NO);
        try {
            long since = System.nanoTime();
            ServedChain.await(
                    "the next query is refused",
                    () -> rest.query(token, JSON, CONTACTS).status() == 401);
            try (FlightCaller sam = FlightCaller.at(server.flightPort(), token)) {
                assertThatThrownBy(() -> sam.query(CONTACTS)).hasMessageContaining("NOT_AUTHENTICATED");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(REFUSED_WITHIN);
            read.awaitEnd(ENDED_WITHIN);
            flight.awaitFailure(ENDED_WITHIN);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(ENDED_WITHIN);
            assertRevoked(read.queryId());
            assertRevoked(flight.queryId());
        } finally {
            realm.enable("sam", Realm.Enabled.YES);
            realm.takeRole("sam", "steward");
        }
    }

    private static LongRead numbers(String token) throws Exception {
        HttpRequest request = rest.request(token, "/api/v1/query")
                .timeout(Duration.ofMinutes(5))
                .header("Accept", "application/x-ndjson")
                .header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofString("{\"sql\": \"" + NUMBERS + "\", \"timeout\": \"PT5M\"}"))
                .build();
        LongRead read = LongRead.start(client, request);
        ServedChain.await("rows flow", () -> read.bytes() > 0);
        assertThat(read.isOver()).isFalse();
        return read;
    }

    private static void assertRevoked(String queryId) throws Exception {
        ServedChain.await(
                "the outcome is recorded",
                () -> LogTool.show(server.folder(), "--request", queryId).contains("revoked  ACCESS_ENDED"));
    }

    @Test
    void tokensThatAreNotForThisServerAreRefused() throws Exception {
        JsonNode tokens = realm.login("ana", "openid");
        String good = tokens.path("access_token").asText();
        Forger forger = new Forger(good, realm.keys());
        realm.addClient(
                "other-api", change -> change.putArray("defaultClientScopes").add("basic"));
        realm.addClient("short", change -> ((ObjectNode) change.path("attributes")).put("access.token.lifespan", "1"));
        realm.addClient(
                "long", change -> ((ObjectNode) change.path("attributes")).put("access.token.lifespan", "3600"));
        realm.addClient("early", change -> addClaim(change, "nbf", Long.toString(inAnHour()), "long"));
        realm.addClient("bound", change -> addClaim(change, "cnf", "{\"jkt\":\"x\"}", "JSON"));
        String expired = realm.service("short");
        assertThat(rest.query(good, JSON, CONTACTS).status()).isEqualTo(200);
        Thread.sleep(2_000); // past the end of a token that holds for a second
        for (String wrong : List.of(
                expired,
                realm.service("other-api"),
                realm.service("long"),
                realm.service("early"),
                realm.service("bound"),
                realm.administrator(),
                tokens.path("id_token").asText(),
                tokens.path("refresh_token").asText(),
                forger.unsigned(),
                forger.signedWithThePublicKey(),
                forger.with("kid", "../../../../dev/null"),
                forger.with("kid", "' OR '1'='1"),
                forger.with("jku", "http://127.0.0.1:1/keys"),
                forger.signedWithItsOwnKey(),
                forger.withClaim("sub", "somebody-else"),
                good + "x",
                "a.b.c",
                "x".repeat(13_000))) {
            assertThat(rest.query(wrong, JSON, CONTACTS).status())
                    .as("%.60s", wrong)
                    .isEqualTo(401);
        }
        assertThat(doubled(good)).isEqualTo(401);
        assertThat(withCookie(good)).isEqualTo(401);
        assertThat(withPassword()).isEqualTo(401);
    }

    private static long inAnHour() {
        return Instant.now().plusSeconds(3_600).getEpochSecond();
    }

    private static void addClaim(ObjectNode change, String claim, String value, String type) {
        ObjectNode mapper = change.putArray("protocolMappers").addObject();
        mapper.put("name", claim)
                .put("protocol", "openid-connect")
                .put("protocolMapper", "oidc-hardcoded-claim-mapper");
        mapper.putObject("config")
                .put("claim.name", claim)
                .put("claim.value", value)
                .put("jsonType.label", type)
                .put("access.token.claim", "true");
    }

    private static int doubled(String token) throws Exception {
        return rest.send(rest.request(token, "/api/v1/views")
                        .header("Authorization", "Bearer " + token)
                        .GET())
                .status();
    }

    private static int withCookie(String token) throws Exception {
        return rest.send(rest.request("", "/api/v1/views")
                        .header(
                                "Cookie",
                                "q_session=" + token + "; q_session_Default=" + token + "; access_token=" + token)
                        .GET())
                .status();
    }

    private static int withPassword() throws Exception {
        String pair = java.util.Base64.getEncoder()
                .encodeToString("ana:ana-password".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return rest.send(rest.request("", "/api/v1/views")
                        .header("Authorization", "Basic " + pair)
                        .GET())
                .status();
    }

    @Test
    void logoutTokensThatAreNoneEndNothing() throws Exception {
        JsonNode tokens = realm.login("ana", "openid");
        String token = tokens.path("access_token").asText();
        for (String wrong : List.of("", "a.b.c", token, tokens.path("id_token").asText())) {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.base().resolve("/api/v1/identity/logout"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("logout_token=" + wrong));
            assertThat(rest.send(request).status()).isEqualTo(400);
        }
        assertThat(rest.query(token, JSON, CONTACTS).status()).isEqualTo(200);
    }

    @Test
    void keysMayBeRotated() throws Exception {
        String before = realm.accessToken("ana");
        realm.rotateKeys();
        String after = realm.accessToken("ana");
        assertThat(after.split("\\.", -1)[0]).isNotEqualTo(before.split("\\.", -1)[0]);
        ServedChain.await(
                "the new key is known", () -> rest.query(after, JSON, CONTACTS).status() == 200);
        assertThat(rest.query(before, JSON, CONTACTS).status()).isEqualTo(200);
    }

    @Test
    void nobodyIsLetInWhileTheProviderDoesNotAnswer() throws Exception {
        String token = realm.accessToken("ana");
        assertThat(rest.query(token, JSON, CONTACTS).status()).isEqualTo(200);
        keycloak.signal("STOP");
        try {
            ServedChain.await(
                    "its last word is too old",
                    () -> rest.query(token, JSON, CONTACTS).status() == 503);
            Answer answer = rest.query(token, JSON, CONTACTS);
            assertThat(answer.json().path("code").asText()).isEqualTo("IDENTITY_UNAVAILABLE");
            assertThat(answer.header("Retry-After")).isNotEmpty();
        } finally {
            keycloak.signal("CONT");
        }
        ServedChain.await(
                "it answers again", () -> rest.query(token, JSON, CONTACTS).status() == 200);
    }
}
