package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Syntax.From;
import io.belvedere.federation.verify.Syntax.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A statement as leaves, conditions and values. */
final class StatementReader {
    private final Product product;
    /** What a name after FROM is. */
    private final Leaf.Kind tables;

    private final Set<String> values;

    /**
     * @param tables tables of a source, or steps in the engine
     * @param values steps whose one value may be read in an expression
     */
    StatementReader(Product product, Leaf.Kind tables, Set<String> values) {
        this.product = product;
        this.tables = tables;
        this.values = Set.copyOf(values);
    }

    Part read(Query query) {
        return read(query, Scope.none());
    }

    Part read(Query query, Scope outer) {
        return switch (query) {
            case Syntax.Select select -> select(select, outer).part();
            case Syntax.Compound(String word, List<Query> branches) -> {
                Leaf leaf = new Leaf(
                        Leaf.Kind.SET,
                        word,
                        branches.stream().map(branch -> read(branch, outer)).toList(),
                        List.of());
                List<Term> columns = new ArrayList<>();
                for (int i = 0; i < leaf.parts().getFirst().columns().size(); i++) {
                    columns.add(new Term.Column(leaf, "#" + i));
                }
                yield Part.of(leaf, columns);
            }
        };
    }

    /** The step whose one value a query in an expression reads. */
    String value(Query query) {
        boolean one = query instanceof Syntax.Select select
                && select.items().size() == 1
                && select.items().getFirst().value() instanceof Syntax.Name(String alias, String column)
                && alias.isEmpty()
                && column.equals("c0")
                && select.from().isPresent()
                && select.from().get() instanceof Syntax.Table(List<String> path, String none)
                && none.isEmpty()
                && path.size() == 1
                && values.contains(path.getFirst())
                && select.where().isEmpty()
                && select.groups().isEmpty()
                && select.order().isEmpty()
                && select.rows().isEmpty()
                && select.offset().isEmpty();
        if (!one) {
            throw Unproven.because("a query in an expression that is no step's value");
        }
        return ((Syntax.Table) ((Syntax.Select) query).from().orElseThrow())
                .path()
                .getFirst();
    }

    private record Named(Part part, Map<String, Term> names) {}

    private record Source(Part part, Scope scope) {}

    private Named select(Syntax.Select select, Scope outer) {
        Source from = select.from()
                .map(item -> from(item, outer))
                .orElseGet(() -> new Source(new Part(List.of(), List.of(), List.of()), Scope.none()));
        Scope scope = from.scope().inside(outer);
        StatementTerms below = new StatementTerms(product, this, scope, from.part());
        Part rows = from.part().with(plain(select.where().map(below::conditions).orElse(List.of())));
        StatementTerms terms = new StatementTerms(product, this, scope, rows);
        List<Term> items =
                terms.terms(select.items().stream().map(Syntax.Item::value).toList());
        List<Term> order = terms.terms(select.order());
        boolean aggregates = select.groups().isPresent()
                || items.stream().anyMatch(StatementReader::aggregates)
                || order.stream().anyMatch(StatementReader::aggregates);
        Part part = rows.giving(items);
        if (aggregates) {
            Set<Term> keys = new HashSet<>();
            select.groups().orElse(List.of()).forEach(set -> keys.addAll(terms.terms(set)));
            Leaf group = new Leaf(Leaf.Kind.GROUP, "", List.of(rows.giving(List.of())), List.copyOf(keys));
            order = Term.above(group, order);
            part = Part.of(group, Term.above(group, items));
        }
        part = limited(select, part, order, terms);
        Map<String, Term> names = new HashMap<>();
        for (int i = 0; i < part.columns().size(); i++) {
            names.put(select.items().get(i).name(), part.columns().get(i));
        }
        return new Named(part, names);
    }

    private Part limited(Syntax.Select select, Part part, List<Term> order, StatementTerms terms) {
        String rows = select.rows().map(terms::count).orElse("");
        String offset = select.offset()
                .map(terms::count)
                .filter(count -> !count.equals("N:0"))
                .orElse("");
        boolean none = order.isEmpty() && rows.isEmpty() && offset.isEmpty();
        boolean says = select.rows().isPresent() || select.offset().isPresent();
        if (none && !says) {
            return part;
        }
        Part inner = part.giving(List.of());
        Leaf leaf = none
                ? new Leaf(Leaf.Kind.FENCE, "", List.of(inner), List.of())
                : new Leaf(Leaf.Kind.TOP, rows + " after " + offset, List.of(inner), order);
        return Part.of(leaf, Term.above(leaf, part.columns()));
    }

    private static boolean aggregates(Term term) {
        return switch (term) {
            case Term.Aggregated _ -> true;
            case Term.Op(String _, List<Term> operands) -> operands.stream().anyMatch(StatementReader::aggregates);
            case Term.Windowed(Part _, List<Term> operands) -> operands.stream().anyMatch(StatementReader::aggregates);
            case Term.Column _, Term.Of _, Term.Constant _, Term.Place _, Term.Masked _, Term.Exists _ -> false;
        };
    }

    private Source from(From item, Scope outer) {
        return switch (item) {
            case Syntax.Table(List<String> path, String alias) -> {
                Leaf leaf = new Leaf(tables, String.join("\n", path));
                yield new Source(Part.of(leaf, List.of()), Scope.of(alias, name -> new Term.Column(leaf, name)));
            }
            case Syntax.Rows(String step, String alias) -> {
                Leaf leaf = new Leaf(Leaf.Kind.STEP, step);
                yield new Source(Part.of(leaf, List.of()), Scope.of(alias, name -> new Term.Column(leaf, name)));
            }
            case Syntax.Nested(Query query, String alias) -> nested(query, alias, outer);
            case Syntax.Joined joined -> joined(joined, outer);
        };
    }

    private Source nested(Query query, String alias, Scope outer) {
        Part part;
        Map<String, Term> names = new HashMap<>();
        if (query instanceof Syntax.Select select) {
            Named named = select(select, outer);
            part = named.part();
            names.putAll(named.names());
        } else {
            part = read(query, outer);
            List<Syntax.Item> items = firstItems(query);
            for (int i = 0; i < items.size(); i++) {
                names.put(items.get(i).name(), part.columns().get(i));
            }
        }
        return new Source(
                part.giving(List.of()),
                Scope.of(
                        alias,
                        name -> Optional.ofNullable(names.get(name))
                                .orElseThrow(() -> Unproven.because("a column that a sub-query does not have"))));
    }

    private static List<Syntax.Item> firstItems(Query query) {
        return switch (query) {
            case Syntax.Select select -> select.items();
            case Syntax.Compound(String _, List<Query> branches) -> firstItems(branches.getFirst());
        };
    }

    private Source joined(Syntax.Joined joined, Scope outer) {
        Source left = from(joined.left(), outer);
        Source right = from(joined.right(), outer);
        Scope both = left.scope().and(right.scope());
        Part rows = left.part().and(right.part());
        StatementTerms terms = new StatementTerms(product, this, both.inside(outer), rows);
        List<Held> on = plain(joined.on().map(terms::conditions).orElse(List.of()));
        if (joined.kind().equals("INNER") || joined.kind().equals("CROSS")) {
            return new Source(rows.with(on), both);
        }
        Part.Outer made = Part.outer(joined.kind(), left.part(), right.part(), on);
        return new Source(made.part(), both.changed(term -> Term.above(made.leaf(), term)));
    }

    private static List<Held> plain(List<Term> terms) {
        return terms.stream().map(term -> new Held(term, Held.Weight.PLAIN)).toList();
    }
}
