package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A query of a seed, or another one made of it.
 *
 * @param node what stands before it, its body, and its order
 */
record HuntedQuery(long seed, Node.Term node) {
    private static final int DRAWS = 16;

    /** @param draw which of the seed's queries, from 0 */
    static HuntedQuery of(long seed, int draw) {
        return new QueryMaker(seed * DRAWS + draw).make(seed);
    }

    /**
     * A text with its parameters.
     *
     * @param parameters empty ones are NULL
     */
    record Text(String sql, List<Optional<Object>> parameters) {
        Text {
            parameters = List.copyOf(parameters);
        }

        @Override
        public String toString() {
            return parameters.isEmpty()
                    ? sql
                    : sql + "\nwith "
                            + parameters.stream()
                                    .map(value -> value.map(Object::toString).orElse("NULL"))
                                    .toList();
        }
    }

    /** What the product is asked. */
    Text asked() {
        List<Optional<Object>> parameters = new ArrayList<>();
        String sql = node.write(Side.ASKED, parameters).strip();
        return new Text(sql, parameters);
    }

    String sql(Side side) {
        return node.write(side).strip();
    }

    /** Whether its rows come in a given order. */
    boolean isOrdered() {
        return !node.parts().getLast().write(Side.ASKED).isEmpty();
    }

    /** The same query about other values. */
    HuntedQuery varied(int time) {
        Chance chance = new Chance(seed * 31 + time);
        return with(node.withConstants(each -> {
            Node drawn = each.value().isEmpty() ? each : Literals.draw(chance, each.sort());
            return drawn instanceof Node.Constant other ? other.in(each.form()) : each;
        }));
    }

    /** The same query with NULL for what is divided by zero; the query itself where nothing is. */
    HuntedQuery withoutDivisionByZero() {
        return with(node.withoutDivisionByZero());
    }

    private HuntedQuery with(Node other) {
        return new HuntedQuery(seed, (Node.Term) other);
    }
}
