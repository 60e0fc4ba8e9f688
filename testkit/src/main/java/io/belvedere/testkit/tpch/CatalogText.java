package io.belvedere.testkit.tpch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Sources and one thin view a table, as the YAML that a steward would write. */
final class CatalogText {
    private static final String LIMITS = "{concurrency: 16, statementTimeout: 5m, maxRows: 100000000}";

    private CatalogText() {}

    /**
     * A source of the catalog and the databases it stands in.
     *
     * @param splitKeys by which column each table is split, when the places are shards
     */
    record Source(String name, String kind, List<Place> places, Map<Relation, String> splitKeys) {}

    static void write(Path folder, List<Source> sources) throws IOException {
        var ofSources = Files.createDirectories(folder.resolve("sources"));
        var ofViews = Files.createDirectories(folder.resolve("views"));
        for (var source : sources) {
            Files.writeString(ofSources.resolve(source.name() + ".yaml"), source(source));
            for (var relation : source.places().getFirst().relations()) {
                Files.writeString(ofViews.resolve(relation.table() + ".yaml"), view(source, relation));
            }
        }
    }

    private static String source(Source source) {
        var text = new StringBuilder("""
                apiVersion: belvedere.io/v1
                kind: Source
                metadata: {name: %s, description: "A part of TPC-H."}
                spec:
                  kind: %s
                """.formatted(source.name(), source.kind()));
        if (source.places().size() == 1) {
            text.append("  connection:\n").append(connection(source.places().getFirst(), 4));
        } else {
            text.append("  shards:\n");
            for (var place : source.places()) {
                text.append("    - name: ").append(place.database()).append("\n      connection:\n");
                text.append(connection(place, 8));
            }
            text.append("  split: {rule: modulo, keys: {")
                    .append(source.splitKeys().entrySet().stream()
                            .map(key -> key.getKey().table() + ": " + key.getValue())
                            .sorted()
                            .collect(Collectors.joining(", ")))
                    .append("}}\n");
        }
        text.append("  tables:\n");
        for (var relation : source.places().getFirst().relations()) {
            text.append("    - name: ").append(relation.table()).append("\n      columns:\n");
            relation.columns().forEach(column -> text.append("  ".repeat(4)).append(column(relation, column)));
        }
        return text.append("  limits: ").append(LIMITS).append('\n').toString();
    }

    private static String connection(Place place, int indent) {
        return """
                host: "${env:%1$s_HOST}"
                port: "${env:%1$s_PORT}"
                database: %2$s
                user: belvedere
                password: "${env:%1$s_PASSWORD}"
                tls: disabled
                """.formatted(Tpch.prefix(place.server()), place.database()).indent(indent);
    }

    private static String column(Relation relation, Relation.Column column) {
        var key = relation.primaryKey().contains(column.name()) ? ", key: true" : "";
        return "- {name: %s, type: \"%s\", required: true%s}%n".formatted(column.name(), column.type(), key);
    }

    private static String view(Source source, Relation relation) {
        var names = relation.columns().stream().map(Relation.Column::name).collect(Collectors.joining(", "));
        var columns = relation.columns().stream()
                .map(column -> "    " + column(relation, column))
                .collect(Collectors.joining());
        return """
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: tpch.%1$s, version: 1.0.0, title: TPC-H %1$s, owner: tpch, description: "The table %1$s of TPC-H."}
                spec:
                  query: |
                    SELECT %2$s
                    FROM %3$s.%1$s
                  columns:
                %4$s  limits: {timeout: 10m, maxRows: 100000000}
                """.formatted(relation.table(), names, source.name(), columns);
    }
}
