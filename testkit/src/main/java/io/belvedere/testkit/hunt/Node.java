package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A part of a query: it can be written for both sides, and names parts that are simpler and might stand in its place. */
sealed interface Node {
    Sort sort();

    /**
     * The text for a side.
     *
     * @param values takes the values of the parameters in the text, in their order; an empty one is NULL
     */
    String write(Side side, List<Optional<Object>> values);

    /** The text for a side. */
    default String write(Side side) {
        return write(side, new ArrayList<>());
    }

    /** Parts that could replace this one, the smallest first. Some of them may not be valid where this one stands. */
    List<Node> simpler();

    int size();

    /** This part with each constant replaced. */
    Node withConstants(UnaryOperator<Constant> replace);

    /** This part where every division by zero, of whole numbers, is NULL. */
    Node withoutDivisionByZero();

    /**
     * Text with places for parts ({@code $1} to {@code $9}).
     *
     * @param asked the text for the product
     * @param oracle the text for the database that holds everything
     * @param exposed as {@code oracle}, for {@link Side#EXPOSED}
     */
    record Term(Sort sort, String asked, String oracle, String exposed, List<Node> parts) implements Node {
        /** Of whole numbers: what any row may fail on. */
        static final String DIVISION = "($1 / $2)";

        private static final String ROUNDED = "(FLOOR($1 * 1000 + 0.317263) / 1000)";
        private static final String HARMLESS = "($1 / NULLIF($2, 0))";
        private static final Pattern PLACE = Pattern.compile("\\$([1-9])");

        public Term {
            parts = List.copyOf(parts);
        }

        @Override
        public String write(Side side, List<Optional<Object>> values) {
            String text = switch (side) {
                case ASKED -> asked;
                case ORACLE -> oracle;
                case EXPOSED -> exposed;
            };
            return parts.isEmpty()
                    ? text
                    : PLACE.matcher(text)
                            .replaceAll(
                                    place -> Matcher.quoteReplacement(parts.get(Integer.parseInt(place.group(1)) - 1)
                                            .write(side, values)));
        }

        @Override
        public Node withConstants(UnaryOperator<Constant> replace) {
            return with(parts.stream().map(part -> part.withConstants(replace)).toList());
        }

        @Override
        public Node withoutDivisionByZero() {
            List<Node> inside = parts.stream().map(Node::withoutDivisionByZero).toList();
            boolean fails = asked.equals(DIVISION) && (sort == Sort.INTEGER || sort == Sort.BIGINT);
            return fails ? new Term(sort, HARMLESS, HARMLESS, HARMLESS, inside) : with(inside);
        }

        private Term with(List<Node> others) {
            return new Term(sort, asked, oracle, exposed, others);
        }

        @Override
        public List<Node> simpler() {
            List<Node> all = new ArrayList<>();
            if (!parts.isEmpty()) {
                all.addAll(Literals.simplest(sort));
                parts.stream()
                        .filter(part -> part.sort() == sort && sort != Sort.CLAUSE)
                        .forEach(all::add);
            }
            for (int i = 0; i < parts.size(); i++) {
                for (Node less : parts.get(i).simpler()) {
                    all.add(with(replaced(parts, i, less)));
                }
            }
            return all;
        }

        @Override
        public int size() {
            return 1 + parts.stream().mapToInt(Node::size).sum();
        }
    }

    /** Parts in a row, such as the conditions after WHERE; written as nothing when there are none. */
    record Series(Sort sort, String before, String between, String after, int least, List<Node> parts) implements Node {
        public Series {
            parts = List.copyOf(parts);
        }

        @Override
        public String write(Side side, List<Optional<Object>> values) {
            return parts.isEmpty()
                    ? ""
                    : parts.stream()
                            .map(part -> part.write(side, values))
                            .collect(Collectors.joining(between, before, after));
        }

        @Override
        public Node withConstants(UnaryOperator<Constant> replace) {
            return with(parts.stream().map(part -> part.withConstants(replace)).toList());
        }

        @Override
        public Node withoutDivisionByZero() {
            return with(parts.stream().map(Node::withoutDivisionByZero).toList());
        }

        @Override
        public List<Node> simpler() {
            List<Node> all = new ArrayList<>();
            if (least == 0 && parts.size() > 1) {
                all.add(with(List.of()));
            }
            for (int i = 0; i < parts.size() && parts.size() > least; i++) {
                int dropped = i;
                all.add(with(IntStream.range(0, parts.size())
                        .filter(j -> j != dropped)
                        .mapToObj(parts::get)
                        .toList()));
            }
            for (int i = 0; i < parts.size(); i++) {
                for (Node less : parts.get(i).simpler()) {
                    all.add(with(replaced(parts, i, less)));
                }
            }
            return all;
        }

        private Series with(List<Node> fewer) {
            return new Series(sort, before, between, after, least, fewer);
        }

        @Override
        public int size() {
            return parts.stream().mapToInt(Node::size).sum();
        }
    }

    /**
     * A value that stands in the text, or is a parameter of it.
     *
     * @param literal the text for the product that says the value
     * @param parameter the text for the product with {@code ?} in it; empty where the value cannot be a parameter
     * @param value of a parameter; empty for NULL
     */
    record Constant(Sort sort, String literal, String parameter, String oracle, Optional<Object> value, Form form)
            implements Node {
        @Override
        public String write(Side side, List<Optional<Object>> values) {
            if (side != Side.ASKED) {
                return oracle;
            }
            if (form == Form.LITERAL || parameter.isEmpty()) {
                return literal;
            }
            values.add(value);
            return parameter;
        }

        @Override
        public List<Node> simpler() {
            return form == Form.PARAMETER && !parameter.isEmpty() ? List.of(in(Form.LITERAL)) : List.of();
        }

        Constant in(Form other) {
            return new Constant(sort, literal, parameter, oracle, value, other);
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Node withConstants(UnaryOperator<Constant> replace) {
            return replace.apply(this);
        }

        @Override
        public Node withoutDivisionByZero() {
            return this;
        }
    }

    /** How a constant is said. */
    enum Form {
        LITERAL,
        PARAMETER
    }

    private static List<Node> replaced(List<Node> parts, int index, Node part) {
        List<Node> copy = new ArrayList<>(parts);
        copy.set(index, part);
        return copy;
    }

    /** A part that both sides write alike. */
    static Node of(Sort sort, String text, Node... parts) {
        return new Term(sort, text, text, text, List.of(parts));
    }

    static Node of(Sort sort, String asked, String oracle, Node... parts) {
        return new Term(sort, asked, oracle, oracle, List.of(parts));
    }

    /** A part that the database which holds everything is asked in other words where rows are exposed. */
    static Node exposed(Sort sort, String text, String exposed, Node... parts) {
        return new Term(sort, text, text, exposed, List.of(parts));
    }

    /**
     * A double whose last digits depend on the order of the rows or on who computes it, cut to a few digits: whatever compares, groups, joins or rounds it
     * further would make a difference of them. The odd summand keeps what is half a digit, or none, away from where it is cut.
     */
    static Node rounded(Node computed) {
        return of(Sort.DOUBLE, Term.ROUNDED, of(Sort.CLAUSE, "$1", computed));
    }

    /** What was computed, where nothing but the answer reads it. */
    static Node asComputed(Node value) {
        return value instanceof Term term && term.asked().equals(Term.ROUNDED)
                ? term.parts().getFirst()
                : value;
    }

    /** A condition that rows must meet. */
    static Node met(Node condition) {
        return exposed(Sort.CLAUSE, "$1", "held.met($1)", condition);
    }

    /** A condition that groups must meet. */
    static Node chosen(Node condition) {
        return exposed(Sort.CLAUSE, "$1", "held.chosen($1)", condition);
    }

    /** Zero or more parts, each of which may be left out. */
    static Node optional(String before, String between, List<Node> parts) {
        return new Series(Sort.CLAUSE, before, between, "", 0, parts);
    }

    static Node list(String before, String between, String after, List<Node> parts) {
        return new Series(Sort.CLAUSE, before, between, after, 1, parts);
    }

    /** Parts of which none may be left out, such as the keys of an order that leaves no two rows equal. */
    static Node fixed(String between, List<Node> parts) {
        return new Series(Sort.CLAUSE, "", between, "", parts.size(), parts);
    }
}
