package io.belvedere.federation.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Leaves that are joined, the conditions on their rows, and what is given out. */
record Part(List<Leaf> leaves, List<Held> conditions, List<Term> columns) {
    Part {
        leaves = List.copyOf(leaves);
        conditions = List.copyOf(conditions);
        columns = List.copyOf(columns);
    }

    static Part of(Leaf leaf, List<Term> columns) {
        return new Part(List.of(leaf), List.of(), columns);
    }

    Part with(List<Held> more) {
        List<Held> all = new ArrayList<>(conditions);
        all.addAll(more);
        return new Part(leaves, all, columns);
    }

    Part giving(List<Term> others) {
        return new Part(leaves, conditions, others);
    }

    /** Both side by side. */
    Part and(Part other) {
        List<Leaf> allLeaves = new ArrayList<>(leaves);
        allLeaves.addAll(other.leaves);
        List<Held> all = new ArrayList<>(conditions);
        all.addAll(other.conditions);
        List<Term> both = new ArrayList<>(columns);
        both.addAll(other.columns);
        return new Part(allLeaves, all, both);
    }

    /** The same part where the rows around it, which its conditions name, are seen in another way. */
    Part around(UnaryOperator<Term> change) {
        return new Part(
                leaves,
                conditions.stream()
                        .map(held -> new Held(seen(held.term(), leaves, change), held.weight()))
                        .toList(),
                columns);
    }

    /** Only what is of no leaf of its own is changed. */
    private static Term seen(Term term, List<Leaf> own, UnaryOperator<Term> change) {
        return switch (term) {
            case Term.Column(Leaf leaf, String _) -> own.contains(leaf) ? term : change.apply(term);
            case Term.Of(Leaf leaf, Term _) -> own.contains(leaf) ? term : change.apply(term);
            case Term.Op(String name, List<Term> operands) ->
                new Term.Op(
                        name,
                        operands.stream()
                                .map(operand -> seen(operand, own, change))
                                .toList());
            case Term.Masked(Term value) -> new Term.Masked(seen(value, own, change));
            case Term.Exists(Part part) -> {
                List<Leaf> all = new ArrayList<>(own);
                all.addAll(part.leaves);
                yield new Term.Exists(new Part(
                        part.leaves,
                        part.conditions.stream()
                                .map(held -> new Held(seen(held.term(), all, change), held.weight()))
                                .toList(),
                        part.columns));
            }
            case Term.Constant _, Term.Place _, Term.Aggregated _, Term.Windowed _ -> term;
        };
    }

    Part withoutConditions() {
        return new Part(leaves, List.of(), columns);
    }

    /** An outer join: conditions on rows that are kept hold above it as well as below, and stand above. */
    static Outer outer(String kind, Part left, Part right, List<Held> on) {
        boolean keepsLeft = kind.equals("LEFT");
        boolean keepsRight = kind.equals("RIGHT");
        Leaf leaf = new Leaf(
                Leaf.Kind.OUTER_JOIN,
                kind,
                List.of(
                        (keepsLeft ? left.withoutConditions() : left).giving(List.of()),
                        (keepsRight ? right.withoutConditions() : right).giving(List.of())),
                List.of(),
                on);
        List<Held> kept = keepsLeft ? left.conditions : keepsRight ? right.conditions : List.of();
        List<Held> above = kept.stream()
                .map(held -> new Held(Term.above(leaf, held.term()), held.weight()))
                .toList();
        List<Term> columns = new ArrayList<>(Term.above(leaf, left.columns));
        columns.addAll(Term.above(leaf, right.columns));
        return new Outer(leaf, new Part(List.of(leaf), above, columns));
    }

    /** @param part the leaf alone, with the conditions that stand above it */
    record Outer(Leaf leaf, Part part) {}
}
