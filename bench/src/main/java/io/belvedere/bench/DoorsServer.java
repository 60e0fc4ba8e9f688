package io.belvedere.bench;

import io.belvedere.samples.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/**
 * The packaged server over a catalog of {@link DoorsTable}: policy, audit and every door on, and a caller for each client, because one caller may run
 * only a few queries at once.
 */
final class DoorsServer implements AutoCloseable {
    static final int CALLERS = 32;
    private static final String POLICY = """
            {"belvedere": {"revision": "doors-1", "roles": {"reader": {
              "access": "rows", "rows": "all", "masks": {"secret": {"mask": "hidden"}}, "maxRows": 100000000,
              "detail": {"query": "shape", "explain": "shape", "monitor": "shape", "cancel": "shape"}}}}}
            """;

    private final ServerProcess server;

    private DoorsServer(ServerProcess server) {
        this.server = server;
    }

    /** Starts a server over the catalog that the folder holds. */
    static DoorsServer start(DoorsTable table, Path folder) throws IOException, InterruptedException {
        Path policy = Files.createDirectories(folder.resolve("policy"));
        Files.writeString(policy.resolve("data.json"), POLICY);
        StringBuilder identities = new StringBuilder("identities:\n");
        for (int i = 0; i < CALLERS; i++) {
            identities.append("  - {token: %s, subject: reader-%d, roles: [reader]}%n".formatted(token(i), i));
        }
        Path callers = Files.writeString(folder.resolve("callers.yaml"), identities);
        return new DoorsServer(ServerProcess.over(
                folder,
                Map.of(
                        "BELVEDERE_CATALOG_FOLDER",
                        folder.toString(),
                        "BELVEDERE_POLICY_FOLDER",
                        policy.toString(),
                        "BELVEDERE_IDENTITY_DEV_FILE",
                        callers.toString(),
                        // One client asks as fast as it can.
                        "BELVEDERE_RATES_REQUESTS_PER_SECOND",
                        "0",
                        DoorsTable.PASSWORD,
                        table.password())));
    }

    private static String token(int client) {
        return "bench-reader-" + client;
    }

    Door ndjson(int client) {
        return new RestDoor(server.port(), token(client), RestDoor.Format.NDJSON);
    }

    Door arrow(int client) {
        return new RestDoor(server.port(), token(client), RestDoor.Format.ARROW);
    }

    Door flight(int client) {
        return new NativeFlightDoor(server.flightPort(), token(client));
    }

    Door flightJdbc(int client) throws SQLException {
        return new JdbcDoor(connect(client), DoorsTable.GOVERNED);
    }

    /** A connection of Apache's driver. */
    Connection connect(int client) throws SQLException {
        Properties properties = new Properties();
        properties.put("token", token(client));
        properties.put("useEncryption", "false");
        return DriverManager.getConnection("jdbc:arrow-flight-sql://127.0.0.1:" + server.flightPort(), properties);
    }

    @Override
    public void close() {
        server.close();
    }
}
