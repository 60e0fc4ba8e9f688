package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Held.Weight;
import io.belvedere.federation.verify.Term.Op;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Whether a statement says what its tree says: the same leaves in the same order, joined, grouped, cut and fenced alike; the same conditions,
 * those of policies letter for letter, but for casts that leave a value as it is, or give what a view computes its promised type; the same values. Where a caller's expression is of functions that products spell differently, it is
 * enough that it reads the same columns, and a masked one behind its mask only. For one comparison, by one thread.
 */
final class Agreement {
    /** What every product spells alike, once it is read. */
    private static final Set<String> ALIKE =
            Set.of("AND", "OR", "NOT", "IS NULL", "IS NOT NULL", "IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE");

    private final Set<String> masks = new HashSet<>();
    /** Their outermost functions, so that most terms need not be written out to be told from them. */
    private final Set<String> maskNames = new HashSet<>();

    private int numbered;

    private Agreement() {}

    /** Refuses a statement that says anything else. */
    static void require(Part tree, Part statement) {
        new Agreement().parts(tree, statement);
    }

    private void parts(Part tree, Part statement) {
        if (tree.leaves().size() != statement.leaves().size()
                || tree.columns().size() != statement.columns().size()) {
            throw Unproven.because("a statement reads other tables than its tree");
        }
        for (int i = 0; i < tree.leaves().size(); i++) {
            leaves(tree.leaves().get(i), statement.leaves().get(i));
        }
        conditions(tree.conditions(), statement.conditions());
        for (int i = 0; i < tree.columns().size(); i++) {
            collectMasks(tree.columns().get(i));
            if (!agree(tree.columns().get(i), statement.columns().get(i))) {
                throw Unproven.because("a statement gives out other columns than its tree");
            }
        }
    }

    private void leaves(Leaf tree, Leaf statement) {
        if (tree.kind() != statement.kind()
                || !tree.name().equals(statement.name())
                || tree.parts().size() != statement.parts().size()) {
            throw Unproven.because("a statement reads other tables than its tree, or in another way");
        }
        for (int i = 0; i < tree.parts().size(); i++) {
            parts(tree.parts().get(i), statement.parts().get(i));
        }
        conditions(tree.conditions(), statement.conditions());
        tree.terms().forEach(this::collectMasks);
        if (!atomsOf(tree.terms()).equals(atomsOf(statement.terms()))) {
            throw Unproven.because("a statement groups or orders by other columns than its tree");
        }
        numbered++;
        tree.number(numbered);
        statement.number(numbered);
    }

    private void conditions(List<Held> tree, List<Held> statement) {
        exists(tree, statement);
        List<Held> wanted =
                tree.stream().filter(held -> existsIn(held.term()).isEmpty()).toList();
        List<Term> found = statement.stream()
                .map(Held::term)
                .filter(term -> existsIn(term).isEmpty())
                .toList();
        wanted.forEach(held -> collectMasks(held.term()));
        Set<String> said = found.stream().map(Agreement::text).collect(Collectors.toSet());
        Set<String> meant = wanted.stream().map(held -> text(held.term())).collect(Collectors.toSet());
        for (Held held : wanted) {
            boolean stands = said.contains(text(held.term()))
                    || switch (held.weight()) {
                        case POLICY -> found.stream().anyMatch(term -> isRule(held.term(), term));
                        // Counts are cast to the type that is promised for them.
                        case GROUPS ->
                            found.stream().anyMatch(term -> bare(term).equals(bare(held.term())));
                        case PLAIN -> found.stream().anyMatch(term -> agree(held.term(), term));
                        case IMPLIED -> true;
                    };
            if (!stands) {
                throw Unproven.because(
                        held.weight() == Weight.POLICY || held.weight() == Weight.GROUPS
                                ? "a statement without the condition of its policy"
                                : "a statement without a condition of its tree");
            }
        }
        for (Term term : found) {
            boolean stands = meant.contains(text(term)) || wanted.stream().anyMatch(held -> agree(held.term(), term));
            if (!term.equals(Logic.TRUE) && !stands) {
                throw Unproven.because("a statement with a condition that its tree does not have");
            }
        }
    }

    private void exists(List<Held> tree, List<Held> statement) {
        List<Term> wanted = withExists(tree);
        List<Term> found = withExists(statement);
        if (wanted.size() != found.size()) {
            throw Unproven.because("a statement asks for other partners than its tree");
        }
        for (int i = 0; i < wanted.size(); i++) {
            Term one = wanted.get(i);
            Term other = found.get(i);
            boolean alike = Logic.isOp(one, "NOT") == Logic.isOp(other, "NOT");
            if (!alike) {
                throw Unproven.because("a statement asks for other partners than its tree");
            }
            parts(existsIn(one).getFirst(), existsIn(other).getFirst().giving(List.of()));
        }
    }

    private static List<Term> withExists(List<Held> conditions) {
        return conditions.stream()
                .map(Held::term)
                .filter(term -> !existsIn(term).isEmpty())
                .toList();
    }

    /** EXISTS, or NOT EXISTS; it stands nowhere else. */
    private static List<Part> existsIn(Term term) {
        Term inner = Logic.isOp(term, "NOT") ? Logic.operand(term, 0) : term;
        return inner instanceof Term.Exists(Part part) ? List.of(part) : List.of();
    }

    private boolean agree(Term tree, Term statement) {
        if (isHashed(tree) || isHashed(statement)) {
            // What is hashed on arrival, nothing in the statement can compute with.
            return text(tree).equals(text(statement));
        }
        return text(tree).equals(text(statement))
                || ((isSpelledApart(tree) || isSpelledApart(statement))
                        && atoms(tree).equals(atoms(statement)));
    }

    /**
     * Whether a policy's condition stands in the statement: compared alike, with the same constants. A column stands there as it is; what
     * a view computes in its place may be cast to the type that is promised for it, or not where it has that type.
     */
    private boolean isRule(Term tree, Term statement) {
        if (text(tree).equals(text(statement))) {
            return true;
        }
        if (tree instanceof Op(String name, List<Term> operands)
                && (ALIKE.contains(name) || Logic.isComparison(name))) {
            return statement instanceof Op(String other, List<Term> others)
                    && name.equals(other)
                    && operands.size() == others.size()
                    && IntStream.range(0, operands.size()).allMatch(i -> isRule(operands.get(i), others.get(i)));
        }
        return isComputed(tree) && isSaid(tree, statement) && agree(tree, statement);
    }

    /**
     * Whether a statement computes what the tree does, function by function. Of the tree's casts it may leave out those that change no
     * value; what it computes it may cast to the type that is promised for it; a column it may not.
     */
    private static boolean isSaid(Term tree, Term statement) {
        boolean said = text(tree).equals(text(statement))
                || switch (tree) {
                    case Term.Masked(Term value) -> isSaid(value, statement);
                    case Term.Of(Leaf leaf, Term inner) ->
                        statement instanceof Term.Of(Leaf other, Term value)
                                && leaf.number() == other.number()
                                && isSaid(inner, value);
                    case Op(String name, List<Term> operands) ->
                        (name.equals(Logic.WIDER) && isSaid(operands.getFirst(), statement))
                                || (statement instanceof Op(String other, List<Term> others)
                                        && spelled(name).equals(other)
                                        && areSaid(operands, others));
                    case Term.Aggregated(String name, List<Term> operands) ->
                        statement instanceof Term.Aggregated(String other, List<Term> others)
                                && name.equals(other)
                                && areSaid(operands, others);
                    case Term.Windowed(Part _, List<Term> operands) ->
                        statement instanceof Term.Windowed(Part _, List<Term> others) && areSaid(operands, others);
                    case Term.Column _, Term.Constant _, Term.Place _, Term.Exists _ -> false;
                };
        return said || (isComputed(tree) && Logic.isOp(statement, "CAST") && isSaid(tree, Logic.operand(statement, 0)));
    }

    private static boolean areSaid(List<Term> tree, List<Term> statement) {
        return tree.size() == statement.size()
                && IntStream.range(0, tree.size()).allMatch(i -> isSaid(tree.get(i), statement.get(i)));
    }

    private static String spelled(String function) {
        return function.equals(Logic.WIDER) ? "CAST" : function;
    }

    private static boolean isCast(String function) {
        return spelled(function).equals("CAST");
    }

    private static boolean isComputed(Term term) {
        return switch (term) {
            case Op _, Term.Aggregated _, Term.Windowed _ -> true;
            case Term.Of(Leaf _, Term inner) -> isComputed(inner);
            case Term.Column _, Term.Constant _, Term.Place _, Term.Masked _, Term.Exists _ -> false;
        };
    }

    private static boolean isHashed(Term term) {
        return switch (term) {
            case Op(String name, List<Term> operands) ->
                name.startsWith(TreeTerms.HASHED) || operands.stream().anyMatch(Agreement::isHashed);
            case Term.Masked(Term value) -> isHashed(value);
            case Term.Of(Leaf _, Term inner) -> isHashed(inner);
            case Term.Aggregated(String _, List<Term> operands) ->
                operands.stream().anyMatch(Agreement::isHashed);
            case Term.Windowed(Part _, List<Term> operands) -> operands.stream().anyMatch(Agreement::isHashed);
            case Term.Column _, Term.Constant _, Term.Place _, Term.Exists _ -> false;
        };
    }

    /** Whether products differ in how they write it. */
    private static boolean isSpelledApart(Term term) {
        return switch (term) {
            case Term.Column _, Term.Constant _, Term.Place _, Term.Exists _ -> false;
            case Term.Aggregated _, Term.Windowed _, Term.Masked _ -> true;
            case Term.Of(Leaf _, Term inner) -> isSpelledApart(inner);
            case Op(String name, List<Term> operands) ->
                !(ALIKE.contains(name) || Logic.isComparison(name) || name.startsWith("KEYS "))
                        || operands.stream().anyMatch(Agreement::isSpelledApart);
        };
    }

    private void collectMasks(Term term) {
        switch (term) {
            case Term.Masked(Term value) -> {
                masks.add(bare(value));
                maskNames.add(name(value));
            }
            case Op(String _, List<Term> operands) -> operands.forEach(this::collectMasks);
            case Term.Aggregated(String _, List<Term> operands) -> operands.forEach(this::collectMasks);
            case Term.Windowed(Part over, List<Term> operands) -> {
                over.conditions().forEach(held -> collectMasks(held.term()));
                operands.forEach(this::collectMasks);
            }
            case Term.Of(Leaf leaf, Term inner) -> collectMasks(pushed(leaf, inner));
            case Term.Column _, Term.Constant _, Term.Place _, Term.Exists _ -> {}
        }
    }

    /** What stands in an aggregate or a window above a leaf, each operand above that leaf. */
    private static Term pushed(Leaf leaf, Term inner) {
        return switch (inner) {
            case Term.Aggregated(String _, List<Term> operands) -> new Op("", Term.above(leaf, operands));
            case Term.Windowed(Part _, List<Term> operands) -> new Op("", Term.above(leaf, operands));
            case Term.Of(Leaf below, Term deeper) -> {
                Term value = pushed(below, deeper);
                yield value instanceof Op op ? Term.above(leaf, op) : new Term.Constant("");
            }
            case Term.Column _, Term.Constant _, Term.Place _, Term.Op _, Term.Masked _, Term.Exists _ ->
                new Term.Constant("");
        };
    }

    private Set<String> atomsOf(List<Term> terms) {
        Set<String> all = new TreeSet<>();
        terms.forEach(term -> all.addAll(atoms(term)));
        return all;
    }

    /** The columns that a term reads; a masked one with its mask. */
    private Set<String> atoms(Term term) {
        Set<String> found = new TreeSet<>();
        collect(term, found);
        return found;
    }

    private void collect(Term term, Set<String> found) {
        if (term instanceof Term.Masked(Term value)) {
            // A mask that reads nothing leaves nothing behind.
            if (readsColumns(value)) {
                found.add("masked " + bare(value));
            }
            return;
        }
        if (maskNames.contains(name(term)) && masks.contains(bare(term))) {
            if (readsColumns(term)) {
                found.add("masked " + bare(term));
            }
            return;
        }
        switch (term) {
            case Term.Column _ -> found.add(text(term));
            case Term.Of(Leaf leaf, Term inner) -> {
                if (inner instanceof Term.Column) {
                    found.add(text(term));
                } else {
                    collect(pushed(leaf, inner), found);
                    windows(inner, found);
                }
            }
            case Op(String _, List<Term> operands) -> operands.forEach(operand -> collect(operand, found));
            case Term.Aggregated(String _, List<Term> operands) -> operands.forEach(operand -> collect(operand, found));
            case Term.Windowed(Part _, List<Term> operands) -> {
                operands.forEach(operand -> collect(operand, found));
                windows(term, found);
            }
            case Term.Constant _, Term.Place _, Term.Masked _, Term.Exists _ -> {}
        }
    }

    /** Which rows a window sees. */
    private void windows(Term term, Set<String> found) {
        if (term instanceof Term.Of(Leaf _, Term inner)) {
            windows(inner, found);
        }
        if (term instanceof Term.Windowed(Part over, List<Term> _)) {
            String leaves =
                    over.leaves().stream().map(leaf -> "" + leaf.number()).collect(Collectors.joining(","));
            Set<String> conditions = new TreeSet<>();
            over.conditions().stream()
                    .filter(held -> held.weight() != Weight.IMPLIED)
                    .forEach(held -> conditions.add(atoms(held.term()).toString()));
            found.add("window over " + leaves + " where " + conditions);
        }
    }

    /** The outermost function but casts; empty for what is none. */
    private static String name(Term term) {
        return switch (term) {
            case Op(String name, List<Term> operands) -> isCast(name) ? name(operands.getFirst()) : name;
            case Term.Masked(Term value) -> name(value);
            case Term.Column _,
                    Term.Of _,
                    Term.Constant _,
                    Term.Place _,
                    Term.Aggregated _,
                    Term.Windowed _,
                    Term.Exists _ -> "";
        };
    }

    private static boolean readsColumns(Term term) {
        return switch (term) {
            case Term.Column _ -> true;
            case Term.Constant _, Term.Place _, Term.Exists _ -> false;
            case Term.Of(Leaf _, Term inner) -> readsColumns(inner);
            case Term.Masked(Term value) -> readsColumns(value);
            case Op(String _, List<Term> operands) -> operands.stream().anyMatch(Agreement::readsColumns);
            case Term.Aggregated(String _, List<Term> operands) ->
                operands.stream().anyMatch(Agreement::readsColumns);
            case Term.Windowed(Part _, List<Term> operands) -> operands.stream().anyMatch(Agreement::readsColumns);
        };
    }

    /** Whether the term or a part of it is such. */
    static boolean mentions(Term term, Predicate<Term> such) {
        return such.test(term)
                || switch (term) {
                    case Op(String _, List<Term> operands) -> operands.stream().anyMatch(each -> mentions(each, such));
                    case Term.Aggregated(String _, List<Term> operands) ->
                        operands.stream().anyMatch(each -> mentions(each, such));
                    case Term.Windowed(Part _, List<Term> operands) ->
                        operands.stream().anyMatch(each -> mentions(each, such));
                    case Term.Masked(Term value) -> mentions(value, such);
                    case Term.Of(Leaf _, Term inner) -> mentions(inner, such);
                    case Term.Column _, Term.Constant _, Term.Place _ -> false;
                    case Term.Exists _ -> true;
                };
    }

    /** As text, in which a leaf has its number. */
    static String text(Term term) {
        StringBuilder text = new StringBuilder();
        write(term, Casts.KEPT, text);
        return text.toString();
    }

    /** As {@link #text}, without casts. */
    private static String bare(Term term) {
        StringBuilder text = new StringBuilder();
        write(term, Casts.LEFT_OUT, text);
        return text.toString();
    }

    private enum Casts {
        KEPT,
        LEFT_OUT
    }

    private static void write(Term term, Casts casts, StringBuilder text) {
        switch (term) {
            case Term.Column(Leaf leaf, String name) ->
                text.append('#').append(leaf.number()).append('.').append(quoted(name));
            case Term.Of(Leaf leaf, Term inner) -> {
                text.append('#').append(leaf.number()).append('{');
                write(inner, casts, text);
                text.append('}');
            }
            case Term.Constant(String value) -> text.append(quoted(value));
            case Term.Place(String name) -> text.append("<").append(name).append('>');
            case Term.Masked(Term value) -> write(value, casts, text);
            case Op(String name, List<Term> operands)
            when isCast(name) && casts == Casts.LEFT_OUT -> write(operands.getFirst(), casts, text);
            case Op(String name, List<Term> operands) -> write(spelled(name), operands, casts, text);
            case Term.Aggregated(String name, List<Term> operands) -> write(name, operands, casts, text);
            case Term.Windowed(Part _, List<Term> operands) -> write("window", operands, casts, text);
            case Term.Exists _ -> text.append("exists");
        }
    }

    private static void write(String name, List<Term> operands, Casts casts, StringBuilder text) {
        text.append(name).append('(');
        for (Term operand : operands) {
            write(operand, casts, text);
            text.append(',');
        }
        text.append(')');
    }

    private static String quoted(String value) {
        return '"' + value.replace("\"", "\"\"") + '"';
    }
}
