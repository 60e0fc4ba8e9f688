package io.belvedere.server.main;

import io.belvedere.samples.CoffeeChain;
import io.belvedere.samples.Keep;
import io.belvedere.samples.Scale;
import io.belvedere.server.doors.Rest;
import io.belvedere.testkit.KeycloakServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The packaged server, started as in production over the sample and a view of ten million rows, and the real Keycloak that vouches for its callers.
 * Keycloak and the databases start at the same time. Whoever starts one closes it.
 */
record KeycloakHouse(KeycloakServer keycloak, Realm realm, CoffeeChain chain, ServedSample server, Rest rest)
        implements AutoCloseable {
    private static final String ENDLESS = """
            apiVersion: belvedere.io/v1
            kind: View
            metadata: {name: sales.numbers, version: 1.0.0, title: Numbers, owner: test, description: Ten million rows.}
            spec:
              query: SELECT id FROM numbers.ten_million
              columns:
                - {name: id, type: bigint, required: true}
              limits: {timeout: 600s, maxRows: 10000000}
            """;
    private static final String NUMBERS = """
            apiVersion: belvedere.io/v1
            kind: Source
            metadata: {name: numbers, description: Many rows.}
            spec:
              kind: postgresql
              connection:
                host: "${env:PAYMENTS_HOST}"
                port: "${env:PAYMENTS_PORT}"
                database: payments
                user: belvedere
                password: "${env:PAYMENTS_PASSWORD}"
                tls: disabled
              tables:
                - name: ten_million
                  columns:
                    - {name: id, type: bigint, required: true}
              limits: {concurrency: 16, statementTimeout: 600s}
            """;

    static KeycloakHouse start(Path folder) throws Exception {
        CompletableFuture<KeycloakServer> starting = CompletableFuture.supplyAsync(KeycloakHouse::keycloakStarted);
        // What was started is ended when a later step fails, the last first.
        Deque<AutoCloseable> started = new ArrayDeque<>();
        started.push(() -> starting.join().close());
        try {
            CoffeeChain chain = CoffeeChain.start(Scale.SMALL, Keep.NOTHING);
            started.push(chain);
            addNumbers(chain);
            KeycloakServer keycloak = starting.join();
            Realm realm = new Realm(keycloak);
            ServedSample server = served(chain, keycloak, folder);
            started.push(server);
            server.awaitHealth(200);
            Rest rest = new Rest(server.base());
            String warm = realm.accessToken("stella");
            ServedChain.await(
                    "the long view is planned",
                    () -> rest.query(warm, "application/json", "SELECT id FROM sales.numbers FETCH FIRST 1 ROWS ONLY")
                                    .status()
                            == 200);
            realm.tellLogoutsTo(server.base().resolve("/api/v1/identity/logout"));
            return new KeycloakHouse(keycloak, realm, chain, server, rest);
        } catch (Exception | AssertionError failure) {
            while (!started.isEmpty()) {
                endAfter(failure, started.pop());
            }
            throw failure;
        }
    }

    /** The failure that began it is the one to be told of. */
    private static void endAfter(Throwable failure, AutoCloseable started) {
        try {
            started.close();
        } catch (Exception another) {
            failure.addSuppressed(another);
        }
    }

    private static KeycloakServer keycloakStarted() {
        try {
            return KeycloakServer.start(
                    CoffeeChain.catalogFolder().resolve("identity/keycloak-realm.json"), "coffee-chain");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void addNumbers(CoffeeChain chain) throws SQLException {
        try (Connection admin = chain.server(CoffeeChain.Server.PAYMENTS).openAsAdmin("payments");
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE VIEW ten_million AS SELECT i AS id FROM generate_series(1::bigint, 10000000) i");
            statement.execute("GRANT SELECT ON ten_million TO PUBLIC");
        }
    }

    private static ServedSample served(CoffeeChain chain, KeycloakServer keycloak, Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "belvedere-secret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        return ServedSample.start(
                chain,
                Files.createDirectories(folder.resolve("main")),
                KeycloakHouse::edit,
                List.of(
                        "-Dquarkus.profile=prod",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.log.category.\"io.belvedere.server.identity\".level=DEBUG",
                        "-Dbelvedere.identity.dev-file=",
                        "-Dbelvedere.identity.oidc.issuer=" + keycloak.issuer(),
                        "-Dbelvedere.identity.oidc.client-id=belvedere",
                        "-Dbelvedere.identity.oidc.client-secret-file=" + secret,
                        "-Dbelvedere.identity.oidc.password-grant=true",
                        "-Dbelvedere.identity.oidc.attributes.region=region",
                        "-Dbelvedere.identity.oidc.agent-clients=assistant"));
    }

    private static void edit(Path copy) throws IOException {
        Files.writeString(copy.resolve("sources/numbers.yaml"), NUMBERS);
        Files.writeString(copy.resolve("views/numbers.yaml"), ENDLESS);
        // A steward of the sample may read five million rows at once, and this is about more of them.
        Path data = copy.resolve("policy/data.json");
        // Its analysts may send an agent.
        Files.writeString(
                data,
                Files.readString(data)
                        .replace("\"maxRows\": 5000000", "\"maxRows\": 10000000")
                        .replace("\"analyst\": {", "\"analyst\": {\"kinds\": [\"human\", \"service\", \"agent\"],"));
    }

    @Override
    public void close() {
        server.close();
        chain.close();
        keycloak.close();
    }
}
