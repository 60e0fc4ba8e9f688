package io.belvedere.federation.weave;

import io.belvedere.federation.sql.Types;
import io.belvedere.model.Classification;
import io.belvedere.model.DataType;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ColumnContract.Presence;
import io.belvedere.model.view.Declassification;
import io.belvedere.model.view.Origin;
import io.belvedere.model.view.ViewDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;

/** What a body gives against what its contract promises; columns are matched by name, and the query may give them in any order. */
final class ContractCheck {
    private final ViewDefinition view;
    private final BiConsumer<String, String> problems;
    private final AtPlace placed;

    /** Takes a problem that has a place of its own in the view's file. */
    @FunctionalInterface
    interface AtPlace {
        void accept(Origin.Place place, String code, String message);
    }

    /** Problems go to the consumers as code and message: those of a class with their place, the others without one. */
    ContractCheck(ViewDefinition view, BiConsumer<String, String> problems, AtPlace placed) {
        this.view = view;
        this.problems = problems;
        this.placed = placed;
    }

    /** Holds the columns of a body, with the classes each inherits, against the contract. */
    void check(RelDataType row, List<Set<Classification>> classes) {
        List<String> names = row.getFieldNames();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (names.indexOf(name) != i) {
                problems.accept("COLUMN_TWICE", "The query gives column '" + name + "' twice: give each its own name.");
            } else if (find(name).isEmpty()) {
                problems.accept(
                        "COLUMN_UNDECLARED",
                        "The query gives column '" + name
                                + "', which the contract does not list: list it or leave it out.");
            }
        }
        for (ColumnContract column : view.columns()) {
            int index = names.indexOf(column.name().value());
            if (index < 0) {
                problems.accept(
                        "COLUMN_MISSING", "The query gives no column '" + column.name() + "': name one so by AS.");
            } else {
                check(column, row.getFieldList().get(index), classes.get(index));
            }
        }
    }

    private void check(ColumnContract column, RelDataTypeField field, Set<Classification> inherited) {
        Optional<DataType> actual = Types.fromCalcite(field.getType());
        if (actual.isEmpty() || !Types.widens(actual.get(), column.type())) {
            problems.accept(
                    "COLUMN_TYPE_MISMATCH",
                    "Column '" + column.name() + "' is promised as " + column.type() + ", but the query gives "
                            + actual.map(DataType::toString).orElse("a type that no column can have")
                            + ": change the contract or write a CAST.");
        }
        if (column.presence() == Presence.REQUIRED && field.getType().isNullable()) {
            problems.accept(
                    "COLUMN_NULLABLE",
                    "Column '" + column.name() + "' is promised to have a value, but the query may give NULL.");
        }
        Set<Classification> dropped = new TreeSet<>(inherited);
        dropped.removeAll(column.classifications());
        for (Classification each : dropped) {
            if (!view.declassifies(column.name(), each)) {
                placed.accept(
                        view.origin().place(column.name()),
                        "CLASSIFICATION_DROPPED",
                        "Column '" + column.name() + "' is computed from data of class " + each
                                + ", which the contract does not list for it: list it, or declassify the column with a"
                                + " reason and an approval.");
            }
        }
        for (Declassification each : view.declassified()) {
            if (each.column().equals(column.name()) && !inherited.contains(each.classification())) {
                placed.accept(
                        new Origin.Place(each.line(), each.position()),
                        "DECLASSIFICATION_UNUSED",
                        "Column '" + column.name() + "' is not computed from data of class " + each.classification()
                                + ": leave the declassification out, so that it covers nothing later.");
            }
        }
    }

    private Optional<ColumnContract> find(String name) {
        return view.columns().stream()
                .filter(column -> column.name().value().equals(name))
                .findFirst();
    }
}
