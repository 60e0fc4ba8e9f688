package io.belvedere.federation.verify;

import java.util.List;

/** What a part is made of: a table, or another part that cannot be merged into it. Two leaves are the same when they are one object. */
final class Leaf {
    enum Kind {
        TABLE,
        STEP,
        OUTER_JOIN,
        GROUP,
        TOP,
        FENCE,
        SET
    }

    private final Kind kind;
    private final String name;
    private final List<Part> parts;
    private final List<Term> terms;
    private final List<Held> conditions;
    // Written by the one thread that compares, before it is read.
    private int number;

    Leaf(Kind kind, String name, List<Part> parts, List<Term> terms, List<Held> conditions) {
        this.kind = kind;
        this.name = name;
        this.parts = List.copyOf(parts);
        this.terms = List.copyOf(terms);
        this.conditions = List.copyOf(conditions);
    }

    Leaf(Kind kind, String name, List<Part> parts, List<Term> terms) {
        this(kind, name, parts, terms, List.of());
    }

    Leaf(Kind kind, String name) {
        this(kind, name, List.of(), List.of());
    }

    Kind kind() {
        return kind;
    }

    /** Of a table, its path; of the others, what tells them apart from their kind. */
    String name() {
        return name;
    }

    List<Part> parts() {
        return parts;
    }

    /** Keys of a group, order of a top. */
    List<Term> terms() {
        return terms;
    }

    /** What an outer join asks for. */
    List<Held> conditions() {
        return conditions;
    }

    int number() {
        return number;
    }

    void number(int given) {
        this.number = given;
    }
}
