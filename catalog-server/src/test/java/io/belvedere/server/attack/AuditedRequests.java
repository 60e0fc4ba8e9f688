package io.belvedere.server.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.belvedere.server.main.LogTool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The records of a server's log by request, in their order. */
record AuditedRequests(Map<String, List<String>> types) {
    private static final Pattern RECORD = Pattern.compile("/[0-9]+  (decision|outcome)  .*\\breq ([0-9a-f-]{36})");

    static AuditedRequests of(Path server) throws IOException, InterruptedException {
        LogTool.verify(server);
        Map<String, List<String>> types = new HashMap<>();
        LogTool.show(server, "--last", "999999").lines().forEach(line -> {
            Matcher record = RECORD.matcher(line);
            if (record.find()) {
                types.computeIfAbsent(record.group(2), _ -> new ArrayList<>()).add(record.group(1));
            }
        });
        return new AuditedRequests(types);
    }

    /** One decision, then one outcome, and nothing else, for each of them. */
    void requireOnePairEach(Map<String, String> requests) {
        requests.forEach((id, request) ->
                assertThat(types.getOrDefault(id, List.of())).as(request).containsExactly("decision", "outcome"));
    }
}
