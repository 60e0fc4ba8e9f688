package io.belvedere.federation.verify;

import io.belvedere.federation.verify.Term.Constant;
import io.belvedere.federation.verify.Term.Op;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Conditions in one spelling. A product may write one comparison as several; each stands here for what all of them say together. */
final class Logic {
    static final Term ONE = number(BigDecimal.ONE);
    static final Term ZERO = number(BigDecimal.ZERO);
    static final Term TRUE = new Constant("B:true");
    static final Term NULL = new Constant("NULL");

    /** A cast that changes no value; a statement does not say whether its casts do, so only in trees. */
    static final String WIDER = "CAST WIDER";

    private static final Set<String> LENGTHS = Set.of("CHAR_LENGTH", "DATALENGTH");
    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");

    private Logic() {}

    static Term number(BigDecimal value) {
        return new Constant(
                "N:" + (value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros()).toPlainString());
    }

    static Term text(String value) {
        return new Constant("T:" + value);
    }

    static Term truth(boolean value, Product product) {
        return product.hasNumbersForTruth() ? value ? ONE : ZERO : new Constant("B:" + value);
    }

    /** Without a zone, which is UTC, and with a space before the time of day. */
    static Term moment(String iso) {
        String utc = iso.replaceFirst(" ?\\+00(:00)?$", "");
        return new Constant("M:"
                + (utc.length() > 10 && utc.charAt(10) == 'T' ? utc.substring(0, 10) + ' ' + utc.substring(11) : utc));
    }

    static Op op(String name, Term... operands) {
        return new Op(name, List.of(operands));
    }

    static boolean isOp(Term term, String name) {
        return term instanceof Op op && op.name().equals(name);
    }

    static Term operand(Term term, int index) {
        return ((Op) term).operands().get(index);
    }

    /** The parts of a conjunction, each once, without those that the others imply. */
    static List<Term> conjuncts(List<Term> terms) {
        List<Term> parts = days(exact(flat("AND", terms), "="), ">=", "<=+", "=");
        List<Term> all = List.copyOf(parts);
        parts.removeIf(part -> part.equals(TRUE)
                || (mayBeImplied(part) && all.stream().anyMatch(other -> isImplied(part, other)))
                || (isOp(part, "=#") && isSaidAgain(part, all)));
        return parts;
    }

    static Term and(List<Term> terms) {
        List<Term> parts = conjuncts(terms);
        return parts.isEmpty() ? TRUE : joined("AND", parts);
    }

    static Term or(List<Term> terms) {
        return joined("OR", days(exact(flat("OR", terms), "<>"), "<", ">+", "<>"));
    }

    private static Term joined(String name, List<Term> parts) {
        return parts.size() == 1 ? parts.getFirst() : new Op(name, parts);
    }

    private static List<Term> flat(String name, List<Term> terms) {
        Set<Term> parts = new LinkedHashSet<>();
        for (Term term : terms) {
            parts.addAll(isOp(term, name) ? ((Op) term).operands() : List.of(term));
        }
        return new ArrayList<>(parts);
    }

    /**
     * A comparison of texts and of their lengths as one. A collation that does not count spaces at the end is by value only together with the
     * lengths.
     */
    private static List<Term> exact(List<Term> parts, String operator) {
        List<Term> merged = new ArrayList<>();
        Set<Term> lengths = new LinkedHashSet<>();
        if (parts.stream().noneMatch(part -> isOp(part, operator) && isLength(operand(part, 0)))) {
            return parts;
        }
        for (Term part : parts) {
            boolean compares = isOp(part, operator) || isOp(part, operator + "~");
            List<Term> found = compares
                    ? parts.stream()
                            .filter(other -> isOp(other, operator) && comparesLengths(other, part))
                            .toList()
                    : List.of();
            lengths.addAll(found);
            merged.add(
                    isOp(part, operator + "~") && !found.isEmpty()
                            ? new Op(operator + "#", ((Op) part).operands())
                            : part);
        }
        merged.removeAll(lengths);
        return merged;
    }

    private static boolean comparesLengths(Term part, Term comparison) {
        return isLength(operand(part, 0))
                && isLength(operand(part, 1))
                && operand(operand(part, 0), 0).equals(operand(comparison, 0))
                && operand(operand(part, 1), 0).equals(operand(comparison, 1));
    }

    private static boolean isLength(Term term) {
        return term instanceof Op op && LENGTHS.contains(op.name());
    }

    /** A day that is written as moments from its beginning to the next, as one comparison. */
    private static List<Term> days(List<Term> parts, String from, String to, String together) {
        List<Term> merged = new ArrayList<>();
        Set<Term> taken = new LinkedHashSet<>();
        boolean hasLater = parts.stream().anyMatch(part -> isOp(part, to));
        for (Term part : parts) {
            List<Term> partners = isOp(part, from) && hasLater
                    ? parts.stream()
                            .filter(other -> isOp(other, to) && same(part, other))
                            .toList()
                    : List.of();
            taken.addAll(partners);
            merged.add(partners.isEmpty() ? part : new Op(together, ((Op) part).operands()));
        }
        merged.removeAll(taken);
        merged.replaceAll(part -> isOp(part, "<=+") || isOp(part, ">+")
                ? new Op(((Op) part).name().replace("+", ""), ((Op) part).operands())
                : part);
        return merged;
    }

    /** The same equality by value, the other way round and further behind: as where a column's own collation is by value. */
    private static boolean isSaidAgain(Term part, List<Term> all) {
        return all.subList(all.indexOf(part) + 1, all.size()).stream()
                .anyMatch(other -> isOp(other, "=#") && turned(part, other));
    }

    /** Long lists are mostly of comparisons that are not. */
    private static boolean mayBeImplied(Term part) {
        return isOp(part, "LOOSELY =")
                || isOp(part, "=")
                || (part instanceof Op op
                        && !op.operands().isEmpty()
                        && isOp(op.operands().getFirst(), "CAST"));
    }

    /** In a conjunction: a comparison of texts in a column's own collation, or of moments by their days, beside the same one by value. */
    private static boolean isImplied(Term part, Term other) {
        if (part.equals(other) || !isComparison(part) || !isComparison(other)) {
            return false;
        }
        boolean exact = isOp(other, "=#") || (isOp(other, "=") && isOp(part, "LOOSELY ="));
        boolean loosely =
                exact && (isOp(part, "LOOSELY =") || isOp(part, "=")) && (same(part, other) || turned(part, other));
        boolean byDay = isOp(operand(part, 0), "CAST")
                && operand(operand(part, 0), 0).equals(operand(other, 0))
                && operand(part, 1).equals(operand(other, 1));
        return loosely || byDay;
    }

    private static boolean same(Term part, Term other) {
        return operand(part, 0).equals(operand(other, 0)) && operand(part, 1).equals(operand(other, 1));
    }

    private static boolean turned(Term part, Term other) {
        return operand(part, 0).equals(operand(other, 1)) && operand(part, 1).equals(operand(other, 0));
    }

    private static boolean isComparison(Term term) {
        return term instanceof Op op
                && op.operands().size() == 2
                && (isComparison(op.name()) || op.name().equals("LOOSELY ="));
    }

    /** By value, or by the words of a product. */
    static boolean isComparison(String operator) {
        boolean marked = operator.endsWith("#") || operator.endsWith("~");
        return COMPARISONS.contains(marked ? operator.substring(0, operator.length() - 1) : operator);
    }
}
