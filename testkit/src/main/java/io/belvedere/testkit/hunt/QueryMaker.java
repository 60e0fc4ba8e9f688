package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Makes one query from a seed. One use only, by one thread. */
final class QueryMaker {
    private static final int NESTED_MAX = 3;
    private static final int COLUMNS_MAX = 4;
    /** How many conditions; with more, few queries have rows, and an answer without rows says little. */
    private static final List<Integer> CONDITIONS = List.of(0, 0, 0, 1, 1, 1, 1, 2, 3);

    /** How many of a query's constants are parameters. */
    private static final List<Integer> PARAMETERS_PERCENT = List.of(0, 0, 0, 50, 100);

    private final Chance chance;
    private final ValueMaker values;
    private final AggregateMaker aggregates;
    private final FromMaker tables;
    private int names;
    private int nested;
    private int depth;
    /** Whether something of the outermost query compares its rows. */
    private boolean compared;

    QueryMaker(long seed) {
        chance = new Chance(seed);
        values = new ValueMaker(chance, this);
        aggregates = new AggregateMaker(chance, values);
        tables = new FromMaker(chance, values, this);
    }

    /** The query of this seed. */
    HuntedQuery make(long seed) {
        List<Node> shared = new ArrayList<>();
        if (chance.percent(14)) {
            shared.add(tables.common());
            if (chance.percent(40)) {
                shared.add(tables.common());
            }
        }
        List<Sort> sorts = sorts(chance.between(1, COLUMNS_MAX));
        boolean ordered = chance.percent(50);
        compared = ordered;
        Made made = body(sorts, Scope.of(List.of()));
        Node order = ordered ? order(made.columns(), sorts, 50) : Node.optional("", "", List.of());
        Node with = Node.optional("WITH ", ", ", shared);
        Node whole = Node.of(Sort.CLAUSE, "$1 $2 $3", with, made.node(), order);
        int parameters = chance.pick(PARAMETERS_PERCENT);
        Node said = whole.withConstants(
                each -> each.in(chance.percent(parameters) ? Node.Form.PARAMETER : Node.Form.LITERAL));
        return new HuntedQuery(seed, (Node.Term) said);
    }

    /** A query's text without brackets, and the names of its columns. */
    record Made(Node node, List<String> columns) {}

    boolean mayNest() {
        return nested < NESTED_MAX && depth < 2;
    }

    String name(String prefix) {
        return prefix + names++;
    }

    List<Sort> sorts(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> chance.pick(ValueMaker.VALUES))
                .toList();
    }

    private Made body(List<Sort> sorts, Scope outer) {
        if (!mayNest() || !chance.percent(14)) {
            return select(sorts, outer);
        }
        nested++;
        compared |= depth == 0;
        Made left = select(sorts, outer);
        Made two = combined(left, select(sorts, outer));
        return chance.percent(15) ? combined(two, select(sorts, outer)) : two;
    }

    private Made combined(Made left, Made right) {
        String operator = chance.pick(
                List.of("UNION", "UNION ALL", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"));
        return new Made(Node.of(Sort.QUERY, "($1) " + operator + " ($2)", left.node(), right.node()), left.columns());
    }

    /** A sub-query in brackets that gives the sorts, and may name what is around it. */
    Node nested(List<Sort> sorts, Scope around) {
        nested++;
        depth++;
        Node query = inner(sorts, new Scope(List.of(), around.inside())).node();
        depth--;
        return Node.of(Sort.CLAUSE, "($1)", query);
    }

    /** A table of its own: a sub-query with names for its columns. */
    Made table(List<Sort> sorts, Scope around) {
        nested++;
        depth++;
        Made made = inner(sorts, around);
        depth--;
        return made;
    }

    private Made inner(List<Sort> sorts, Scope around) {
        if (!chance.percent(14)) {
            return body(sorts, around);
        }
        Made made = select(sorts, around);
        return new Made(Node.of(Sort.QUERY, "$1 $2", made.node(), order(made.columns(), sorts, 100)), made.columns());
    }

    /** A sub-query that gives one value: an aggregate, or the first row of an order. */
    Node scalar(Sort sort, Scope around) {
        nested++;
        depth++;
        Scope outer = new Scope(List.of(), around.inside());
        FromMaker.Made from = tables.from(outer);
        Node where = where(from.scope(), 2);
        Node query;
        if (chance.percent(75)) {
            Node aggregate = aggregates.aggregate(sort, from.scope());
            query = Node.of(Sort.CLAUSE, "(SELECT $1 FROM $2$3)", aggregate, from.node(), where);
        } else {
            Node value = values.value(sort, from.scope(), 1);
            String column = name("c");
            String order = " ORDER BY " + column + (chance.percent(50) ? " DESC" : "") + " NULLS LAST LIMIT 1";
            query = Node.of(
                    Sort.CLAUSE, "(SELECT $1 AS " + column + " FROM $2$3" + order + ")", value, from.node(), where);
        }
        depth--;
        return Node.of(sort, "$1", query);
    }

    private Made select(List<Sort> sorts, Scope outer) {
        FromMaker.Made from = tables.from(outer);
        Node where = where(from.scope(), 3);
        int shape = chance.between(0, 99);
        if (shape < 33) {
            return grouped(sorts, from, where);
        }
        boolean windows = shape < 46;
        String distinct = !windows && chance.percent(15) ? "DISTINCT " : "";
        compared |= depth == 0 && !distinct.isEmpty();
        List<Node> items = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        boolean mayWindow = windows;
        for (Sort sort : sorts) {
            boolean window = mayWindow && chance.percent(60);
            // Rows that are equal come in any order, so two windows over them may go together in any way.
            mayWindow &= !window || from.rows() == FromMaker.Rows.DISTINCT;
            Node value = window
                    ? aggregates.window(sort, from.scope(), from.keys())
                    : values.value(sort, from.scope(), chance.between(0, 3));
            items.add(item(value, columns));
        }
        return new Made(
                Node.of(
                        Sort.QUERY,
                        "SELECT " + distinct + "$1 FROM $2$3",
                        Node.list("", ", ", "", items),
                        from.node(),
                        where),
                columns);
    }

    private Node item(Node value, List<String> columns) {
        String column = name("c");
        columns.add(column);
        boolean inAnswer = depth == 0 && !compared;
        return Node.of(Sort.CLAUSE, "$1 AS " + column, inAnswer ? Node.asComputed(value) : value);
    }

    private Node where(Scope scope, int most) {
        List<Node> conditions = new ArrayList<>();
        for (Node each : correlated(scope)) {
            conditions.add(each);
        }
        int wanted = Math.min(most, chance.pick(CONDITIONS));
        for (int i = wanted; i > 1 || (i == 1 && conditions.isEmpty()); i--) {
            conditions.add(values.condition(scope));
        }
        return Node.optional(
                " WHERE ", " AND ", conditions.stream().map(Node::met).toList());
    }

    /** A sub-query is mostly about the row around it. */
    private List<Node> correlated(Scope scope) {
        if (scope.outer().isEmpty() || chance.percent(40)) {
            return List.of();
        }
        Node outer = chance.pick(scope.outer()).node();
        return scope.draw(chance, outer.sort())
                .map(inner -> List.of(Node.of(
                        Sort.BOOLEAN,
                        "($1 " + (chance.percent(88) ? "=" : chance.pick(List.of("<", ">=", "<>"))) + " $2)",
                        inner,
                        outer)))
                .orElse(List.of());
    }

    private Made grouped(List<Sort> sorts, FromMaker.Made from, Node where) {
        List<Node> keys = new ArrayList<>();
        List<Scope.Leaf> offered = new ArrayList<>();
        for (int i = chance.between(0, 3); i > 0; i--) {
            Sort sort = chance.pick(ValueMaker.VALUES);
            from.scope().draw(chance, sort).ifPresent(key -> {
                if (keys.stream().noneMatch(known -> known.write(Side.ASKED).equals(key.write(Side.ASKED)))) {
                    keys.add(key);
                    offered.add(new Scope.Leaf(key, true));
                }
            });
        }
        Grouping grouping = grouping(keys);
        for (Sort sort : sorts) {
            offered.add(new Scope.Leaf(aggregates.aggregate(sort, from.scope()), false));
        }
        offered.add(new Scope.Leaf(aggregates.aggregate(Sort.BIGINT, from.scope()), false));
        if (grouping.sets() && chance.percent(50)) {
            offered.add(new Scope.Leaf(Node.of(Sort.BIGINT, "CAST(GROUPING($1) AS BIGINT)", chance.pick(keys)), false));
        }
        // Calcite takes no column of a query around in HAVING.
        Scope scope = Scope.of(offered);
        List<Node> items = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (Sort sort : sorts) {
            items.add(item(values.value(sort, scope, chance.percent(70) ? 0 : 1), columns));
        }
        Node having = Node.optional(
                " HAVING ", " AND ", chance.percent(25) ? List.of(Node.chosen(values.condition(scope))) : List.of());
        Node node = Node.of(
                Sort.QUERY,
                "SELECT $1 FROM $2$3$4$5",
                Node.list("", ", ", "", items),
                from.node(),
                where,
                grouping.node(),
                having);
        return new Made(node, columns);
    }

    private record Grouping(Node node, boolean sets) {}

    private Grouping grouping(List<Node> keys) {
        if (keys.isEmpty()) {
            return new Grouping(Node.optional("", "", List.of()), false);
        }
        if (chance.percent(75)) {
            return new Grouping(Node.optional(" GROUP BY ", ", ", keys), false);
        }
        return switch (chance.between(0, keys.size() > 1 ? 3 : 2)) {
            case 3 -> {
                Node some = Node.list("ROLLUP(", ", ", ")", keys.subList(1, keys.size()));
                yield new Grouping(Node.of(Sort.CLAUSE, " GROUP BY $1, $2", keys.getFirst(), some), true);
            }
            case 0 -> new Grouping(new Node.Series(Sort.CLAUSE, " GROUP BY ROLLUP(", ", ", ")", 0, keys), true);
            case 1 -> new Grouping(new Node.Series(Sort.CLAUSE, " GROUP BY CUBE(", ", ", ")", 0, keys), true);
            default -> {
                List<Node> sets = new ArrayList<>();
                for (Node key : keys) {
                    sets.add(Node.of(Sort.CLAUSE, "($1)", key));
                }
                sets.add(new Node.Series(Sort.CLAUSE, "(", ", ", ")", 1, keys));
                sets.add(Node.of(Sort.CLAUSE, "()"));
                yield new Grouping(new Node.Series(Sort.CLAUSE, " GROUP BY GROUPING SETS (", ", ", ")", 0, sets), true);
            }
        };
    }

    /** By every column, so that only equal rows may change places; by doubles last, because their last digits decide nothing. */
    private Node order(List<String> columns, List<Sort> sorts, int limitPercent) {
        List<String> shuffled = new ArrayList<>(columns);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            Collections.swap(shuffled, i, chance.between(0, i));
        }
        shuffled.sort(Comparator.comparing(column -> sorts.get(columns.indexOf(column)) == Sort.DOUBLE));
        List<Node> keys = new ArrayList<>();
        for (String column : shuffled) {
            boolean descending = chance.percent(35);
            String asked = column + (descending ? " DESC" : "");
            String nulls = chance.pick(List.of("", " NULLS FIRST", " NULLS LAST"));
            keys.add(Node.of(Sort.CLAUSE, asked + nulls, asked + (nulls.isEmpty() ? " NULLS LAST" : nulls)));
        }
        Node all = Node.of(Sort.CLAUSE, "ORDER BY $1 $2", Node.fixed(", ", keys), limit(limitPercent));
        return Node.optional("", "", List.of(all));
    }

    private Node limit(int percent) {
        if (!chance.percent(percent)) {
            return Node.optional("", "", List.of());
        }
        Node count = Literals.draw(chance, Sort.LIMIT);
        return Node.optional(
                "",
                "",
                List.of(
                        chance.percent(30)
                                ? Node.of(Sort.CLAUSE, "LIMIT $1 OFFSET $2", count, Literals.draw(chance, Sort.LENGTH))
                                : Node.of(Sort.CLAUSE, "LIMIT $1", count)));
    }
}
