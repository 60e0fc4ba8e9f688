package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.List;

/** Makes values and conditions over what a scope offers. Used by one thread. */
final class ValueMaker {
    private static final int LEAF_PERCENT = 35;
    private static final int CONSTANT_PERCENT = 10;
    private static final int SUB_QUERY_PERCENT = 4;
    private static final int OUTER_PERCENT = 8;

    private final Chance chance;
    private final QueryMaker queries;

    ValueMaker(Chance chance, QueryMaker queries) {
        this.chance = chance;
        this.queries = queries;
    }

    /** A value of a sort, at most {@code depth} operations deep. */
    Node value(Sort sort, Scope scope, int depth) {
        if (!sort.isValue()) {
            return Literals.draw(chance, sort);
        }
        if (depth <= 0 || chance.percent(LEAF_PERCENT)) {
            return leaf(sort, scope);
        }
        if (queries.mayNest() && chance.percent(SUB_QUERY_PERCENT)) {
            return sort == Sort.BOOLEAN ? test(scope) : queries.scalar(sort, scope);
        }
        List<Rule> rules = Rule.giving(sort);
        if (rules.isEmpty()) {
            return leaf(sort, scope);
        }
        Rule rule = chance.pick(rules);
        List<Node> parts = new ArrayList<>();
        for (Sort taken : rule.takes()) {
            parts.add(value(taken, scope, depth - 1));
        }
        return new Node.Term(rule.gives(), rule.asked(), rule.oracle(), rule.exposed(), parts);
    }

    private Node leaf(Sort sort, Scope scope) {
        if (chance.percent(CONSTANT_PERCENT)) {
            return chance.percent(20) ? Literals.none(sort) : Literals.draw(chance, sort);
        }
        if (chance.percent(OUTER_PERCENT)) {
            return scope.drawOuter(chance, sort).orElseGet(() -> Literals.draw(chance, sort));
        }
        return scope.draw(chance, sort).orElseGet(() -> Literals.draw(chance, sort));
    }

    /** A condition for WHERE, HAVING or FILTER; mostly one that leaves rows. */
    Node condition(Scope scope) {
        if (queries.mayNest() && chance.percent(22)) {
            return test(scope);
        }
        if (chance.percent(45)) {
            return comparison(scope);
        }
        return value(Sort.BOOLEAN, scope, chance.between(1, 3));
    }

    /** A column against a constant or another column: what sources are asked most. */
    private Node comparison(Scope scope) {
        Sort sort = chance.pick(VALUES);
        Node left = scope.draw(chance, sort).orElseGet(() -> value(sort, scope, 1));
        if (sort == Sort.TEXT && chance.percent(25)) {
            return Node.of(
                    Sort.BOOLEAN, "($1 LIKE $2)", "($1 LIKE $2 ESCAPE '')", left, Literals.draw(chance, Sort.PATTERN));
        }
        Node right = chance.percent(60) ? Literals.draw(chance, sort) : leaf(sort, scope);
        String operator = chance.pick(List.of("=", "=", "<>", "<", "<=", ">", ">=", "IS NOT DISTINCT FROM"));
        return Node.of(Sort.BOOLEAN, "($1 " + operator + " $2)", left, right);
    }

    static final List<Sort> VALUES = List.of(
            Sort.INTEGER,
            Sort.INTEGER,
            Sort.BIGINT,
            Sort.BIGINT,
            Sort.DECIMAL,
            Sort.DOUBLE,
            Sort.TEXT,
            Sort.TEXT,
            Sort.TEXT,
            Sort.BOOLEAN,
            Sort.DATE,
            Sort.TIMESTAMP,
            Sort.INSTANT,
            Sort.TIME);

    /** A condition with a sub-query in it. */
    private Node test(Scope scope) {
        Sort sort = chance.pick(VALUES);
        return switch (chance.between(0, 9)) {
            case 0, 1, 2 -> whole("EXISTS $1", 1, queries.nested(List.of(sort), scope));
            case 3, 4 -> whole("(NOT EXISTS $1)", 1, queries.nested(List.of(sort), scope));
            case 5, 6 -> whole("($1 IN $2)", 2, value(sort, scope, 1), queries.nested(List.of(sort), scope));
            case 7 -> whole("($1 NOT IN $2)", 2, value(sort, scope, 1), queries.nested(List.of(sort), scope));
            case 8 -> {
                Sort other = chance.pick(VALUES);
                yield whole(
                        "(($1, $2) " + (chance.percent(70) ? "IN" : "NOT IN") + " $3)",
                        3,
                        value(sort, scope, 0),
                        value(other, scope, 0),
                        queries.nested(List.of(sort, other), scope));
            }
            default -> {
                String operator = chance.pick(List.of("<", "<=", ">", ">=", "=", "<>"));
                String which = chance.pick(List.of("SOME", "ALL"));
                yield whole(
                        "($1 " + operator + " " + which + " $2)",
                        2,
                        value(sort, scope, 1),
                        queries.nested(List.of(sort), scope));
            }
        };
    }

    /** A test of the rows of the sub-query at a place; where rows are exposed, all of them are read before it is known. */
    private static Node whole(String text, int place, Node... parts) {
        String all = "(ARRAY(SELECT q FROM $" + place + " AS q) IS NOT NULL)";
        return Node.exposed(Sort.BOOLEAN, text, "held.both(" + text + ", " + all + ")", parts);
    }
}
