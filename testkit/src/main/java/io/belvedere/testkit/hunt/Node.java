package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A part of a query: it can be written for both sides, and names parts that are simpler and might stand in its place. */
sealed interface Node {
    Sort sort();

    String write(Side side);

    /** Parts that could replace this one, the smallest first. Some of them may not be valid where this one stands. */
    List<Node> simpler();

    int size();

    /**
     * Text with places for parts ({@code $1} to {@code $9}).
     *
     * @param asked the text for the product
     * @param oracle the text for the database that holds everything
     */
    record Term(Sort sort, String asked, String oracle, List<Node> parts) implements Node {
        private static final Pattern PLACE = Pattern.compile("\\$([1-9])");

        public Term {
            parts = List.copyOf(parts);
        }

        @Override
        public String write(Side side) {
            String text = side == Side.ASKED ? asked : oracle;
            return parts.isEmpty()
                    ? text
                    : PLACE.matcher(text)
                            .replaceAll(
                                    place -> Matcher.quoteReplacement(parts.get(Integer.parseInt(place.group(1)) - 1)
                                            .write(side)));
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
                    all.add(new Term(sort, asked, oracle, replaced(parts, i, less)));
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
        public String write(Side side) {
            return parts.isEmpty()
                    ? ""
                    : parts.stream().map(part -> part.write(side)).collect(Collectors.joining(between, before, after));
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

    private static List<Node> replaced(List<Node> parts, int index, Node part) {
        List<Node> copy = new ArrayList<>(parts);
        copy.set(index, part);
        return copy;
    }

    /** A part that both sides write alike. */
    static Node of(Sort sort, String text, Node... parts) {
        return new Term(sort, text, text, List.of(parts));
    }

    static Node of(Sort sort, String asked, String oracle, Node... parts) {
        return new Term(sort, asked, oracle, List.of(parts));
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
