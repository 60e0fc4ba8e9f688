package io.belvedere.model.yaml;

import io.belvedere.model.ColumnName;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.ChangeSignal;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceKind;
import io.belvedere.model.source.SourceTable;
import io.belvedere.model.yaml.LoadedFile.OfDimension;
import io.belvedere.model.yaml.LoadedFile.OfSource;
import io.belvedere.model.yaml.LoadedFile.OfView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Dimensions against the sources and views of their catalog: what they name must be there, and what they are named must be free. */
final class DimensionCheck {
    private final Catalog tables;
    private final Set<String> views;

    private DimensionCheck(Catalog tables, Set<String> views) {
        this.tables = tables;
        this.views = views;
    }

    /** A file that cannot be served beside the others. */
    record Refusal(OfDimension file, Position at, DiagnosticCode code, String message) {}

    static List<Refusal> faults(List<OfDimension> dimensions, List<OfSource> sources, List<OfView> views) {
        DimensionCheck check = new DimensionCheck(
                new Catalog(sources.stream().map(OfSource::source).toList(), List.of()),
                views.stream().map(file -> file.view().id().name().toString()).collect(Collectors.toSet()));
        List<Refusal> faults = new ArrayList<>();
        dimensions.forEach(file -> check.fault(file).ifPresent(faults::add));
        return faults;
    }

    /** The dimension with its columns; empty when its table is not there. */
    static Optional<DimensionDefinition> define(DimensionDraft draft, Catalog tables) {
        return switch (draft.contents()) {
            case Contents.WholeTable(TableName table) ->
                tables.findTable(table)
                        .map(SourceTable::columns)
                        .filter(columns -> columns.size() <= DimensionDefinition.COLUMNS_MAX)
                        .map(draft::define);
            case Contents.OfQuery _ -> Optional.of(draft.define(List.of()));
        };
    }

    private Optional<Refusal> fault(OfDimension file) {
        DimensionDraft draft = file.draft();
        if (tables.findTable(draft.name()).isPresent()) {
            return taken(file, "Source '" + draft.name().source() + "' has a table of this name");
        }
        if (views.contains(draft.name().toString())) {
            return taken(file, "There is a view of this name");
        }
        Optional<SourceDefinition> source = tables.findSource(draft.source());
        if (source.isEmpty()) {
            return unknown(file, file.source(), "There is no source '" + draft.source() + "'.");
        }
        if (draft.signal().filter(ChangeSignal.Notification.class::isInstance).isPresent()
                && source.get().kind() != SourceKind.POSTGRESQL) {
            String message = "Only PostgreSQL notifies; name a watermark for this source.";
            return Optional.of(new Refusal(file, file.changes(), DiagnosticCode.VALUE_INVALID, message));
        }
        return draft.contents() instanceof Contents.WholeTable(TableName table) ? table(file, table) : Optional.empty();
    }

    private Optional<Refusal> table(OfDimension file, TableName name) {
        Optional<SourceTable> table = tables.findTable(name);
        if (table.isEmpty()) {
            return unknown(file, file.table(), "Source '" + name.source() + "' has no table '" + name.table() + "'.");
        }
        if (table.get().columns().size() > DimensionDefinition.COLUMNS_MAX) {
            String message = "Table '" + name + "' has more than " + DimensionDefinition.COLUMNS_MAX
                    + " columns; keep what a query over it gives.";
            return Optional.of(new Refusal(file, file.table(), DiagnosticCode.VALUE_INVALID, message));
        }
        Set<ColumnName> columns =
                table.get().columns().stream().map(SourceColumn::name).collect(Collectors.toSet());
        return file.draft().key().stream()
                .filter(column -> !columns.contains(column))
                .findFirst()
                .flatMap(column -> unknown(file, file.key(), "Table '" + name + "' has no column '" + column + "'."));
    }

    private static Optional<Refusal> taken(OfDimension file, String why) {
        String message = why + ", so that a query could mean either; rename the dimension.";
        return Optional.of(new Refusal(file, file.name(), DiagnosticCode.NAME_TAKEN, message));
    }

    private static Optional<Refusal> unknown(OfDimension file, Position at, String message) {
        return Optional.of(new Refusal(file, at, DiagnosticCode.REFERENCE_UNKNOWN, message));
    }
}
