package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** A statement in a source's dialect with places where shipped keys go. All literals are already escaped for the dialect. */
public record SqlTemplate(List<Part> parts) {
    public SqlTemplate {
        parts = List.copyOf(parts);
    }

    /** A piece of the statement. */
    public sealed interface Part {}

    /** Text, as it is sent. */
    public record Text(String sql) implements Part {}

    /**
     * The place of a condition that is true for rows whose columns are among the shipped keys; the source chooses the form
     * ({@code = ANY (?)}, {@code IN (…)}). Where no condition is wanted it becomes the dialect's TRUE.
     *
     * @param shipment index into the fetch's keys
     * @param columnsSql the columns, as the dialect writes them, in the order of the shipment's
     * @param texts what the source says of columns of text, by how they are written
     */
    public record KeysPlace(int shipment, List<String> columnsSql, Map<String, TextColumn> texts) implements Part {
        public KeysPlace {
            columnsSql = List.copyOf(columnsSql);
            texts = Map.copyOf(texts);
        }

        /** A place of whose columns nothing else is known. */
        public KeysPlace(int shipment, List<String> columnsSql) {
            this(shipment, columnsSql, Map.of());
        }

        /** What stands before IN: a column, or several in parentheses. */
        public String rowSql() {
            String columns = String.join(", ", columnsSql);
            return columnsSql.size() == 1 ? columns : "(" + columns + ")";
        }
    }

    /**
     * The place of a value that is filled in before the statement is run.
     *
     * @param value index into the plan's values
     */
    public record Value(int value) implements Part {}

    /**
     * The place of a sub-query's value, which becomes a literal when it is known.
     *
     * @param shipment index into the fetch's values
     */
    public record ShippedValue(int shipment) implements Part {}

    /** A sub-query's value, as it is sent; somebody's data, and so never shown. */
    public record Known(String literal) implements Part {
        @Override
        public String toString() {
            return SHOWN;
        }

        /** What stands in its place for people. */
        public static final String SHOWN = "<value>";
    }

    /**
     * The place of an earlier step's rows, which the statement reads like a table; its columns are {@code c0, c1 …}.
     *
     * @param shipment index into the fetch's rows
     */
    public record RowsPlace(int shipment) implements Part {}

    /**
     * An earlier step's rows, as they are sent; somebody's data, and so never shown.
     *
     * @param parameters values, as texts, for each {@code ?}
     * @param rows how many there are
     */
    public record KnownRows(String sql, List<String> parameters, long rows) implements Part {
        public KnownRows {
            parameters = List.copyOf(parameters);
        }

        /** What stands in their place for people. */
        public String shown() {
            return "(<" + rows + " rows>)";
        }

        @Override
        public String toString() {
            return shown();
        }
    }

    /** The statement with rows in the place of each shipment of rows. */
    public SqlTemplate inline(List<KnownRows> rows) {
        return new SqlTemplate(parts.stream()
                .map(part -> part instanceof RowsPlace(int shipment) ? rows.get(shipment) : part)
                .toList());
    }

    /** The statement with a literal in the place of each sub-query's value. */
    public SqlTemplate ship(List<String> literals) {
        return new SqlTemplate(parts.stream()
                .map(part -> part instanceof ShippedValue(int shipment) ? new Known(literals.get(shipment)) : part)
                .toList());
    }

    /** The statement with a literal in the place of each value. */
    public SqlTemplate bind(List<String> literals) {
        List<Part> bound = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String sql) -> text.append(sql);
                case Value(int value) -> text.append(literals.get(value));
                case KeysPlace _, ShippedValue _, Known _, RowsPlace _, KnownRows _ -> {
                    bound.add(new Text(text.toString()));
                    bound.add(part);
                    text.setLength(0);
                }
            }
        }
        bound.add(new Text(text.toString()));
        return new SqlTemplate(bound);
    }

    /**
     * The statement for people.
     *
     * @param keys what a shipment is, for people, by its index
     * @param values what a sub-query's value is, by its index
     * @param rows what a shipment of rows is, by its index
     */
    public String describe(IntFunction<String> keys, IntFunction<String> values, IntFunction<String> rows) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String sql) -> text.append(sql);
                case Value _, Known _ -> text.append(Known.SHOWN);
                case ShippedValue(int shipment) ->
                    text.append('<').append(values.apply(shipment)).append('>');
                case RowsPlace(int shipment) ->
                    text.append("(<").append(rows.apply(shipment)).append(">)");
                case KnownRows known -> text.append(known.shown());
                case KeysPlace place ->
                    text.append(place.rowSql())
                            .append(" IN (<")
                            .append(keys.apply(place.shipment()))
                            .append(">)");
            }
        }
        return text.toString();
    }
}
