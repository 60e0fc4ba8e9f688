package io.belvedere.testkit.hunt;

import java.util.List;

/** Makes aggregates and window functions. Used by one thread. */
final class AggregateMaker {
    private static final List<String> FRAMES = List.of(
            "",
            "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
            "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
            "ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING",
            "RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING");

    private static final List<String> PEER_FRAMES = List.of(
            "",
            "",
            " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
            " RANGE BETWEEN CURRENT ROW AND CURRENT ROW");

    /** By distance, over one whole number. */
    private static final List<String> DISTANCES = List.of(
            " RANGE BETWEEN 1 PRECEDING AND CURRENT ROW",
            " RANGE BETWEEN 2 PRECEDING AND 2 FOLLOWING",
            " RANGE BETWEEN CURRENT ROW AND 3 FOLLOWING");

    private static final List<String> FRACTIONS = List.of("0", "0.1", "0.25", "0.5", "0.9", "1");

    private final Chance chance;
    private final ValueMaker values;

    AggregateMaker(Chance chance, ValueMaker values) {
        this.chance = chance;
        this.values = values;
    }

    /** An aggregate that gives a sort, or the nearest there is. */
    Node aggregate(Sort sort, Scope around) {
        // An aggregate of nothing but outer columns would be one of the query around.
        Scope scope = Scope.of(around.leaves());
        Node plain = unfiltered(sort, scope);
        Node aggregate = chance.percent(15) && sort != Sort.BOOLEAN
                ? Node.of(plain.sort(), filtered(plain, Side.ASKED), filtered(plain, Side.ORACLE), parts(plain, scope))
                : plain;
        return sort == Sort.DOUBLE ? Node.rounded(aggregate) : aggregate;
    }

    private Node[] parts(Node plain, Scope scope) {
        Node.Term term = (Node.Term) plain;
        Node[] parts = term.parts().toArray(new Node[term.parts().size() + 1]);
        parts[term.parts().size()] = Node.met(values.value(Sort.BOOLEAN, scope, 1));
        return parts;
    }

    /** FILTER stands behind the aggregate, inside what makes its type that of the contract. */
    private static String filtered(Node plain, Side side) {
        Node.Term term = (Node.Term) plain;
        String text = side == Side.ASKED ? term.asked() : term.oracle();
        String clause = " FILTER (WHERE $" + (term.parts().size() + 1) + ")";
        int cast = text.startsWith("CAST(") ? text.lastIndexOf(" AS D") : text.length();
        return text.substring(0, cast) + clause + text.substring(cast);
    }

    private Node unfiltered(Sort sort, Scope scope) {
        String distinct = chance.percent(20) ? "DISTINCT " : "";
        return switch (sort) {
            case BIGINT ->
                switch (chance.between(0, 4)) {
                    case 4 ->
                        Node.of(sort, "COUNT_IF($1)", "COUNT(CASE WHEN $1 THEN 1 END)", argument(Sort.BOOLEAN, scope));
                    case 0 -> Node.of(sort, "COUNT(*)");
                    case 1 ->
                        Node.of(sort, "COUNT(" + distinct + "$1)", argument(chance.pick(ValueMaker.VALUES), scope));
                    case 2 -> Node.of(sort, "SUM(" + distinct + "$1)", argument(Sort.INTEGER, scope));
                    default -> ordered(sort, scope);
                };
            case DECIMAL ->
                switch (chance.between(0, 2)) {
                    case 0 -> sum(distinct, argument(Sort.DECIMAL, scope));
                    case 1 -> sum("", argument(Sort.INTEGER, scope));
                    default -> extreme(sort, scope);
                };
            case DOUBLE -> fraction(distinct, scope);
            case BOOLEAN ->
                switch (chance.between(0, 2)) {
                    case 0 -> Node.of(sort, "(COUNT($1) > 1)", argument(chance.pick(ValueMaker.VALUES), scope));
                    case 1 -> Node.of(sort, "BOOL_AND($1)", argument(sort, scope));
                    default -> Node.of(sort, "BOOL_OR($1)", argument(sort, scope));
                };
            case TEXT -> chance.percent(40) ? joined(distinct, scope) : extreme(sort, scope);
            default -> ordered(sort, scope);
        };
    }

    /** One of the values, by its place among all of them. */
    private Node ordered(Sort sort, Scope scope) {
        return chance.percent(75)
                ? extreme(sort, scope)
                : Node.of(
                        sort,
                        "PERCENTILE_DISC(" + chance.pick(FRACTIONS) + ") WITHIN GROUP (ORDER BY $1)",
                        argument(sort, scope));
    }

    /** Texts that sort alike are in the order of their code points. */
    private Node joined(String distinct, Scope scope) {
        String byText = "$1 COLLATE \"C\"";
        if (!distinct.isEmpty() || chance.percent(30)) {
            return Node.of(
                    Sort.TEXT,
                    "STRING_AGG(" + distinct + "$1, '|')",
                    "STRING_AGG(" + distinct + byText + ", '|' ORDER BY " + byText + ")",
                    argument(Sort.TEXT, scope));
        }
        String direction = direction();
        return Node.of(
                Sort.TEXT,
                "LISTAGG($1, ', ') WITHIN GROUP (ORDER BY $2" + direction + ")",
                "STRING_AGG($1, ', ' ORDER BY $2" + direction + ", " + byText + ")",
                argument(Sort.TEXT, scope),
                argument(Sort.INTEGER, scope));
    }

    /** In a type that leaves digits for what it is put together with. */
    private static Node sum(String distinct, Node argument) {
        return Node.of(Sort.DECIMAL, "CAST(SUM(" + distinct + "$1) AS DECIMAL(24, 4))", argument);
    }

    private Node extreme(Sort sort, Scope scope) {
        return Node.of(sort, (chance.percent(50) ? "MIN" : "MAX") + "($1)", argument(sort, scope));
    }

    private Node fraction(String distinct, Scope scope) {
        Sort number = chance.pick(List.of(Sort.INTEGER, Sort.DECIMAL, Sort.DOUBLE));
        String name = chance.pick(List.of(
                "AVG",
                "AVG",
                "AVG",
                "SUM",
                "STDDEV_POP",
                "STDDEV_SAMP",
                "VAR_POP",
                "VAR_SAMP",
                "STDDEV",
                "VARIANCE",
                "MEDIAN"));
        if (name.equals("MEDIAN") && chance.percent(50)) {
            String fraction = chance.pick(FRACTIONS);
            String direction = chance.percent(50) ? "" : " DESC";
            return Node.of(
                    Sort.DOUBLE,
                    "PERCENTILE_CONT(" + fraction + ") WITHIN GROUP (ORDER BY $1" + direction + ")",
                    "PERCENTILE_CONT(" + fraction + ") WITHIN GROUP (ORDER BY CAST($1 AS DOUBLE PRECISION)" + direction
                            + ")",
                    argument(number, scope));
        }
        if (name.equals("MEDIAN")) {
            return Node.of(
                    Sort.DOUBLE,
                    "MEDIAN($1)",
                    "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY CAST($1 AS DOUBLE PRECISION))",
                    argument(number, scope));
        }
        if (name.equals("SUM")) {
            return Node.of(Sort.DOUBLE, "SUM($1)", argument(Sort.DOUBLE, scope));
        }
        // Of doubles, the last digits of a variance depend on the order of the rows.
        Sort exact = name.equals("AVG") ? number : Sort.INTEGER;
        String call = name + "(" + distinct + "$1)";
        return Node.of(Sort.DOUBLE, call, "CAST(" + call + " AS DOUBLE PRECISION)", argument(exact, scope));
    }

    private Node argument(Sort sort, Scope scope) {
        return values.value(sort, scope, chance.percent(70) ? 0 : 1);
    }

    /** A window function: over rows in an order that leaves no two equal, or one that takes rows of the same place together. */
    Node window(Sort sort, Scope scope, List<Node> keys) {
        Node window = chance.percent(25) && sort.compareTo(Sort.DOUBLE) <= 0
                ? ofPeers(sort, scope)
                : ofRows(sort, scope, keys);
        return sort == Sort.DOUBLE ? Node.rounded(window) : window;
    }

    /** Rows of the same place in the order are one to these functions, so the order may leave any number of them equal. */
    private Node ofPeers(Sort sort, Scope scope) {
        Node partition = partition(scope);
        String nulls = direction();
        boolean far = chance.percent(40);
        Sort ordered = far ? Sort.INTEGER : chance.pick(ValueMaker.VALUES);
        Node key = values.value(ordered, scope, far || chance.percent(80) ? 0 : 1);
        Node order = chance.percent(80)
                ? Node.of(Sort.CLAUSE, "ORDER BY $1" + nulls + chance.pick(far ? DISTANCES : PEER_FRAMES), key)
                : Node.of(Sort.CLAUSE, "");
        Node over = Node.of(Sort.CLAUSE, "$1 $2", partition, order);
        Node ranked = Node.of(Sort.CLAUSE, "$1 ORDER BY $2" + nulls, partition, key);
        return switch (sort) {
            case BIGINT ->
                switch (chance.between(0, 2)) {
                    case 0 -> Node.of(sort, "RANK() OVER ($1)", ranked);
                    case 1 -> Node.of(sort, "DENSE_RANK() OVER ($1)", ranked);
                    default -> Node.of(sort, "COUNT($1) OVER ($2)", leaf(Sort.TEXT, scope), over);
                };
            case DECIMAL -> Node.of(sort, "CAST(SUM($1) OVER ($2) AS DECIMAL(24, 4))", leaf(sort, scope), over);
            case DOUBLE ->
                switch (chance.between(0, 3)) {
                    case 0 -> Node.of(sort, "PERCENT_RANK() OVER ($1)", ranked);
                    case 1 -> Node.of(sort, "CUME_DIST() OVER ($1)", ranked);
                    default ->
                        Node.of(
                                sort,
                                "AVG($1) OVER ($2)",
                                "CAST(AVG($1) OVER ($2) AS DOUBLE PRECISION)",
                                leaf(Sort.INTEGER, scope),
                                over);
                };
            default -> Node.of(sort, (chance.percent(50) ? "MIN" : "MAX") + "($1) OVER ($2)", leaf(sort, scope), over);
        };
    }

    private Node partition(Scope scope) {
        return Node.optional(
                "PARTITION BY ",
                ", ",
                chance.percent(50) ? List.of(values.value(chance.pick(ValueMaker.VALUES), scope, 0)) : List.of());
    }

    private Node ofRows(Sort sort, Scope scope, List<Node> keys) {
        Sort ordered = chance.pick(ValueMaker.VALUES);
        Node over = over(scope, values.value(ordered, scope, chance.percent(80) ? 0 : 1), keys);
        return switch (sort) {
            case BIGINT ->
                switch (chance.between(0, 4)) {
                    case 0 -> Node.of(sort, "ROW_NUMBER() OVER ($1)", over);
                    case 1 -> Node.of(sort, "RANK() OVER ($1)", over);
                    case 2 -> Node.of(sort, "DENSE_RANK() OVER ($1)", over);
                    case 3 -> Node.of(sort, "CAST(NTILE(3) OVER ($1) AS BIGINT)", over);
                    default -> Node.of(sort, "COUNT($1) OVER ($2" + frame() + ")", leaf(Sort.TEXT, scope), over);
                };
            case DECIMAL ->
                Node.of(sort, "CAST(SUM($1) OVER ($2" + frame() + ") AS DECIMAL(24, 4))", leaf(sort, scope), over);
            case DOUBLE ->
                Node.of(
                        sort,
                        "AVG($1) OVER ($2" + frame() + ")",
                        "CAST(AVG($1) OVER ($2" + frame() + ") AS DOUBLE PRECISION)",
                        leaf(Sort.INTEGER, scope),
                        over);
            default -> {
                Node leaf = leaf(sort, scope);
                yield switch (chance.between(0, 4)) {
                    case 0 ->
                        chance.percent(50)
                                ? Node.of(sort, "LAG($1) OVER ($2)", leaf, over)
                                : Node.of(sort, "LAG($1, 1, $3) OVER ($2)", leaf, over, Literals.draw(chance, sort));
                    case 1 -> Node.of(sort, "LEAD($1, 2) OVER ($2)", leaf, over);
                    case 2 -> Node.of(sort, "FIRST_VALUE($1) OVER ($2" + frame() + ")", leaf, over);
                    case 3 ->
                        Node.of(
                                sort,
                                (chance.percent(50) ? "LAST_VALUE($1)" : "NTH_VALUE($1, 2)") + " OVER ($2" + frame()
                                        + ")",
                                leaf,
                                over);
                    default ->
                        sort == Sort.BOOLEAN
                                ? Node.of(sort, "LAG($1, 1) OVER ($2)", leaf, over)
                                : Node.of(sort, "MAX($1) OVER ($2" + frame() + ")", leaf, over);
                };
            }
        };
    }

    // One frame for both sides of a node whose texts differ.
    private String drawn = "";

    private String frame() {
        return drawn;
    }

    private Node leaf(Sort sort, Scope scope) {
        return values.value(sort, scope, 0);
    }

    private Node over(Scope scope, Node first, List<Node> keys) {
        String frame = chance.pick(FRAMES);
        drawn = frame.isEmpty() ? "" : " " + frame;
        Node partition = partition(scope);
        String direction = direction();
        Node total = Node.fixed(
                ", ",
                keys.stream()
                        .map(key -> Node.of(Sort.CLAUSE, "$1 NULLS LAST", key))
                        .toList());
        return Node.of(Sort.CLAUSE, "$1 ORDER BY $2" + direction + ", $3", partition, first, total);
    }

    private String direction() {
        return chance.pick(List.of(" ASC NULLS LAST", " ASC NULLS FIRST", " DESC NULLS LAST", " DESC NULLS FIRST"));
    }
}
