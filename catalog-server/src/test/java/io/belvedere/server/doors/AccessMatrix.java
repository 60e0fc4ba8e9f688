package io.belvedere.server.doors;

import static io.belvedere.server.doors.Role.ANALYST;
import static io.belvedere.server.doors.Role.OPERATOR;
import static io.belvedere.server.doors.Role.SERVICE;
import static io.belvedere.server.doors.Role.STEWARD;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who may use which door over HTTP. Whom {@link #ALLOWED} does not list is to be refused. */
final class AccessMatrix {
    static final String LOGOUT = "POST /api/v1/identity/logout";

    private static final String SQL = "{\"sql\": \"SELECT city FROM crm.customer_360\"}";
    private static final String PREVIEW = SQL.replace("}", ", \"caller\": {\"roles\": [\"analyst\"]}}");
    private static final String COMPARE =
            SQL.replace("}", ", \"first\": {\"roles\": [\"analyst\"]}, \"second\": {\"roles\": [\"steward\"]}}");

    /** Each door with the callers it opens for. */
    static final Map<String, Set<Role>> ALLOWED = allowed();

    private AccessMatrix() {}

    private static Map<String, Set<Role>> allowed() {
        Map<String, Set<Role>> allowed = new LinkedHashMap<>();
        allowed.put("POST /api/v1/query", Role.READERS);
        allowed.put("POST /api/v1/export", Set.of(STEWARD));
        allowed.put("POST /api/v1/explain", Role.READERS);
        allowed.put("GET /api/v1/views", Role.KNOWN);
        allowed.put("GET /api/v1/views/crm.customer_360", Role.TOLD);
        allowed.put("GET /api/v1/views/crm.customer_360@1.0", Role.TOLD);
        allowed.put("GET /api/v1/views/crm.customer_360/rows", Role.READERS);
        allowed.put("GET /api/v1/queries", Role.TOLD);
        allowed.put("GET /api/v1/queries/01a205c0-3163-7aba-ae6c-dfa65fed323f", Set.of());
        allowed.put("DELETE /api/v1/queries/01a205c0-3163-7aba-ae6c-dfa65fed323f", Set.of());
        allowed.put("GET /api/v1/catalog/problems", Set.of(OPERATOR));
        allowed.put("GET /api/v1/dimensions", Set.of(OPERATOR));
        allowed.put("POST /api/v1/dimensions/chain.absent/refresh", Set.of());
        allowed.put("POST /api/v1/dimensions/chain.countries/refresh", Set.of(OPERATOR));
        allowed.put("POST /api/v1/explain?analyze=true", Set.of(ANALYST, SERVICE, STEWARD));
        allowed.put("POST /api/v1/policy/preview", Set.of(STEWARD));
        allowed.put("POST /api/v1/policy/compare", Set.of(STEWARD));
        allowed.put("GET /api/v1/metrics", Set.of(OPERATOR));
        allowed.put("GET /api/v1/caches", Set.of(OPERATOR));
        allowed.put("POST /api/v1/caches/decisions/flush", Set.of(OPERATOR));
        allowed.put("POST /api/v1/caches/none/flush", Set.of());
        allowed.put("GET /q/openapi", Role.KNOWN);
        allowed.put("GET /q/metrics", Set.of());
        allowed.put("GET /q/dev-ui", Set.of());
        allowed.put("GET /", Set.of());
        for (String health : List.of("", "/live", "/ready", "/started")) {
            allowed.put("GET /q/health" + health, EnumSet.allOf(Role.class));
        }
        return allowed;
    }

    /** Knocks at every door with every token; gives what was not as it is to be. */
    static List<String> wrong(Rest rest, List<Bearer> bearers) throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Set<Role>> door : ALLOWED.entrySet()) {
            for (Bearer bearer : bearers) {
                Rest.Answer answer = knock(rest, door.getKey(), bearer.token());
                boolean open = door.getValue().contains(bearer.role()) && !bearer.isWrong();
                if (!isRight(answer, open, bearer)) {
                    wrong.add(door.getKey() + " as " + bearer.name() + " gave " + answer.status());
                }
            }
        }
        return wrong;
    }

    /** Whoever is refused for who they are gets the same answer to the letter, whatever door they were at. */
    private static boolean isRight(Rest.Answer answer, boolean open, Bearer bearer) throws IOException {
        int status = answer.status();
        if (open) {
            return status == 200;
        }
        if (bearer.role().isKnown()) {
            return status == 403 || status == 404;
        }
        return status == 401
                && answer.header("WWW-Authenticate").equals("Bearer")
                && answer.json().path("code").asText().equals("NOT_AUTHENTICATED");
    }

    private static String body(String path) {
        return path.endsWith("/preview") ? PREVIEW : path.endsWith("/compare") ? COMPARE : SQL;
    }

    private static Rest.Answer knock(Rest rest, String door, String token) throws IOException, InterruptedException {
        List<String> words = List.of(door.split(" ", 2));
        String path = words.getLast();
        return switch (words.getFirst()) {
            case "POST" -> rest.post(token, "application/json, text/csv;q=0.1", path, body(path));
            case "DELETE" -> rest.delete(token, path);
            case "GET" -> rest.get(token, path);
            default -> throw new IllegalArgumentException(door);
        };
    }

    /** Whether a route such as {@code GET /api/v1/views/{name}} has a door here. */
    static boolean knows(String route) {
        return route.equals(LOGOUT) || ALLOWED.keySet().stream().anyMatch(door -> isThrough(door, route));
    }

    static boolean isThrough(String door, String route) {
        return door.replaceFirst("\\?.*", "").matches(route.replaceAll("\\{[^}]*}", "[^/]+"));
    }
}
