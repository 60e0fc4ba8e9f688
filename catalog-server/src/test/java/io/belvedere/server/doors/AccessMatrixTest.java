package io.belvedere.server.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.doors.FakeRows.Behaviour;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may use which door. What {@link #ALLOWED} does not list is tested to be refused. */
@QuarkusTest
@QuarkusTestResource(Laptop.class)
class AccessMatrixTest {
    private static final List<String> CALLERS =
            List.of("dev-ana", "dev-stella", "dev-otto", "dev-omar", "dev-sam", "dev-nobody", "");
    private static final String SQL = "{\"sql\": \"SELECT city FROM crm.customer_360\"}";
    private static final String PREVIEW = SQL.replace("}", ", \"caller\": {\"roles\": [\"analyst\"]}}");
    private static final String COMPARE =
            SQL.replace("}", ", \"first\": {\"roles\": [\"analyst\"]}, \"second\": {\"roles\": [\"steward\"]}}");

    /** Each door with the callers it opens for. */
    private static final Map<String, Set<String>> ALLOWED = allowed();

    @TestHTTPResource
    URI base;

    private static Map<String, Set<String>> allowed() {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        allowed.put("POST /api/v1/query", Set.of("dev-ana", "dev-stella"));
        allowed.put("POST /api/v1/explain", Set.of("dev-ana", "dev-stella"));
        allowed.put("GET /api/v1/views", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar", "dev-sam"));
        allowed.put("GET /api/v1/views/crm.customer_360", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar"));
        allowed.put("GET /api/v1/views/crm.customer_360@1.0", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar"));
        allowed.put("GET /api/v1/views/crm.customer_360/rows", Set.of("dev-ana", "dev-stella"));
        allowed.put("GET /api/v1/queries", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar"));
        allowed.put("GET /api/v1/queries/01a205c0-3163-7aba-ae6c-dfa65fed323f", Set.of());
        allowed.put("DELETE /api/v1/queries/01a205c0-3163-7aba-ae6c-dfa65fed323f", Set.of());
        allowed.put("GET /api/v1/catalog/problems", Set.of("dev-omar"));
        allowed.put("POST /api/v1/explain?analyze=true", Set.of("dev-ana", "dev-stella"));
        allowed.put("POST /api/v1/policy/preview", Set.of("dev-stella"));
        allowed.put("POST /api/v1/policy/compare", Set.of("dev-stella"));
        allowed.put("GET /api/v1/metrics", Set.of("dev-omar"));
        allowed.put("GET /q/openapi", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar", "dev-sam"));
        allowed.put("GET /q/metrics", Set.of());
        allowed.put("GET /q/dev-ui", Set.of());
        allowed.put("GET /", Set.of());
        // A wrong token is refused everywhere, also where none is needed.
        allowed.put("GET /q/health/ready", Set.of("dev-ana", "dev-stella", "dev-otto", "dev-omar", "dev-sam", ""));
        return allowed;
    }

    @Test
    void everyDoorOpensForThoseItIsMeantForAndForNobodyElse() throws Exception {
        FakeRows.next = new Behaviour.Give(1);
        RecordingAudit.disk = RecordingAudit.Disk.WORKS;
        Rest rest = new Rest(base);
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Set<String>> door : ALLOWED.entrySet()) {
            for (String caller : CALLERS) {
                int status = knock(rest, door.getKey(), caller);
                boolean known = !caller.isEmpty() && !caller.equals("dev-nobody");
                boolean right = door.getValue().contains(caller)
                        ? status == 200
                        : known ? status == 403 || status == 404 : status == 401;
                if (!right) {
                    wrong.add(door.getKey() + " as '" + caller + "' gave " + status);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String body(String path) {
        return path.endsWith("/preview") ? PREVIEW : path.endsWith("/compare") ? COMPARE : SQL;
    }

    private static int knock(Rest rest, String door, String caller) throws Exception {
        List<String> words = List.of(door.split(" ", 2));
        return switch (words.getFirst()) {
            case "POST" ->
                rest.post(caller, "application/json", words.getLast(), body(words.getLast()))
                        .status();
            case "DELETE" -> rest.delete(caller, words.getLast()).status();
            default -> rest.get(caller, words.getLast()).status();
        };
    }

    @Test
    void pathTricksOpenNothing() throws Exception {
        Rest rest = new Rest(base);
        for (String path : List.of(
                "/q/health/../../api/v1/views",
                "/q/health/%2e%2e/%2e%2e/api/v1/views",
                "/q/health/ready/../../../api/v1/views",
                "//api/v1/views",
                "/api//v1/views",
                "/api/v1/views/",
                "/api/v1/views;x=/q/health",
                "/API/v1/views",
                "/q/health;/x",
                "/q/health%2f..%2f..%2fapi/v1/views")) {
            assertThat(rest.get("", path).status()).as(path).isIn(401, 404, 400);
            assertThat(rest.get("", path).text()).as(path).doesNotContain("customer_360");
        }
    }
}
