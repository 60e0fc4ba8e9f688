package io.belvedere.federation.verify;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The FROM items that an expression may name, by alias; those around it too. */
final class Scope {
    /** The columns of a FROM item. */
    interface Columns {
        Term column(String name);
    }

    private final Optional<Scope> around;
    private final Map<String, Columns> items;

    private Scope(Optional<Scope> around, Map<String, Columns> items) {
        this.around = around;
        this.items = items;
    }

    static Scope none() {
        return new Scope(Optional.empty(), Map.of());
    }

    static Scope of(String alias, Columns columns) {
        if (alias.isEmpty()) {
            throw Unproven.because("a table without an alias");
        }
        return new Scope(Optional.empty(), Map.of(alias, columns));
    }

    Scope and(Scope other) {
        Map<String, Columns> all = new LinkedHashMap<>(items);
        other.items.forEach((alias, columns) -> {
            if (all.put(alias, columns) != null) {
                throw Unproven.because("two tables of one alias");
            }
        });
        return new Scope(Optional.empty(), all);
    }

    Scope inside(Scope outer) {
        return new Scope(Optional.of(outer), items);
    }

    Scope changed(UnaryOperator<Term> change) {
        Map<String, Columns> changed = new HashMap<>();
        items.forEach((alias, columns) -> changed.put(alias, name -> change.apply(columns.column(name))));
        return new Scope(Optional.empty(), changed);
    }

    Term column(String alias, String name) {
        Columns columns = items.get(alias);
        if (columns != null) {
            return columns.column(name);
        }
        return around.orElseThrow(() -> Unproven.because("a column of no table"))
                .column(alias, name);
    }
}
