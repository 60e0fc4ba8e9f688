package io.belvedere.server.attack;

import io.belvedere.server.doors.Rest;
import io.belvedere.server.main.ServedSample;
import io.belvedere.testkit.OpaServer;
import io.belvedere.testkit.TestDatabases;
import io.belvedere.testkit.TestDatabases.Fresh;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The attacked house: PostgreSQL and MariaDB with the same poisoned rows, and two packaged servers over them. One decides by the policy in
 * its own process and stands in world one, the other by an OPA server in world two: an answer must be the same from both, so each attack
 * also holds the engines of policy and the two worlds against each other. Started once for all attacks; closing it stops everything.
 */
final class AttackedHouse implements AutoCloseable {
    private final List<Fresh> databases = new ArrayList<>();
    private final Map<PolicyEngine, ServedSample> servers = new EnumMap<>(PolicyEngine.class);
    private final Map<PolicyEngine, Map<Source, Fresh>> worlds = new EnumMap<>(PolicyEngine.class);
    private final Map<PolicyEngine, HuntedWorld> hunted = new EnumMap<>(PolicyEngine.class);
    private final OtlpEar spans;
    private final OtlpEar lines;
    private final OpaServer opa;
    private final PolicyTap tap;

    private AttackedHouse(OtlpEar spans, OtlpEar lines, OpaServer opa, PolicyTap tap) {
        this.spans = spans;
        this.lines = lines;
        this.opa = opa;
        this.tap = tap;
    }

    static AttackedHouse open(Path folder) throws Exception {
        Path first = folder.resolve(PolicyEngine.EMBEDDED.name());
        Path second = folder.resolve(PolicyEngine.OPA_SERVER.name());
        Map<Source, Fresh> one = load(World.ONE);
        Map<Source, Fresh> two = load(World.TWO);
        AttackedCatalog.write(first, one);
        AttackedCatalog.write(second, two);
        OpaServer opa = OpaServer.start(
                Path.of("..", "policy", "src", "main", "rego").toString(),
                second.resolve("policy/data.json").toString());
        AttackedHouse house = new AttackedHouse(OtlpEar.open(), OtlpEar.open(), opa, PolicyTap.open(opa.address()));
        house.databases.addAll(one.values());
        house.databases.addAll(two.values());
        house.worlds.put(PolicyEngine.EMBEDDED, one);
        house.worlds.put(PolicyEngine.OPA_SERVER, two);
        try {
            house.hunted.put(PolicyEngine.EMBEDDED, HuntedWorld.open(World.ONE, first));
            house.hunted.put(PolicyEngine.OPA_SERVER, HuntedWorld.open(World.TWO, second));
            house.serve(PolicyEngine.EMBEDDED, first, List.of());
            house.serve(
                    PolicyEngine.OPA_SERVER,
                    second,
                    List.of("-Dbelvedere.policy.folder=", "-Dbelvedere.policy.opa.address=" + house.tap.address()));
            for (ServedSample server : house.servers.values()) {
                server.awaitHealth(200);
            }
            return house;
        } catch (IOException | SQLException | RuntimeException | AssertionError | InterruptedException failure) {
            house.close();
            throw failure;
        }
    }

    private static Map<Source, Fresh> load(World world) throws SQLException {
        Map<Source, Fresh> loaded = new EnumMap<>(Source.class);
        for (Source source : Source.values()) {
            Fresh database = source == Source.MARIADB
                    ? TestDatabases.freshMariaDb("attacked")
                    : TestDatabases.freshPostgres("attacked");
            PoisonedRows.create(database, source, world);
            loaded.put(source, database);
        }
        return loaded;
    }

    private void serve(PolicyEngine engine, Path folder, List<String> more) throws IOException {
        Map<String, String> passwords = new HashMap<>(hunted.get(engine).secrets());
        worlds.get(engine)
                .forEach((source, database) -> passwords.put(source.name() + "_PASSWORD", database.password()));
        Files.createDirectories(folder.resolve("tmp"));
        List<String> settings = new ArrayList<>(List.of(
                "-Xmx640m",
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "-Dbelvedere.tracing.endpoint=" + spans.address("/v1/traces"),
                "-Dbelvedere.logging.endpoint=" + lines.address("/v1/logs")));
        settings.addAll(more);
        servers.put(engine, ServedSample.over(folder, passwords, settings));
    }

    Rest rest(PolicyEngine engine) {
        return new Rest(server(engine).base());
    }

    ServedSample server(PolicyEngine engine) {
        return servers.get(engine);
    }

    /** The databases of the generated queries in the world of this engine. */
    HuntedWorld hunted(PolicyEngine engine) {
        return hunted.get(engine);
    }

    Fresh database(PolicyEngine engine, Source source) {
        return worlds.get(engine).get(source);
    }

    /** What stands between the second server and its OPA server. */
    PolicyTap tap() {
        return tap;
    }

    /** Gives whoever decides for this server another {@code data.json}; only its roles count at the OPA server. */
    void putPolicy(PolicyEngine engine, String data) throws IOException, InterruptedException {
        switch (engine) {
            case EMBEDDED -> Files.writeString(server(engine).folder().resolve("policy/data.json"), data);
            case OPA_SERVER -> {
                String roles = Ask.MAPPER.readTree(data).at("/belvedere/roles").toString();
                HttpRequest put = HttpRequest.newBuilder(opa.address().resolve("/v1/data/belvedere/roles"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(roles))
                        .build();
                try (HttpClient client = HttpClient.newHttpClient()) {
                    int status = client.send(put, HttpResponse.BodyHandlers.discarding())
                            .statusCode();
                    if (status != 204) {
                        throw new IOException("OPA takes no roles: " + status);
                    }
                }
            }
        }
    }

    /** Everything that the servers have sent as spans. */
    OtlpEar spans() {
        return spans;
    }

    /** Everything that the servers have sent as lines of their logs. */
    OtlpEar lines() {
        return lines;
    }

    @Override
    public void close() throws SQLException {
        servers.values().forEach(ServedSample::close);
        tap.close();
        opa.close();
        spans.close();
        lines.close();
        for (HuntedWorld world : hunted.values()) {
            world.close();
        }
        for (Fresh database : databases) {
            database.close();
        }
    }
}
