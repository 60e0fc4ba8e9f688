package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.Cron;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.dimension.Refresh;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.Origin;
import io.belvedere.model.yaml.LoadedFile.OfDimension;
import io.belvedere.model.yaml.YamlNode.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of kind Dimension, bound and validated, to all that it says by itself. */
final class DimensionReader {
    private static final List<SourceColumn> ANY_COLUMN = List.of(new SourceColumn(
            new ColumnName("any"),
            "any",
            DataType.Simple.BOOLEAN,
            SpecValues.presence(false),
            SpecValues.keyPart(false),
            Set.of()));

    private final String path;
    private final FileText file;
    private final Places places;
    private final Problems problems;

    DimensionReader(String path, FileText file, Places places, Problems problems) {
        this.path = path;
        this.file = file;
        this.places = places;
        this.problems = problems;
    }

    /** The dimension; empty when the file has a problem, which is then reported. */
    Optional<OfDimension> read(DimensionSpec spec) {
        DimensionSpec.Metadata metadata = spec.metadata();
        DimensionSpec.Body body = spec.spec();
        if (metadata == null || body == null) {
            return Optional.empty();
        }
        Optional<TableName> name = name(metadata);
        Optional<SourceName> source = name(body, "source", body.source()).map(SourceName::new);
        Optional<Contents> contents = source.flatMap(known -> contents(body, known));
        List<SourceColumn> declared = columns(body);
        List<ColumnName> key = key(body);
        Refresh refresh = refresh(body);
        Optional<ChangeSignal> signal = Optional.ofNullable(body.changes()).flatMap(this::signal);
        if (!problems.none() || name.isEmpty() || contents.isEmpty()) {
            return Optional.empty();
        }
        Long rows = body.maxRows();
        Long bytes = body.maxBytes();
        DimensionDraft draft = new DimensionDraft(
                name.get(),
                SpecValues.orEmpty(metadata.description()),
                source.orElseThrow(),
                contents.get(),
                declared,
                key,
                refresh,
                SpecValues.duration(body.maxStaleness(), DimensionDefinition.STALE_MAX_DEFAULT),
                rows == null ? DimensionDefinition.ROWS_MAX_DEFAULT : rows,
                bytes == null ? DimensionDefinition.BYTES_MAX_DEFAULT : bytes,
                signal);
        // With any column for those of a table, to hear what is wrong with the rest of it at its own place.
        Optional<DimensionDefinition> sound = problems.attempt(
                places.of(body, "maxStaleness"), () -> draft.define(declared.isEmpty() ? ANY_COLUMN : declared));
        return sound.map(_ -> new OfDimension(
                path,
                places.of(metadata, "name"),
                places.of(body, "source"),
                places.of(body, "table"),
                places.of(body, "key"),
                places.of(body, "changes"),
                draft));
    }

    private Optional<TableName> name(DimensionSpec.Metadata metadata) {
        String text = metadata.name();
        if (text == null || !text.matches(Forms.VIEW_NAME)) {
            return Optional.empty();
        }
        int dot = text.indexOf('.');
        return problems.attempt(
                places.of(metadata, "name"),
                () -> new TableName(new SourceName(text.substring(0, dot)), text.substring(dot + 1)));
    }

    private Optional<String> name(DimensionSpec.Body body, String key, @Nullable String text) {
        return text == null
                ? Optional.empty()
                : problems.attempt(places.of(body, key), () -> new SourceName(text).value());
    }

    private Optional<Contents> contents(DimensionSpec.Body body, SourceName source) {
        String table = body.table();
        String query = body.query();
        if ((table == null) == (query == null)) {
            problems.addFirst(
                    query == null ? DiagnosticCode.KEY_MISSING : DiagnosticCode.VALUE_INVALID,
                    query == null ? places.of(body) : places.of(body, "query"),
                    "A dimension has a table or a query: exactly one of them.");
            return Optional.empty();
        }
        if (table != null) {
            refuse(body.columns() != null, body, "columns", "The columns of a whole table are those of the table.");
            return problems.attempt(
                    places.of(body, "table"), () -> new Contents.WholeTable(new TableName(source, table)));
        }
        refuse(body.key() != null, body, "key", "Of a query, the columns say key: true.");
        if (body.columns() == null) {
            problems.addFirst(
                    DiagnosticCode.KEY_MISSING, places.of(body), "The key 'columns' is missing here, for the query.");
        }
        return query(body, "query").map(Contents.class::cast);
    }

    private void refuse(boolean wrong, Object spec, String key, String message) {
        if (wrong) {
            problems.addFirst(DiagnosticCode.VALUE_INVALID, places.of(spec, key), message);
        }
    }

    /** The SQL under a key, with the place of its first character. */
    private Optional<Contents.OfQuery> query(Object spec, String key) {
        return places.node(spec, key)
                .filter(Scalar.class::isInstance)
                .map(Scalar.class::cast)
                .filter(scalar -> !scalar.value().isBlank())
                .map(scalar -> {
                    Origin origin = QueryPlace.origin(path, file, scalar);
                    return new Contents.OfQuery(
                            scalar.value().stripTrailing(),
                            spec instanceof DimensionSpec.Body body ? origin.withColumns(columnPlaces(body)) : origin);
                });
    }

    private Map<ColumnName, Origin.Place> columnPlaces(DimensionSpec.Body body) {
        Map<ColumnName, Origin.Place> found = new HashMap<>();
        for (ColumnSpec column : SpecValues.present(body.columns())) {
            String name = column.name();
            if (name != null && SpecValues.isName(name)) {
                Position at = places.of(column, "name");
                found.put(new ColumnName(name), new Origin.Place(at.line(), at.column()));
            }
        }
        return found;
    }

    private List<SourceColumn> columns(DimensionSpec.Body body) {
        SpecValues.refuseTwice("column", body.columns(), ColumnSpec::name, places, problems);
        List<SourceColumn> columns = new ArrayList<>();
        for (ColumnSpec column : SpecValues.present(body.columns())) {
            Optional<ColumnName> name = SpecValues.columnName(column, column.name(), places, problems);
            Optional<DataType> type = SpecValues.type(column, column.type(), places, problems);
            var classes = SpecValues.classes(column, column.classification(), places, problems);
            if (name.isPresent() && type.isPresent()) {
                columns.add(new SourceColumn(
                        name.get(),
                        name.get().value(),
                        type.get(),
                        SpecValues.presence(column.required()),
                        SpecValues.keyPart(column.key()),
                        classes));
            }
        }
        return columns;
    }

    private List<ColumnName> key(DimensionSpec.Body body) {
        List<ColumnName> key = new ArrayList<>();
        List<String> names = body.key() == null ? List.of() : body.key();
        for (int index = 0; index < names.size(); index++) {
            String name = names.get(index);
            if (name != null && SpecValues.isName(name)) {
                ColumnName column = new ColumnName(name);
                if (key.contains(column)) {
                    problems.add(
                            DiagnosticCode.DUPLICATE_NAME,
                            places.ofItem(body, "key", index),
                            "This column stands above already.");
                }
                key.add(column);
            }
        }
        return key;
    }

    private Refresh refresh(DimensionSpec.Body body) {
        DimensionSpec.RefreshSpec refresh = body.refresh();
        if (refresh == null) {
            return DimensionDefinition.REFRESH_DEFAULT;
        }
        String every = refresh.every();
        String cron = refresh.cron();
        if ((every == null) == (cron == null)) {
            problems.addFirst(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(refresh),
                    "A refresh is every or cron: exactly one of them.");
            return DimensionDefinition.REFRESH_DEFAULT;
        }
        Optional<Refresh> read = cron != null
                ? problems.attempt(places.of(refresh, "cron"), () -> new Refresh.At(Cron.parse(cron)))
                : problems.attempt(
                        places.of(refresh, "every"),
                        () -> new Refresh.Every(SpecValues.duration(every, Refresh.Every.INTERVAL_MAX)));
        return read.orElse(DimensionDefinition.REFRESH_DEFAULT);
    }

    private Optional<ChangeSignal> signal(DimensionSpec.ChangesSpec changes) {
        String channel = changes.channel();
        if ((channel == null) == (changes.watermark() == null)) {
            problems.addFirst(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(changes),
                    "Changes are told by channel or watermark: exactly one of them.");
            return Optional.empty();
        }
        if (channel != null) {
            refuse(changes.poll() != null, changes, "poll", "A channel is listened to, not polled.");
            return problems.attempt(places.of(changes, "channel"), () -> new ChangeSignal.Notification(channel));
        }
        Duration poll = SpecValues.duration(changes.poll(), ChangeSignal.Watermark.POLL_DEFAULT);
        return query(changes, "watermark")
                .flatMap(query ->
                        problems.attempt(places.of(changes, "poll"), () -> new ChangeSignal.Watermark(query, poll)));
    }
}
