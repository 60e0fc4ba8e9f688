package io.belvedere.model.yaml;

import io.belvedere.model.Classification;
import io.belvedere.model.ColumnName;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.Declassification;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The classes that columns of a view do without, as its file says. */
final class DeclassificationReader {
    private final Places places;
    private final Problems problems;

    DeclassificationReader(Places places, Problems problems) {
        this.places = places;
        this.problems = problems;
    }

    List<Declassification> read(ViewSpec.Metadata metadata, ViewSpec.Body body, List<ColumnContract> columns) {
        List<Declassification> read = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ViewSpec.DeclassifySpec spec : SpecValues.present(body.declassify())) {
            read(metadata, spec, columns).ifPresent(each -> {
                if (!seen.add(each.column() + " " + each.classification())) {
                    problems.add(
                            DiagnosticCode.DUPLICATE_NAME,
                            places.of(spec, "classification"),
                            "This column does without this class above already.");
                }
                read.add(each);
            });
        }
        return read;
    }

    private Optional<Declassification> read(
            ViewSpec.Metadata metadata, ViewSpec.DeclassifySpec spec, List<ColumnContract> columns) {
        String column = spec.column();
        String word = spec.classification();
        String reason = SpecValues.orEmpty(spec.reason());
        String approvedBy = SpecValues.orEmpty(spec.approvedBy());
        if (column == null || word == null || reason.isEmpty() || approvedBy.isEmpty()) {
            return Optional.empty();
        }
        Optional<ColumnName> name = problems.attempt(places.of(spec, "column"), () -> new ColumnName(column));
        Optional<Classification> classification =
                problems.attempt(places.of(spec, "classification"), () -> new Classification(word));
        if (name.isEmpty() || classification.isEmpty()) {
            return Optional.empty();
        }
        requireOther(metadata, spec, approvedBy);
        requireColumn(spec, name.get(), classification.get(), columns);
        Position at = places.of(spec, "column");
        return Optional.of(
                new Declassification(name.get(), classification.get(), reason, approvedBy, at.line(), at.column()));
    }

    /** Two pairs of eyes: who answers for the view cannot be the one who approves. */
    private void requireOther(ViewSpec.Metadata metadata, ViewSpec.DeclassifySpec spec, String approvedBy) {
        if (approvedBy.equalsIgnoreCase(SpecValues.orEmpty(metadata.owner()))) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(spec, "approvedBy"),
                    "The owner of a view does not approve what it does without; somebody else does.");
        }
    }

    private void requireColumn(
            ViewSpec.DeclassifySpec spec,
            ColumnName name,
            Classification classification,
            List<ColumnContract> columns) {
        Optional<ColumnContract> column =
                columns.stream().filter(each -> each.name().equals(name)).findFirst();
        if (column.isEmpty()) {
            problems.add(
                    DiagnosticCode.REFERENCE_UNKNOWN,
                    places.of(spec, "column"),
                    "The contract lists no column of this name.");
        } else if (column.get().classifications().contains(classification)) {
            problems.add(
                    DiagnosticCode.VALUE_INVALID,
                    places.of(spec, "classification"),
                    "The contract lists this class for the column; it is listed or done without, not both.");
        }
    }
}
