package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes what stands after FROM: views, sub-queries, lists of values, and joins of all kinds. Used by one thread. */
final class FromMaker {
    private static final List<String> JOINS =
            List.of("JOIN", "JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN");

    /** Sorts by which tables are joined, the frequent ones first. */
    private static final List<Sort> KEYS = List.of(
            Sort.BIGINT,
            Sort.BIGINT,
            Sort.INTEGER,
            Sort.INTEGER,
            Sort.BIGINT,
            Sort.INTEGER,
            Sort.TEXT,
            Sort.TEXT,
            Sort.DATE,
            Sort.BOOLEAN,
            Sort.DECIMAL,
            Sort.TIMESTAMP,
            Sort.INSTANT,
            Sort.BOOLEAN,
            Sort.TIME,
            Sort.DOUBLE);

    /** A sub-query of which every column is computed, also those that nobody reads. */
    private static final String WHOLE = "(SELECT q.* FROM ($1) AS q WHERE held.whole(q))";

    private final Chance chance;
    private final ValueMaker values;
    private final QueryMaker queries;
    private final List<Common> shared = new ArrayList<>();

    FromMaker(Chance chance, ValueMaker values, QueryMaker queries) {
        this.chance = chance;
        this.values = values;
        this.queries = queries;
    }

    /** A query of a WITH clause. */
    private record Common(String name, List<String> columns, List<Sort> sorts) {}

    /**
     * What stands after FROM.
     *
     * @param keys columns that leave no two rows equal, or all there are
     * @param rows whether all columns may leave two rows equal
     */
    record Made(Node node, Scope scope, List<Node> keys, Rows rows) {}

    /** Whether no two rows are equal in every column. */
    enum Rows {
        DISTINCT,
        SOME_EQUAL;

        Rows with(Rows other) {
            return this == DISTINCT ? other : this;
        }
    }

    /**
     * One item after FROM, its columns, and those that leave no two of its rows equal.
     *
     * @param view its name where the item is a view alone, else empty
     */
    private record Item(Node node, List<Scope.Leaf> leaves, List<Node> keys, Rows rows, String view) {
        Item(Node node, List<Scope.Leaf> leaves, List<Node> keys, Rows rows) {
            this(node, leaves, keys, rows, "");
        }
    }

    Node common() {
        List<Sort> sorts = queries.sorts(chance.between(2, 4));
        QueryMaker.Made made = queries.table(sorts, Scope.of(List.of()));
        String name = queries.name("w");
        shared.add(new Common(name, made.columns(), sorts));
        return Node.exposed(Sort.CLAUSE, name + " AS ($1)", name + " AS " + WHOLE, made.node());
    }

    Made from(Scope outer) {
        int items = chance.pick(List.of(1, 1, 1, 2, 2, 2, 3));
        Item all = item(outer);
        for (int i = 1; i < items; i++) {
            all = joined(all, outer);
        }
        return new Made(all.node(), new Scope(all.leaves(), outer.outer()), all.keys(), all.rows());
    }

    private Item item(Scope outer) {
        int draw = chance.between(0, 99);
        if (draw < 10 && queries.mayNest()) {
            return subQuery(outer);
        }
        if (draw < 14) {
            return constants();
        }
        if (draw < 35 && !shared.isEmpty()) {
            Common common = chance.pick(shared);
            String alias = queries.name("t");
            return named(Node.of(Sort.FROM, common.name() + " AS " + alias), alias, common.columns(), common.sorts());
        }
        return view();
    }

    private Item view() {
        // Tables without rows are asked too, but seldom: next to nothing can be wrong with them.
        String drawn = chance.pick(HuntedViews.names());
        return view(HuntedTable.isEmpty(drawn) && chance.percent(80) ? chance.pick(HuntedViews.names()) : drawn);
    }

    private Item view(String view) {
        String alias = queries.name("t");
        List<Scope.Leaf> leaves = HuntedTable.NAMES.stream()
                .map(column -> leaf(alias, column, HuntedTable.sort(column)))
                .toList();
        List<Node> keys = new ArrayList<>();
        keys.add(leaves.getFirst().node());
        if (HuntedViews.repeats(view)) {
            leaves.stream().skip(1).map(Scope.Leaf::node).forEach(keys::add);
        }
        return new Item(
                Node.exposed(
                        Sort.FROM,
                        "hunt." + view + " AS " + alias,
                        "(SELECT t.* FROM (VALUES (1)) AS v(one) LEFT JOIN hunt." + view + " AS t ON TRUE) AS "
                                + alias),
                leaves,
                keys,
                HuntedViews.repeats(view) ? Rows.SOME_EQUAL : Rows.DISTINCT,
                view);
    }

    private static Scope.Leaf leaf(String alias, String column, Sort sort) {
        return new Scope.Leaf(Node.of(sort, alias + "." + column), true);
    }

    private static Item named(Node node, String alias, List<String> columns, List<Sort> sorts) {
        List<Scope.Leaf> leaves = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            leaves.add(leaf(alias, columns.get(i), sorts.get(i)));
        }
        return new Item(node, leaves, leaves.stream().map(Scope.Leaf::node).toList(), Rows.SOME_EQUAL);
    }

    private Item subQuery(Scope outer) {
        List<Sort> sorts = queries.sorts(chance.between(2, 4));
        QueryMaker.Made made = queries.table(sorts, new Scope(List.of(), outer.outer()));
        String alias = queries.name("t");
        Node node = Node.exposed(Sort.FROM, "($1) AS " + alias, WHOLE + " AS " + alias, made.node());
        return named(node, alias, made.columns(), sorts);
    }

    private Item constants() {
        List<Sort> sorts = queries.sorts(chance.between(1, 3));
        String alias = queries.name("t");
        List<String> columns = sorts.stream().map(_ -> queries.name("v")).toList();
        List<Node> rows = new ArrayList<>();
        for (int i = chance.between(1, 3); i > 0; i--) {
            List<Node> row = sorts.stream()
                    .map(sort -> chance.percent(15) ? Literals.none(sort) : Literals.draw(chance, sort))
                    .toList();
            rows.add(Node.list("(", ", ", ")", row));
        }
        String text = "(VALUES $1) AS " + alias + "(" + String.join(", ", columns) + ")";
        return named(Node.of(Sort.FROM, text, Node.list("", ", ", "", rows)), alias, columns, sorts);
    }

    private Item joined(Item left, Scope outer) {
        if (chance.percent(6) && queries.mayNest()) {
            return lateral(left, outer);
        }
        Item right = chance.percent(8) ? again(left).orElseGet(() -> item(outer)) : item(outer);
        if (chance.percent(10)) {
            Optional<Item> byName = using(left, right);
            if (byName.isPresent()) {
                return byName.get();
            }
        }
        if (chance.percent(8)) {
            return together(left, right, Node.of(Sort.FROM, "$1 CROSS JOIN $2", left.node(), right.node()));
        }
        List<Scope.Leaf> both = new ArrayList<>(left.leaves());
        both.addAll(right.leaves());
        List<Node> conditions = equalities(left, right);
        if (chance.percent(8)) {
            conditions.addAll(range(left, right));
        }
        if (conditions.isEmpty() || chance.percent(18)) {
            conditions.add(values.value(Sort.BOOLEAN, new Scope(both, outer.outer()), 2));
        }
        String join = chance.pick(JOINS);
        // PostgreSQL joins in full by equalities only.
        boolean plain = join.equals("FULL JOIN");
        List<Node> on =
                plain ? conditions.stream().filter(FromMaker::isEquality).toList() : conditions;
        if (on.isEmpty()) {
            return together(left, right, Node.of(Sort.FROM, "$1 CROSS JOIN $2", left.node(), right.node()));
        }
        return together(
                left,
                right,
                Node.exposed(
                        Sort.FROM,
                        "$1 " + join + " $2 ON $3",
                        "$1 " + join.replace("FULL", "LEFT") + " $2 ON $3",
                        left.node(),
                        right.node(),
                        Node.list("", " AND ", "", on.stream().map(Node::met).toList())));
    }

    /** The view of the left side once more: a table joined with itself. */
    private Optional<Item> again(Item left) {
        return left.view().isEmpty() ? Optional.empty() : Optional.of(view(left.view()));
    }

    /** By columns of one name, each once on either side; columns stay named by their tables. */
    private Optional<Item> using(Item left, Item right) {
        List<String> names = new ArrayList<>();
        for (String name : List.of("id", "k", "g", "w", "happened_on")) {
            if (times(left, name) == 1 && times(right, name) == 1 && chance.percent(40)) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String join = chance.pick(JOINS);
        String text = "$1 " + join + " $2 USING (" + String.join(", ", names) + ")";
        return Optional.of(together(
                left,
                right,
                Node.exposed(
                        Sort.FROM,
                        text,
                        text.replace(join + " $2", join.replace("FULL", "LEFT") + " $2"),
                        left.node(),
                        right.node())));
    }

    private static long times(Item item, String name) {
        return item.leaves().stream()
                .filter(leaf -> leaf.node().write(Side.ASKED).endsWith("." + name))
                .count();
    }

    /** One side's value between two of the other's, or on one side of it. */
    private List<Node> range(Item left, Item right) {
        Sort sort = chance.pick(List.of(Sort.BIGINT, Sort.INTEGER, Sort.DATE, Sort.TIMESTAMP, Sort.DECIMAL));
        Optional<Node> value = Scope.of(left.leaves()).draw(chance, sort);
        Optional<Node> from = Scope.of(right.leaves()).draw(chance, sort);
        Optional<Node> to = Scope.of(right.leaves()).draw(chance, sort);
        if (value.isEmpty() || from.isEmpty() || to.isEmpty()) {
            return List.of();
        }
        return List.of(
                chance.percent(50)
                        ? Node.of(Sort.BOOLEAN, "($1 BETWEEN $2 AND $3)", value.get(), from.get(), to.get())
                        : Node.of(
                                Sort.BOOLEAN,
                                "($1 " + chance.pick(List.of("<", "<=", ">", ">=")) + " $2)",
                                value.get(),
                                from.get()));
    }

    private static boolean isEquality(Node condition) {
        return condition instanceof Node.Term term && term.asked().equals("($1 = $2)");
    }

    private static Item together(Item left, Item right, Node node) {
        List<Scope.Leaf> leaves = new ArrayList<>(left.leaves());
        leaves.addAll(right.leaves());
        List<Node> keys = new ArrayList<>(left.keys());
        keys.addAll(right.keys());
        return new Item(node, leaves, keys, left.rows().with(right.rows()));
    }

    private List<Node> equalities(Item left, Item right) {
        List<Node> conditions = new ArrayList<>();
        for (int i = chance.pick(List.of(1, 1, 1, 1, 1, 2)); i > 0; i--) {
            Sort sort = chance.pick(KEYS);
            Scope.of(left.leaves())
                    .draw(chance, sort)
                    .ifPresent(one -> Scope.of(right.leaves())
                            .draw(chance, sort)
                            .ifPresent(other -> conditions.add(Node.of(
                                    Sort.BOOLEAN,
                                    "($1 " + (chance.percent(90) ? "=" : "IS NOT DISTINCT FROM") + " $2)",
                                    one,
                                    other))));
        }
        return conditions;
    }

    private Item lateral(Item left, Scope outer) {
        List<Sort> sorts = queries.sorts(chance.between(1, 3));
        Scope around = new Scope(left.leaves(), outer.outer());
        QueryMaker.Made made = queries.table(sorts, new Scope(List.of(), around.inside()));
        String alias = queries.name("t");
        Item right = named(left.node(), alias, made.columns(), sorts);
        boolean kept = chance.percent(40);
        String join = "$1 " + (kept ? "LEFT" : "CROSS") + " JOIN LATERAL ";
        String as = " AS " + alias + (kept ? " ON TRUE" : "");
        return together(
                left,
                right,
                Node.exposed(
                        Sort.FROM,
                        join + "($2)" + as,
                        join + WHOLE.replace("$1", "$2") + as,
                        left.node(),
                        made.node()));
    }
}
