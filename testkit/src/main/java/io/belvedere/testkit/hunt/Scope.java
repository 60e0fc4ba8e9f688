package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an expression may name where it stands.
 *
 * @param leaves columns, or what a group offers
 * @param outer columns of the queries around this one, nearest first
 */
record Scope(List<Leaf> leaves, List<Leaf> outer) {
    /** A column, or an aggregate or key of a group, and whether a query inside may name it too. */
    record Leaf(Node node, boolean isColumn) {}

    Scope {
        leaves = List.copyOf(leaves);
        outer = List.copyOf(outer);
    }

    static Scope of(List<Leaf> leaves) {
        return new Scope(leaves, List.of());
    }

    Optional<Node> draw(Chance chance, Sort sort) {
        return draw(chance, sort, leaves);
    }

    Optional<Node> drawOuter(Chance chance, Sort sort) {
        return draw(chance, sort, outer);
    }

    private static Optional<Node> draw(Chance chance, Sort sort, List<Leaf> from) {
        List<Node> fitting = from.stream()
                .map(Leaf::node)
                .filter(node -> node.sort() == sort)
                .toList();
        return fitting.isEmpty() ? Optional.empty() : Optional.of(chance.pick(fitting));
    }

    /** The scope of a query within this one, before it has tables of its own. */
    List<Leaf> inside() {
        List<Leaf> visible =
                new ArrayList<>(leaves.stream().filter(Leaf::isColumn).toList());
        visible.addAll(outer);
        return visible;
    }
}
