package io.belvedere.federation.weave;

import io.belvedere.federation.FederationError;
import io.belvedere.federation.sql.SqlProblem;
import io.belvedere.federation.sql.Types;
import io.belvedere.federation.sql.ValidationErrors;
import io.belvedere.federation.sql.ViewBody;
import io.belvedere.model.ColumnName;
import io.belvedere.model.DataType;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.OnSourceFailure;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.Pushdown;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.model.view.ViewLimits;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.LoadGrant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.schema.Table;

/**
 * Dimensions as views that are never published, over nothing but tables of their source: so that what a dimension asks its source is compiled,
 * planned, proved and run as any query. Asks no source. Safe for use by many threads.
 */
public final class DimensionCompiler {
    private final Catalog tables;

    /** @param catalog of whose sources the dimensions are */
    public DimensionCompiler(Catalog catalog) {
        this.tables = new Catalog(catalog.sources(), List.of());
    }

    /** What is wrong with a dimension's queries, in the order of lines; empty when it can be loaded. */
    public List<Diagnostic> check(DimensionDefinition dimension) {
        List<Diagnostic> problems = new ArrayList<>();
        if (dimension.contents() instanceof Contents.OfQuery) {
            check(dimension, rows(dimension, Duration.ofMinutes(1)), problems);
        }
        dimension.signal().ifPresent(signal -> {
            switch (signal) {
                case ChangeSignal.Notification _ -> {}
                case ChangeSignal.Watermark watermark -> {
                    try {
                        check(dimension, watermark(dimension, watermark), problems);
                    } catch (SqlProblem problem) {
                        Origin origin = watermark.query().origin();
                        Origin.Place place = origin.place(Math.max(1, problem.line()), Math.max(1, problem.column()));
                        problems.add(new Diagnostic(
                                origin.file(),
                                place.line(),
                                place.column(),
                                CatalogCheck.codeOf(problem.code()),
                                problem.words()));
                    }
                }
            }
        });
        return List.copyOf(problems);
    }

    /** The view that gives a dimension's rows; whoever reads them counts them. */
    public ViewDefinition rows(DimensionDefinition dimension, Duration timeout) {
        List<ColumnContract> columns =
                dimension.columns().stream().map(DimensionCompiler::contract).toList();
        String query = switch (dimension.contents()) {
            case Contents.WholeTable whole ->
                "SELECT "
                        + dimension.columns().stream()
                                .map(column -> "\"" + column.name() + "\"")
                                .collect(Collectors.joining(", "))
                        + " FROM \"" + whole.table().source() + "\".\""
                        + whole.table().table() + "\"";
            case Contents.OfQuery asked -> asked.sql();
        };
        return view(dimension, query, origin(dimension), columns, ViewLimits.ROWS_MAX, timeout);
    }

    /**
     * The view that gives a dimension's watermark.
     *
     * @throws SqlProblem when its query cannot be compiled, or gives something without a name or without a type
     */
    public ViewDefinition watermark(DimensionDefinition dimension, ChangeSignal.Watermark watermark) {
        Contents.OfQuery query = watermark.query();
        List<ColumnContract> any = dimension.columns().stream()
                .limit(1)
                .map(DimensionCompiler::contract)
                .toList();
        ViewDefinition untyped = view(dimension, query.sql(), query.origin(), any, 2, watermark.poll());
        ViewBody body = ViewBody.read(untyped, tables);
        List<ColumnContract> columns = new ArrayList<>();
        try {
            for (RelDataTypeField field : new Compiler()
                    .validate(body.tree(Instant.EPOCH), tablesOf(body))
                    .rowType()
                    .getFieldList()) {
                columns.add(contract(field));
            }
        } catch (SqlProblem known) {
            throw known;
        } catch (RuntimeException | AssertionError invalid) {
            throw ValidationErrors.toProblem(invalid);
        }
        return view(dimension, query.sql(), query.origin(), columns, 2, watermark.poll());
    }

    /** The sources that the view may ask, and nothing else. */
    public Catalog catalog(ViewDefinition load) {
        return new Catalog(tables.sources(), List.of(load));
    }

    private void check(DimensionDefinition dimension, ViewDefinition load, List<Diagnostic> problems) {
        CatalogCheck check = new CatalogCheck(tables);
        boolean sound = check.isSound(load);
        problems.addAll(check.problems());
        if (sound) {
            ViewBody.read(load, tables).tables().forEach((path, target) -> {
                if (target instanceof ViewBody.Target.Leaf(var source, var _, var _)
                        && !source.name().equals(dimension.source())) {
                    problems.add(new Diagnostic(
                            load.origin().file(),
                            load.origin().queryLine(),
                            load.origin().queryColumn(),
                            "DIMENSION_OTHER_SOURCE",
                            "A dimension asks one source; '" + String.join(".", path) + "' is not of '"
                                    + dimension.source() + "'."));
                }
            });
        }
    }

    private static Map<List<String>, Table> tablesOf(ViewBody body) {
        Map<List<String>, Table> found = new LinkedHashMap<>();
        body.tables().forEach((path, target) -> {
            if (target instanceof ViewBody.Target.Leaf(var source, var table, var _)) {
                found.put(path, new SourceRelTable(source, table));
            }
        });
        return found;
    }

    private static ColumnContract contract(SourceColumn column) {
        return new ColumnContract(
                column.name(), column.type(), column.presence(), column.keyPart(), column.classifications(), "");
    }

    private static ColumnContract contract(RelDataTypeField field) {
        Optional<DataType> type = Types.fromCalcite(field.getType());
        if (type.isEmpty() || !field.getName().matches("[a-z][a-z0-9_]*")) {
            throw new SqlProblem(
                    FederationError.QUERY_INVALID, 1, 1, "A watermark gives values with a name: add AS.", null);
        }
        return new ColumnContract(
                new ColumnName(field.getName()), type.get(), Presence.OPTIONAL, KeyPart.NONE, Set.of(), "");
    }

    private static Origin origin(DimensionDefinition dimension) {
        return switch (dimension.contents()) {
            case Contents.WholeTable _ -> new Origin("dimensions", 1, 1);
            case Contents.OfQuery query -> query.origin();
        };
    }

    private static ViewDefinition view(
            DimensionDefinition dimension,
            String query,
            Origin origin,
            List<ColumnContract> columns,
            long rowsMax,
            Duration timeout) {
        ViewName name =
                new ViewName(dimension.name().source().value(), dimension.name().table());
        return new ViewDefinition(
                new ViewId(name, LoadGrant.UNPUBLISHED),
                "",
                "",
                "",
                Set.of(),
                query,
                columns,
                new ViewLimits(timeout, rowsMax, 0),
                new OnSourceFailure.Fail(),
                Pushdown.NONE,
                dimension.hash(),
                origin);
    }
}
