package io.belvedere.federation.verify;

import java.util.List;
import java.util.Optional;

/** What a statement says, as it was read back. */
final class Syntax {
    private Syntax() {}

    /** A SELECT, or several under a set operation. */
    sealed interface Query {}

    /**
     * One SELECT.
     *
     * @param groups the sets of GROUP BY; empty for no such clause
     * @param rows how many are given; with {@code offset} and {@code order} also what a fence consists of
     */
    record Select(
            List<Item> items,
            Optional<From> from,
            Optional<Expression> where,
            Optional<List<List<Expression>>> groups,
            List<Expression> order,
            Ordered ordered,
            Optional<Expression> rows,
            Optional<Expression> offset)
            implements Query {}

    /** Whether ORDER BY names an order, or none for form's sake. */
    enum Ordered {
        BY_VALUES,
        BY_NOTHING
    }

    record Compound(String word, List<Query> branches) implements Query {}

    /** An output column. */
    record Item(Expression value, String name) {}

    sealed interface From {}

    /** @param path schema, where there is one, and name */
    record Table(List<String> path, String alias) implements From {}

    /** An earlier step's rows. */
    record Rows(String step, String alias) implements From {}

    record Nested(Query query, String alias) implements From {}

    record Joined(String kind, From left, From right, Optional<Expression> on) implements From {}

    sealed interface Expression {}

    record Name(String alias, String column) implements Expression {}

    record Text(String value) implements Expression {}

    record Hex(String digits) implements Expression {}

    record Numeral(String digits) implements Expression {}

    /** A day, a time of day or a moment. */
    record Moment(String kind, String value) implements Expression {}

    /** TRUE, NULL, CURRENT_DATE, and words that some functions take for an argument. */
    record Word(String value) implements Expression {}

    /** Whatever is done to operands: an operator, a function, a cast. */
    record Call(String name, List<Expression> operands) implements Expression {}

    /** An aggregate; its FILTER is an operand too. */
    record Aggregated(String name, List<Expression> operands) implements Expression {}

    /** A window function. */
    record Window(String name, List<Expression> operands, List<Expression> partition, List<Expression> order)
            implements Expression {}

    record Exists(Query query) implements Expression {}

    /** The one value of a query. */
    record Scalar(Query query) implements Expression {}

    record Keys(int shipment, List<Expression> columns) implements Expression {}

    record Value(String name) implements Expression {}
}
