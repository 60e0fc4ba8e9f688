package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.belvedere.server.doors.Rest;
import io.belvedere.server.doors.Rest.Answer;
import io.belvedere.server.main.LogTool;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** The attacks that are procedures. Each leaves the house as it was. */
final class Procedures {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COUNT = "SELECT COUNT(*) AS n FROM {s}.customer";

    private static final int TIMED = 60;
    private static final int TIMES_MAX = 3;

    private Procedures() {}

    static List<Procedure> all() {
        return Stream.concat(onTheHouse().stream(), PolicyProcedures.all().stream())
                .toList();
    }

    private static List<Procedure> onTheHouse() {
        return List.of(
                new Procedure("A43", "a column dropped, or of another type, after it was published", Procedures::drift),
                new Procedure("A50", "probing for names of views, columns and versions", Procedures::names),
                new Procedure("A52", "queries of others and their statements", Procedures::queriesOfOthers),
                new Procedure("A58", "another caller's query id, to see it and to stop it", Procedures::idsOfOthers),
                new Procedure("A76", "what queries leave in files", Procedures::leftovers),
                new Procedure("A91", "YAML that does something", Procedures::hostileYaml),
                new Procedure("A92", "connections with more in them than a host", Procedures::hostileConnections),
                new Procedure("A97", "line breaks and escapes for logs", Procedures::injection),
                new Procedure("A98", "an audit log that was changed", Procedures::changedLog));
    }

    private static void drift(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        Ask ask = Ask.sql("SELECT COUNT(t) AS n FROM {s}.drifting");
        var database = house.database(engine, source);
        awaitStatus(rest, ask, source, 200);
        database.execute("ALTER TABLE drifting DROP COLUMN t");
        Answer dropped = ask.send(rest, "alice", source);
        assertThat(dropped.status()).as(dropped.text()).isEqualTo(503);
        assertThat(dropped.json().path("code").asText()).isEqualTo("SCHEMA_DRIFT");
        // Another column under its name, of another type: what stands in it was never classified.
        database.execute("ALTER TABLE drifting ADD COLUMN t BIGINT");
        Answer retyped = Ask.sql("SELECT t || '' AS t FROM {s}.drifting").send(rest, "alice", source);
        assertThat(retyped.status()).as(retyped.text()).isEqualTo(503);
        database.execute("ALTER TABLE drifting DROP COLUMN t", "ALTER TABLE drifting ADD COLUMN t VARCHAR(20)");
        awaitStatus(rest, ask, source, 200);
    }

    private static void names(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        for (List<String> pair : List.of(
                List.of("SELECT id FROM vault.{s}_customer", "SELECT id FROM vault.{s}_customex"),
                List.of("SELECT id FROM vault.{s}_customer", "SELECT id FROM nosuch.{s}_customer"),
                List.of("SELECT nosuch FROM vault.{s}_customer", "SELECT nosuch FROM vault.{s}_customex"),
                List.of("SELECT id FROM vault.\"{s}_customer@1.0.0\"", "SELECT id FROM vault.\"{s}_customer@7.0.0\""),
                List.of(
                        "SELECT c.id FROM {s}.customer c JOIN vault.{s}_customer v ON c.id = v.id",
                        "SELECT c.id FROM {s}.customer c JOIN vault.{s}_nosuch v ON c.id = v.id"),
                List.of("SELECT code FROM {s}.customer", "SELECT codx FROM {s}.customer"),
                List.of("SELECT id FROM {s}.customer WHERE code = 'x'", "SELECT id FROM {s}.customer WHERE codx = 'x'"),
                List.of(
                        "SELECT c.code FROM {s}.customer c ORDER BY c.code",
                        "SELECT c.codx FROM {s}.customer c ORDER BY c.codx"),
                List.of("EXPLAIN SELECT id FROM vault.{s}_customer", "EXPLAIN SELECT id FROM vault.{s}_nosuch"))) {
            for (String caller : List.of("alice", "mallory")) {
                same(rest, caller, Ask.sql(pair.getFirst()), Ask.sql(pair.getLast()), source);
            }
        }
        requireLikeTimes(rest, source);
        for (String path : List.of("", "/rows", "@1.0.0", "@1/rows?limit=1")) {
            same(
                    rest,
                    "alice",
                    new Ask.Get("/api/v1/views/vault.{s}_customer" + path),
                    new Ask.Get("/api/v1/views/vault.{s}_customex" + path),
                    source);
        }
        for (String filter : List.of("code=1", "code.ge=1", "columns=code", "order=code", "code.null=true")) {
            String path = "/api/v1/views/{s}.customer/rows?" + filter;
            same(rest, "alice", new Ask.Get(path), new Ask.Get(path.replace("code", "codx")), source);
        }
    }

    /** Asked in turns; a bound that only work which one of them is spared would break. */
    private static void requireLikeTimes(Rest rest, Source source) throws Exception {
        List<Long> hidden = new ArrayList<>();
        List<Long> absent = new ArrayList<>();
        for (int i = 0; i < TIMED; i++) {
            hidden.add(nanos(rest, Ask.sql("SELECT id FROM vault.{s}_customer"), source));
            absent.add(nanos(rest, Ask.sql("SELECT id FROM vault.{s}_customex"), source));
        }
        assertThat(median(hidden)).isLessThan(TIMES_MAX * median(absent));
        assertThat(median(absent)).isLessThan(TIMES_MAX * median(hidden));
    }

    private static long nanos(Rest rest, Ask ask, Source source) throws Exception {
        long begin = System.nanoTime();
        assertThat(ask.send(rest, "alice", source).status()).isEqualTo(404);
        return System.nanoTime() - begin;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    /** Refused in the same words and with the same headers, but for the name that was asked for. */
    private static void same(Rest rest, String caller, Ask hidden, Ask absent, Source source) throws Exception {
        Answer first = hidden.send(rest, caller, source);
        Answer second = absent.send(rest, caller, source);
        assertThat(first.status()).as("%s: %s", caller, hidden).isIn(400, 404);
        assertThat(nameless(first)).as("%s: %s", caller, hidden).isEqualTo(nameless(second));
    }

    private static String nameless(Answer answer) {
        return SameBytes.of(answer)
                .replaceAll("(vault|nosuch)\\.(\\\\\"|)(pg|my)_[a-z]+", "VIEW")
                .replaceAll("'(code|codx)'", "COLUMN")
                .replaceAll("@[0-9.]+", "@V");
    }

    private static void queriesOfOthers(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        Answer secret = Ask.sql("SELECT id FROM {s}.customer WHERE ssn = 'CANARY-typed'")
                .send(rest, "carol", source);
        assertThat(secret.status()).isEqualTo(200);
        String id = secret.queryId().toString();
        for (String caller : List.of("alice", "bob", "mallory", "rita")) {
            assertThat(new Ask.Get("/api/v1/queries").send(rest, caller, source).text())
                    .as(caller)
                    .doesNotContain(id);
        }
        assertThat(new Ask.Get("/api/v1/queries").send(rest, "carol", source).text())
                .contains(id);
        Answer operator = new Ask.Get("/api/v1/queries/" + id).send(rest, "olga", source);
        assertThat(operator.text()).contains("\"statement\"").doesNotContain(Canaries.WORD);
        assertThat(new Ask.Get("/api/v1/metrics").send(rest, "alice", source).status())
                .isEqualTo(404);
        assertThat(new Ask.Get("/api/v1/catalog/problems")
                        .send(rest, "alice", source)
                        .status())
                .isEqualTo(404);
    }

    private static void idsOfOthers(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        String id = Ask.sql(COUNT).send(rest, "alice", source).queryId().toString();
        String never = "01a205c0-3163-7aba-ae6c-dfa65fed323f";
        assertThat(new Ask.Get("/api/v1/queries/" + id)
                        .send(rest, "alice", source)
                        .status())
                .isEqualTo(200);
        for (String caller : List.of("bob", "carol", "mallory")) {
            for (List<Ask> pair : List.<List<Ask>>of(
                    List.of(new Ask.Get("/api/v1/queries/" + id), new Ask.Get("/api/v1/queries/" + never)),
                    List.of(new Ask.Delete("/api/v1/queries/" + id), new Ask.Delete("/api/v1/queries/" + never)))) {
                Answer theirs = pair.getFirst().send(rest, caller, source);
                assertThat(theirs.status()).as(caller).isIn(403, 404);
                assertThat(SameBytes.of(theirs))
                        .as(caller)
                        .isEqualTo(SameBytes.of(pair.getLast().send(rest, caller, source)));
            }
        }
    }

    private static void leftovers(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        Ask join = Ask.sql(
                "SELECT COUNT(*) AS n, MAX(c.ssn) AS s FROM {s}.customer c JOIN {o}.customer d ON c.note = d.note");
        assertThat(join.send(rest, "carol", source).text()).contains(Canaries.WORD);
        Path spill = house.server(engine).folder().resolve("spill");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spill)))
                .isEqualTo("rwx------");
        assertThat(Canaries.filesWith(house.server(engine).folder())).isEmpty();
        // What one query put into the engine is not there for the next.
        Answer next = Ask.sql("SELECT * FROM f0").send(rest, "alice", source);
        assertThat(next.json().path("code").asText()).isEqualTo("VIEW_NOT_FOUND");
    }

    private static void hostileYaml(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        String head =
                "apiVersion: belvedere.io/v1\nkind: View\nmetadata: {name: %s.evil, version: 1.0.0, title: E, owner: e}\n"
                        .formatted(source.domain());
        StringBuilder deep = new StringBuilder();
        deep.append("a: ").append("[".repeat(500)).append("]".repeat(500));
        quarantined(
                house,
                engine,
                "views",
                List.of(
                        head + "spec: &a [*a, *a]\n",
                        head
                                + "spec: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1:1/\"]]]]\n",
                        head + "spec:\n  query: SELECT 1\n  query: SELECT 2\n",
                        head + "spec: {<<: {query: SELECT 1}}\n",
                        head + "---\n" + head,
                        head + "spec: {{ template }}\n",
                        head.replace(".evil", ".../../evil") + "spec: {query: SELECT 1}\n",
                        head + deep + "\n",
                        head + "# " + "x".repeat(5 << 20)));
        assertThat(Ask.sql(COUNT).send(house.rest(engine), "alice", source).status())
                .isEqualTo(200);
    }

    private static void hostileConnections(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        String kind = source == Source.MARIADB ? "mariadb" : "postgresql";
        List<String> connections = List.of(
                "{host: 127.0.0.1, port: 1, database: \"db?allowLoadLocalInfile=true\", user: u, password: \"${env:X}\", tls: disabled}",
                "{host: 127.0.0.1, port: 1, database: \"db%26socketFactory=x\", user: u, password: \"${env:X}\", tls: disabled}",
                "{host: \"127.0.0.1:1/db?x=\", port: 1, database: db, user: u, password: \"${env:X}\", tls: disabled}",
                "{host: \"(host=a)(port=1)\", port: 1, database: db, user: u, password: \"${env:X}\", tls: disabled}",
                "{host: a, port: 1, database: db, user: \"u&socketFactory=x\", password: literal, tls: disabled}",
                "{host: a, port: 1, database: db, user: u, password: \"${env:X}\", tls: disabled, autoDeserialize: true}",
                "{url: \"jdbc:mysql://a/db?autoDeserialize=true\"}");
        List<String> files = new ArrayList<>();
        for (String connection : connections) {
            files.add(
                    "apiVersion: belvedere.io/v1\nkind: Source\nmetadata: {name: evil}\nspec:\n  kind: " + kind
                            + "\n  connection: " + connection
                            + "\n  tables:\n    - name: t\n      columns:\n        - {name: id, type: bigint, required: true}\n");
        }
        quarantined(house, engine, "sources", files);
    }

    /** Each file alone is a problem with a place, and the rest serves on. */
    private static void quarantined(AttackedHouse house, PolicyEngine engine, String kind, List<String> files)
            throws Exception {
        Rest rest = house.rest(engine);
        Path folder = house.server(engine).folder().resolve(kind);
        List<Path> written = new ArrayList<>();
        try {
            for (int i = 0; i < files.size(); i++) {
                written.add(Files.writeString(folder.resolve("evil-" + i + ".yaml"), files.get(i)));
            }
            await("every hostile file is a problem", () -> {
                JsonNode problems =
                        rest.get("tok-olga", "/api/v1/catalog/problems").json().path("problems");
                return written.stream()
                        .allMatch(file -> problems.findValuesAsText("file").stream()
                                .anyMatch(
                                        name -> name.endsWith(file.getFileName().toString())));
            });
        } finally {
            for (Path file : written) {
                Files.deleteIfExists(file);
            }
        }
        await(
                "they are gone",
                () -> !rest.get("tok-olga", "/api/v1/catalog/problems").text().contains("evil-"));
    }

    private static void injection(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        Rest rest = house.rest(engine);
        String escape = "\u001b[2J\r\n2026-01-01 INFO forged-line \u202e \"}";
        String body = Ask.MAPPER.writeValueAsString(Map.of("sql", Ask.filled(COUNT, source), "purpose", escape));
        Answer purpose =
                new Ask.Post("/api/v1/query", Map.of("Content-Type", Ask.JSON), body).send(rest, "alice", source);
        assertThat(purpose.status()).isIn(200, 400);
        HttpRequest.Builder agent = rest.request("tok-alice", "/api/v1/views")
                .header("User-Agent", "forged-line\t\u00a0".repeat(100))
                .GET();
        assertThat(rest.send(agent).status()).isIn(200, 400);
        HttpRequest.Builder huge = rest.request("tok-alice", "/api/v1/views")
                .header("User-Agent", "x".repeat(1 << 20))
                .GET();
        assertThat(statusOrClosed(huge)).isIn(431, 400);
        Answer name = Ask.sql("SELECT \"\u001b[2J\" AS n FROM {s}.customer").send(rest, "alice", source);
        assertThat(name.status()).isEqualTo(400);
        assertThat(house.server(engine).log()).doesNotContain("forged-line", "\u001b", "\u202e");
    }

    /** One bit of a copy of the log, in the record of a request that the attacker sent. */
    private static void changedLog(AttackedHouse house, PolicyEngine engine, Source source) throws Exception {
        String id = Ask.sql(COUNT)
                .send(house.rest(engine), "alice", source)
                .queryId()
                .toString();
        Path copy = house.server(engine).folder().resolveSibling("copy-" + engine + source);
        Path audit = house.server(engine).folder().resolve("audit");
        boolean changed = false;
        for (Path file : files(audit)) {
            Path target = copy.resolve("audit").resolve(audit.relativize(file).toString());
            Files.createDirectories(target.getParent());
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(id);
            if (at >= 0) {
                bytes[at] ^= 1;
                changed = true;
            }
            Files.write(target, bytes);
        }
        assertThat(changed).as("the request is in the log").isTrue();
        assertThatThrownBy(() -> LogTool.verify(copy)).isInstanceOf(AssertionError.class);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** On a connection of its own: a server may close one on which too much comes before it has read all of it. */
    private static int statusOrClosed(HttpRequest.Builder request) throws InterruptedException {
        try (HttpClient alone =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return alone.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException closed) {
            return 431;
        }
    }

    private static void awaitStatus(Rest rest, Ask ask, Source source, int status) throws Exception {
        await(ask + " gives " + status, () -> ask.send(rest, "alice", source).status() == status);
    }

    private static void await(String what, Callable<Boolean> holds) throws Exception {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(giveUp);
            Thread.sleep(50);
        }
    }
}
