package io.belvedere.model.yaml;

import io.belvedere.model.SourceName;
import io.belvedere.model.source.Connection;
import io.belvedere.model.source.Connection.TlsMode;
import io.belvedere.model.source.FileLocation;
import io.belvedere.model.source.SecretReference;
import io.belvedere.model.source.Shard;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.yaml.References.Resolved;
import io.belvedere.model.yaml.YamlNode.Kind;
import io.belvedere.model.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections of a source's file: variables resolved, passwords as references, every field checked on its own. */
final class ShardReader {
    private final References references;
    private final Places places;
    private final Problems problems;

    ShardReader(Variables variables, Places places, Problems problems) {
        this.references = new References(variables, problems);
        this.places = places;
        this.problems = problems;
    }

    /** The shards; one, with the source's name, for a source that is not split. */
    List<Shard> read(SourceSpec.Body body, Optional<SourceName> source) {
        SourceSpec.ConnectionSpec connection = body.connection();
        SourceKind kind = body.kind();
        if (body.files() != null || (kind != null && kind.isFiles())) {
            return files(body, kind, source);
        }
        if (connection != null && body.shards() != null) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(connection),
                    "A source has a connection or shards, not both; remove one of them.");
        }
        if (places.node(body, "connection").isEmpty()
                && places.node(body, "shards").isEmpty()) {
            problems.add(
                    DiagnosticCode.KEY_MISSING, places.of(body), "The key 'connection' is missing here, or 'shards'.");
        }
        if (connection != null) {
            Optional<Connection> only = connection(connection);
            return only.flatMap(made -> source.map(name -> List.of(new Shard(name.value(), made))))
                    .orElse(List.of());
        }
        return shards(body.shards());
    }

    private List<Shard> files(SourceSpec.Body body, @Nullable SourceKind kind, Optional<SourceName> source) {
        SourceSpec.FilesSpec spec = body.files();
        if (kind == null) {
            return List.of();
        }
        if (!kind.isFiles() || body.connection() != null || body.shards() != null) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(body),
                    "Files are for the kinds duckdb, parquet and csv, and stand instead of connection and shards.");
            return List.of();
        }
        if (spec == null) {
            problems.add(DiagnosticCode.KEY_MISSING, places.of(body), "The key 'files' is missing here.");
            return List.of();
        }
        Optional<String> database = Optional.ofNullable(spec.database());
        if (database.isPresent() != (kind == SourceKind.DUCKDB)) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(spec),
                    "A source of kind duckdb has 'database', the name of its file; one of kind parquet or csv has not.");
            return List.of();
        }
        return problems.attempt(places.of(spec), () -> new FileLocation(SpecValues.orEmpty(spec.folder()), database))
                .flatMap(files -> source.map(name -> List.of(new Shard(name.value(), files))))
                .orElse(List.of());
    }

    private List<Shard> shards(@Nullable List<SourceSpec.ShardSpec> specs) {
        SpecValues.refuseTwice("shard", specs, SourceSpec.ShardSpec::name, places, problems);
        List<Shard> shards = new ArrayList<>();
        Set<String> databases = new HashSet<>();
        for (SourceSpec.ShardSpec spec : SpecValues.present(specs)) {
            SourceSpec.ConnectionSpec connection = spec.connection();
            String name = spec.name();
            if (connection == null || name == null) {
                continue;
            }
            connection(connection).ifPresent(made -> {
                if (!databases.add(place(made))) {
                    problems.add(
                            DiagnosticCode.DUPLICATE_SHARD,
                            places.of(connection),
                            "This is the database of a shard above; its rows would count twice.");
                }
                shards.add(new Shard(name, made));
            });
        }
        return shards;
    }

    private static String place(Connection connection) {
        return connection.host().toLowerCase(Locale.ROOT) + " " + connection.port() + " " + connection.database();
    }

    private Optional<Connection> connection(SourceSpec.ConnectionSpec spec) {
        Optional<String> host = resolve(spec, "host", spec.host(), Connection::requireHost);
        Optional<String> database = resolve(spec, "database", spec.database(), Connection::requireDatabase);
        Optional<String> user = resolve(spec, "user", spec.user(), Connection::requireUser);
        Optional<Integer> port = resolvePort(spec);
        String passwordText = spec.password();
        Optional<SecretReference> password = passwordText == null
                ? Optional.empty()
                : references.password(passwordText, places.of(spec, "password"));
        if (host.isEmpty() || port.isEmpty() || database.isEmpty() || user.isEmpty() || password.isEmpty()) {
            return Optional.empty();
        }
        TlsMode tls = spec.tls() == null ? TlsMode.VERIFY_FULL : spec.tls();
        Connection made = new Connection(host.get(), port.get(), database.get(), user.get(), password.get(), tls);
        if (tls == TlsMode.DISABLED && !made.isLocal()) {
            problems.add(
                    DiagnosticCode.TLS_REQUIRED,
                    places.of(spec, "tls"),
                    "tls may be disabled only for localhost or a loopback address; use verify-full.");
        }
        return Optional.of(made);
    }

    /** A field with its variable resolved, if the contract type takes it. */
    private Optional<String> resolve(
            SourceSpec.ConnectionSpec spec, String key, @Nullable String text, Consumer<String> check) {
        Position at = places.of(spec, key);
        Optional<Resolved> value = text == null ? Optional.empty() : references.resolve(text, at);
        try {
            Optional<String> resolved = value.map(Resolved::text);
            resolved.ifPresent(check);
            return resolved;
        } catch (IllegalArgumentException refused) {
            String message = value.orElseThrow().label() + " is not accepted: " + refused.getMessage() + ".";
            problems.addFirst(DiagnosticCode.VALUE_INVALID, at, message);
            return Optional.empty();
        }
    }

    private Optional<Integer> resolvePort(SourceSpec.ConnectionSpec spec) {
        Optional<YamlNode> node = places.node(spec, "port");
        if (spec.port() == null || !(node.orElse(null) instanceof Scalar scalar)) {
            return Optional.empty();
        }
        boolean number = scalar.kind() == Kind.INTEGER;
        if (!number && !scalar.value().contains("${")) {
            problems.addFirst(
                    DiagnosticCode.VALUE_TYPE,
                    scalar.position(),
                    "A port is a whole number in digits, or ${env:NAME}.");
            return Optional.empty();
        }
        Optional<Resolved> resolved = references.resolve(scalar.value(), scalar.position());
        if (resolved.isEmpty()) {
            return Optional.empty();
        }
        String digits = resolved.get().text();
        int port = digits.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            problems.addFirst(
                    DiagnosticCode.VALUE_INVALID,
                    scalar.position(),
                    resolved.get().label() + " is not accepted: a port is 1 to 65535.");
            return Optional.empty();
        }
        return Optional.of(port);
    }
}
