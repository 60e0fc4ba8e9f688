package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * The place of a lifted value, or of a sub-query's, in a statement that is being written: a mark of control characters, which no dialect writes in a
 * literal or a name, so that no text of a caller can look like one.
 */
public final class ValuePlace {
    private static final char MARK = '\u0004';
    private static final char SHIPPED = '\u0005';
    private static final char ROWS = '\u0007';

    private ValuePlace() {}

    static String mark(int value) {
        return MARK + Integer.toString(value) + MARK;
    }

    /** Index of the value whose place a mark is. */
    static int value(String mark) {
        return Integer.parseInt(mark, 1, mark.length() - 1, 10);
    }

    static boolean isMark(String sql) {
        return !sql.isEmpty() && (sql.charAt(0) == MARK || sql.charAt(0) == SHIPPED);
    }

    /** @param value its index as a parameter of the tree */
    static String shipped(int value) {
        return SHIPPED + Integer.toString(value) + SHIPPED;
    }

    /** What stands after FROM for rows of an earlier step, until they are known. */
    public static String rows(int shipment) {
        return ROWS + Integer.toString(shipment) + ROWS;
    }

    /** Cuts the texts of a statement at the places of rows. */
    public static SqlTemplate cutRows(SqlTemplate sql) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        for (SqlTemplate.Part part : sql.parts()) {
            if (part instanceof SqlTemplate.Text(String text)) {
                cut(text, ROWS, SqlTemplate.RowsPlace::new, parts);
            } else {
                parts.add(part);
            }
        }
        return new SqlTemplate(parts);
    }

    /** The statement with something else at the places of sub-queries' values. */
    public static String replaceShipped(String sql, IntFunction<String> text) {
        StringBuilder written = new StringBuilder();
        int from = 0;
        for (int open = sql.indexOf(SHIPPED); open >= 0; open = sql.indexOf(SHIPPED, from)) {
            int close = sql.indexOf(SHIPPED, open + 1);
            written.append(sql, from, open).append(text.apply(Integer.parseInt(sql, open + 1, close, 10)));
            from = close + 1;
        }
        return written.append(sql, from, sql.length()).toString();
    }

    /** Cuts the texts of a statement at the places of sub-queries' values. */
    public static SqlTemplate cutShipped(SqlTemplate sql, IntUnaryOperator shipment) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        for (SqlTemplate.Part part : sql.parts()) {
            if (part instanceof SqlTemplate.Text(String text)) {
                cut(text, SHIPPED, value -> new SqlTemplate.ShippedValue(shipment.applyAsInt(value)), parts);
            } else {
                parts.add(part);
            }
        }
        return new SqlTemplate(parts);
    }

    /** Cuts the texts of a statement at their marks. */
    public static SqlTemplate cut(SqlTemplate sql) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        for (SqlTemplate.Part part : sql.parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> cut(text, MARK, SqlTemplate.Value::new, parts);
                case SqlTemplate.KeysPlace _,
                        SqlTemplate.Value _,
                        SqlTemplate.ShippedValue _,
                        SqlTemplate.Known _,
                        SqlTemplate.RowsPlace _,
                        SqlTemplate.KnownRows _ -> parts.add(part);
            }
        }
        return new SqlTemplate(parts);
    }

    private static void cut(String text, char mark, IntFunction<SqlTemplate.Part> place, List<SqlTemplate.Part> parts) {
        int from = 0;
        for (int open = text.indexOf(mark); open >= 0; open = text.indexOf(mark, from)) {
            int close = text.indexOf(mark, open + 1);
            parts.add(new SqlTemplate.Text(text.substring(from, open)));
            parts.add(place.apply(Integer.parseInt(text, open + 1, close, 10)));
            from = close + 1;
        }
        parts.add(new SqlTemplate.Text(text.substring(from)));
    }
}
