package io.belvedere.model.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.belvedere.model.Classification;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.dimension.Refresh;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.InMemory;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.ShardKey;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceLimits;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.source.Split;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.Declassification;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The canonical form of a definition, whose SHA-256 pins it: compact JSON with its keys in the order written here.
 *
 * <p>It is made from the definition, not from the file: defaults are filled in, variables are resolved, sets are sorted, lists keep their
 * order, and white space in texts for people is one space. So the order of keys, comments, quotes and indentation do not
 * change it; anything that changes the contract, the query's text or where a source stands does. A secret is in it only as
 * the place it is found at. The file's name is not in it. {@code form} changes when the form does.
 */
final class CanonicalForm {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CanonicalForm() {}

    static String hash(ViewDefinition view) {
        return sha256(of(view));
    }

    static String hash(SourceDefinition source) {
        return sha256(of(source));
    }

    static String hash(DimensionDefinition dimension) {
        return sha256(of(dimension));
    }

    static String of(DimensionDefinition dimension) {
        ObjectNode form = JSON.objectNode();
        form.put("form", "belvedere.dimension.v1");
        form.put("name", dimension.name().toString());
        form.put("description", oneSpace(dimension.description()));
        form.put("source", dimension.source().value());
        switch (dimension.contents()) {
            case Contents.WholeTable whole -> form.put("table", whole.table().table());
            case Contents.OfQuery query -> form.put("query", query.sql());
        }
        ArrayNode columns = form.putArray("columns");
        dimension.columns().forEach(column -> columns.add(of(column)));
        form.put(
                "refresh",
                switch (dimension.refresh()) {
                    case Refresh.Every(var interval) -> interval.toString();
                    case Refresh.At(var times) -> times.toString();
                });
        form.put("maxStaleness", dimension.staleMax().toString());
        form.put("maxRows", dimension.rowsMax());
        form.put("maxBytes", dimension.bytesMax());
        dimension.signal().ifPresent(signal -> {
            switch (signal) {
                case ChangeSignal.Notification(String channel) -> form.put("notify", channel);
                case ChangeSignal.Watermark(var query, var poll) ->
                    form.put("watermark", query.sql()).put("poll", poll.toString());
            }
        });
        return form.toString();
    }

    static String of(ViewDefinition view) {
        ObjectNode form = JSON.objectNode();
        form.put("form", "belvedere.view.v1");
        form.put("id", view.id().toString());
        form.put("title", oneSpace(view.title()));
        form.put("owner", oneSpace(view.owner()));
        form.put("description", oneSpace(view.description()));
        form.set("tags", sorted(view.tags()));
        form.put("query", view.query());
        ArrayNode columns = form.putArray("columns");
        view.columns().forEach(column -> columns.add(of(column)));
        form.put("timeout", view.limits().timeout().toString());
        form.put("maxRows", view.limits().rowsMax());
        form.put("maxShippedKeys", view.limits().shippedKeysMax());
        // What is left at its default is not written, so that definitions from before it was there keep their hash.
        if (view.limits().onTooManyKeys() != ViewLimits.OnTooManyKeys.SCAN) {
            form.put("onTooManyKeys", view.limits().onTooManyKeys().name());
        }
        if (!view.pushdown().require().isEmpty()) {
            form.set("requirePushdown", sorted(view.pushdown().tables()));
        }
        view.caching()
                .resultsFor()
                .ifPresent(ttl -> form.putObject("cache").putObject("results").put("ttl", ttl.toString()));
        if (!view.declassified().isEmpty()) {
            ArrayNode declassified = form.putArray("declassified");
            view.declassified().stream()
                    .sorted(Comparator.comparing(Declassification::column)
                            .thenComparing(Declassification::classification))
                    .forEach(each -> declassified
                            .addObject()
                            .put("column", each.column().value())
                            .put("class", each.classification().value())
                            .put("reason", oneSpace(each.reason()))
                            .put("approvedBy", oneSpace(each.approvedBy())));
        }
        view.freshness().staleMax().ifPresent(age -> form.put("maxStaleness", age.toString()));
        form.set(
                "mayMiss",
                switch (view.onSourceFailure()) {
                    case OnSourceFailure.Fail _ -> sorted(List.of());
                    case OnSourceFailure.Partial partial -> sorted(partial.allow());
                });
        return form.toString();
    }

    private static ObjectNode of(ColumnContract column) {
        ObjectNode form = JSON.objectNode();
        form.put("name", column.name().value());
        form.put("type", column.type().toString());
        form.put("presence", column.presence().name());
        form.put("key", column.keyPart().name());
        form.set("classes", classes(column.classifications()));
        form.put("description", oneSpace(column.description()));
        return form;
    }

    static String of(SourceDefinition source) {
        ObjectNode form = JSON.objectNode();
        form.put("form", "belvedere.source.v1");
        form.put("name", source.name().value());
        form.put("kind", source.kind().name());
        form.put("description", oneSpace(source.description()));
        ArrayNode shards = form.putArray("shards");
        source.shards().forEach(shard -> shards.add(of(shard)));
        source.split().ifPresent(split -> form.set("split", of(split)));
        ObjectNode tables = form.putObject("tables");
        Map<String, SourceTable> byName = new TreeMap<>();
        source.tables().forEach(table -> byName.put(table.name().table(), table));
        byName.forEach((name, table) -> tables.set(name, of(table)));
        form.put("concurrency", source.limits().concurrency());
        form.put("statementTimeout", source.limits().statementTimeout().toString());
        form.put("maxRows", source.limits().rowsMax());
        if (source.limits().shardsMax() != SourceLimits.SHARDS_DEFAULT) {
            form.put("maxShards", source.limits().shardsMax());
        }
        source.limits().lagMax().ifPresent(lag -> form.put("maxLag", lag.toString()));
        return form.toString();
    }

    private static ObjectNode of(Shard shard) {
        ObjectNode form = JSON.objectNode();
        form.put("name", shard.name());
        switch (shard.location()) {
            case Connection connection -> put(form, connection);
            case InMemory _ -> throw new IllegalStateException("no file says that a source stands in memory");
            case FileLocation files -> {
                form.put("folder", files.folder());
                files.database().ifPresent(database -> form.put("database", database));
            }
        }
        return form;
    }

    private static void put(ObjectNode form, Connection connection) {
        form.put("host", connection.host());
        form.put("port", connection.port());
        form.put("database", connection.database());
        form.put("user", connection.user());
        form.put(
                "password",
                switch (connection.password()) {
                    case SecretReference.Environment environment -> "env:" + environment.variable();
                    case SecretReference.File file -> "file:" + file.path();
                });
        form.put("tls", connection.tls().name());
    }

    private static ObjectNode of(Split split) {
        ObjectNode form = JSON.objectNode();
        switch (split.rule()) {
            case Split.Modulo _ -> form.put("rule", "modulo");
            case Split.Range range -> {
                form.put("rule", "range");
                ArrayNode bounds = form.putArray("bounds");
                range.bounds().forEach(bound -> bounds.add(of(bound)));
            }
            case Split.Listed(Map<ShardKey, Integer> shards) -> {
                form.put("rule", "list");
                Map<String, ArrayNode> byKey = new TreeMap<>();
                shards.forEach((key, shard) -> byKey.put(
                        of(key).toString(), JSON.arrayNode().add(of(key)).add(shard)));
                form.putArray("shards").addAll(byKey.values());
            }
            case Split.Hash(Split.Hash.Function function) -> {
                form.put("rule", "hash");
                form.put("function", function.name());
            }
            case Split.Directory directory -> {
                form.put("rule", "directory");
                form.put("table", directory.table().toString());
                form.put("key", directory.key().value());
                form.put("shard", directory.shard().value());
            }
            case Split.Opaque _ -> form.put("rule", "opaque");
        }
        Map<String, String> keys = new TreeMap<>();
        split.keys().forEach((table, column) -> keys.put(table.table(), column.value()));
        ObjectNode sortedKeys = form.putObject("keys");
        keys.forEach(sortedKeys::put);
        return form;
    }

    private static JsonNode of(ShardKey key) {
        return switch (key) {
            case ShardKey.Whole(long value) -> JSON.numberNode(value);
            case ShardKey.Text(String value) -> JSON.textNode(value);
            case ShardKey.Day(LocalDate value) -> JSON.textNode(value.toString());
        };
    }

    private static ObjectNode of(SourceTable table) {
        ObjectNode form = JSON.objectNode();
        table.remoteSchema().ifPresent(schema -> form.put("schema", schema));
        form.put("remote", table.remoteName());
        ArrayNode columns = form.putArray("columns");
        table.columns().forEach(column -> columns.add(of(column)));
        return form;
    }

    private static ObjectNode of(SourceColumn column) {
        ObjectNode form = JSON.objectNode();
        form.put("name", column.name().value());
        form.put("remote", column.remoteName());
        form.put("type", column.type().toString());
        form.put("presence", column.presence().name());
        form.put("key", column.keyPart().name());
        form.set("classes", classes(column.classifications()));
        return form;
    }

    private static ArrayNode classes(Collection<Classification> classes) {
        return sorted(classes.stream().map(Classification::value).toList());
    }

    private static ArrayNode sorted(Collection<?> values) {
        ArrayNode form = JSON.arrayNode();
        values.stream().map(Object::toString).sorted().forEach(form::add);
        return form;
    }

    private static String oneSpace(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    private static String sha256(String form) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(form.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
