package io.belvedere.testkit.hunt;

/**
 * A query of a seed, or a simpler one made of it.
 *
 * @param node what stands before it, its body, and its order
 */
record HuntedQuery(long seed, Node.Term node) {
    static HuntedQuery of(long seed) {
        return new QueryMaker(seed).make(seed);
    }

    String sql(Side side) {
        return node.write(side).strip();
    }

    /** Whether its rows come in a given order. */
    boolean isOrdered() {
        return !node.parts().getLast().write(Side.ASKED).isEmpty();
    }
}
