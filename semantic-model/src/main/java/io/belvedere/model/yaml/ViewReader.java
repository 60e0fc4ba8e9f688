package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.SourceName;
import io.belvedere.model.Version;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewName;
import io.belvedere.model.view.Caching;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.Declassification;
import io.belvedere.model.view.Deprecation;
import io.belvedere.model.view.Freshness;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.Pushdown;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.model.yaml.LoadedFile.OfView;
import io.belvedere.model.yaml.YamlNode.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A file of kind View, bound and validated, to a definition. */
final class ViewReader {
    private final Places places;
    private final Problems problems;

    ViewReader(Places places, Problems problems) {
        this.places = places;
        this.problems = problems;
    }

    /** The view; empty when the file has a problem, which is then reported. */
    Optional<OfView> read(String path, FileText file, ViewSpec spec) {
        ViewSpec.Metadata metadata = spec.metadata();
        ViewSpec.Body body = spec.spec();
        Optional<ViewId> id = metadata == null ? Optional.empty() : id(metadata);
        if (body == null || metadata == null) {
            return Optional.empty();
        }
        List<ColumnContract> columns = columns(body);
        ViewLimits limits = limits(body);
        OnSourceFailure onSourceFailure = onSourceFailure(body);
        Pushdown pushdown = pushdown(body);
        Caching caching = caching(body);
        List<Declassification> declassified =
                new DeclassificationReader(places, problems).read(metadata, body, columns);
        Freshness freshness = freshness(body);
        Optional<Deprecation> deprecation = new DeprecationReader(places, problems).read(body, id);
        if (!problems.none() || body.query() == null) {
            return Optional.empty();
        }
        Scalar query = (Scalar) places.node(body, "query").orElseThrow();
        Origin origin = QueryPlace.origin(path, file, query).withColumns(columnPlaces(body));
        Optional<ViewDefinition> view = problems.attempt(
                places.of(body),
                () -> define(
                        id.orElseThrow(),
                        metadata,
                        query,
                        columns,
                        limits,
                        onSourceFailure,
                        pushdown,
                        caching,
                        declassified,
                        freshness,
                        deprecation,
                        origin));
        return view.map(definition ->
                new OfView(path, places.of(metadata, "name"), places.of(metadata, "version"), definition));
    }

    private static ViewDefinition define(
            ViewId id,
            ViewSpec.Metadata metadata,
            Scalar query,
            List<ColumnContract> columns,
            ViewLimits limits,
            OnSourceFailure onSourceFailure,
            Pushdown pushdown,
            Caching caching,
            List<Declassification> declassified,
            Freshness freshness,
            Optional<Deprecation> deprecation,
            Origin origin) {
        ViewDefinition unpinned = new ViewDefinition(
                id,
                SpecValues.orEmpty(metadata.title()),
                SpecValues.orEmpty(metadata.owner()),
                SpecValues.orEmpty(metadata.description()),
                new HashSet<>(metadata.tags() == null ? List.of() : metadata.tags()),
                query.value().stripTrailing(), // the last line end says how the block is written, not what is asked
                columns,
                limits,
                onSourceFailure,
                pushdown,
                caching,
                declassified,
                freshness,
                deprecation,
                "",
                origin);
        return unpinned.withHash(CanonicalForm.hash(unpinned));
    }

    private Optional<ViewId> id(ViewSpec.Metadata metadata) {
        String nameText = metadata.name();
        String versionText = metadata.version();
        Optional<ViewName> name = nameText == null
                ? Optional.empty()
                : problems.attempt(places.of(metadata, "name"), () -> ViewName.parse(nameText));
        Optional<Version> version = versionText == null
                ? Optional.empty()
                : problems.attempt(places.of(metadata, "version"), () -> Version.parse(versionText));
        return name.flatMap(named -> version.map(numbered -> new ViewId(named, numbered)));
    }

    private List<ColumnContract> columns(ViewSpec.Body body) {
        SpecValues.refuseTwice("column", body.columns(), ColumnSpec::name, places, problems);
        List<ColumnContract> columns = new ArrayList<>();
        for (ColumnSpec column : SpecValues.present(body.columns())) {
            column(column).ifPresent(columns::add);
        }
        return columns;
    }

    private Map<ColumnName, Origin.Place> columnPlaces(ViewSpec.Body body) {
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

    private Optional<ColumnContract> column(ColumnSpec column) {
        Optional<ColumnName> name = SpecValues.columnName(column, column.name(), places, problems);
        Optional<DataType> type = SpecValues.type(column, column.type(), places, problems);
        var classes = SpecValues.classes(column, column.classification(), places, problems);
        if (name.isEmpty() || type.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ColumnContract(
                name.get(),
                type.get(),
                SpecValues.presence(column.required()),
                SpecValues.keyPart(column.key()),
                classes,
                SpecValues.orEmpty(column.description())));
    }

    /** The limits; of those that the constraints refused, the default, because then the view is not made. */
    private ViewLimits limits(ViewSpec.Body body) {
        ViewSpec.Limits limits = body.limits();
        ViewLimits byDefault = ViewLimits.DEFAULT;
        if (limits == null) {
            return byDefault;
        }
        Duration timeout = SpecValues.duration(limits.timeout(), byDefault.timeout());
        Optional<ViewLimits> timed = problems.attempt(
                places.of(limits, "timeout"),
                () -> new ViewLimits(timeout, byDefault.rowsMax(), byDefault.shippedKeysMax()));
        if (timed.isEmpty() || !problems.none()) {
            return byDefault;
        }
        Long rows = limits.maxRows();
        Integer keys = limits.maxShippedKeys();
        return new ViewLimits(
                timeout,
                rows == null ? byDefault.rowsMax() : rows,
                keys == null ? byDefault.shippedKeysMax() : keys,
                Objects.requireNonNullElse(limits.onTooManyKeys(), byDefault.onTooManyKeys()));
    }

    private Freshness freshness(ViewSpec.Body body) {
        ViewSpec.FreshnessSpec clause = body.freshness();
        if (clause == null || clause.maxStaleness() == null) {
            return Freshness.UNSAID;
        }
        Duration age = SpecValues.duration(clause.maxStaleness(), Freshness.STALE_MAX);
        return problems.attempt(places.of(clause, "maxStaleness"), () -> new Freshness(Optional.of(age)))
                .orElse(Freshness.UNSAID);
    }

    private Pushdown pushdown(ViewSpec.Body body) {
        ViewSpec.PushdownSpec clause = body.pushdown();
        if (clause == null || clause.require() == null) {
            return Pushdown.NONE;
        }
        List<Pushdown.Required> required = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < clause.require().size(); index++) {
            String table = clause.require().get(index);
            if (table != null) {
                Position at = places.ofItem(clause, "require", index);
                if (!seen.add(table)) {
                    problems.add(DiagnosticCode.DUPLICATE_NAME, at, "This table stands above already.");
                }
                required.add(new Pushdown.Required(table, at.line(), at.column()));
            }
        }
        return new Pushdown(required);
    }

    private Caching caching(ViewSpec.Body body) {
        ViewSpec.ResultsSpec results =
                body.cache() == null ? null : body.cache().results();
        if (results == null || results.ttl() == null) {
            return Caching.NONE;
        }
        return problems.attempt(
                        places.of(results, "ttl"),
                        () -> new Caching(Optional.of(SpecValues.duration(results.ttl(), Caching.RESULTS_MIN))))
                .orElse(Caching.NONE);
    }

    private OnSourceFailure onSourceFailure(ViewSpec.Body body) {
        ViewSpec.OnFailure choice = body.onSourceFailure();
        ViewSpec.Partial partial = choice == null ? null : choice.partial();
        if (partial == null || partial.allow() == null) {
            return new OnSourceFailure.Fail();
        }
        Set<SourceName> allow = new HashSet<>();
        for (int index = 0; index < partial.allow().size(); index++) {
            String name = partial.allow().get(index);
            if (name != null) {
                Position at = places.ofItem(partial, "allow", index);
                problems.attempt(at, () -> new SourceName(name)).ifPresent(allow::add);
            }
        }
        return new OnSourceFailure.Partial(allow);
    }
}
