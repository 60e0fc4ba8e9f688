package io.belvedere.federation.verify;

import java.util.List;

/** A value, in one spelling for trees and for the statements of every product. */
sealed interface Term {
    /** A column of a table or an earlier step, by its name there; of a set operation, by its place. */
    record Column(Leaf leaf, String name) implements Term {}

    /** What comes out of a part that stands apart: a column of it, or what it aggregates. */
    record Of(Leaf leaf, Term inner) implements Term {}

    record Constant(String text) implements Term {}

    /** Where a value is filled in later. */
    record Place(String name) implements Term {}

    record Op(String name, List<Term> operands) implements Term {}

    record Aggregated(String name, List<Term> operands) implements Term {}

    /** @param over the rows that it sees */
    record Windowed(Part over, List<Term> operands) implements Term {}

    /** What stands for a masked column above its barrier; only in trees. */
    record Masked(Term value) implements Term {}

    record Exists(Part part) implements Term {}

    /** The term as it is seen above a part that stands apart: only what the part itself makes is behind it. */
    static Term above(Leaf leaf, Term term) {
        return switch (term) {
            case Constant _, Place _ -> term;
            case Op(String name, List<Term> operands) -> new Op(name, above(leaf, operands));
            case Masked(Term value) -> new Masked(above(leaf, value));
            case Exists(Part part) -> new Exists(part.around(each -> above(leaf, each)));
            case Column _, Of _, Aggregated _, Windowed _ -> new Of(leaf, term);
        };
    }

    static List<Term> above(Leaf leaf, List<Term> terms) {
        return terms.stream().map(term -> above(leaf, term)).toList();
    }
}
