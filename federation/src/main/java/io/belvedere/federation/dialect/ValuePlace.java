package io.belvedere.federation.dialect;

import java.util.ArrayList;
import java.util.List;

/**
 * The place of a lifted value in a statement that is being written: a mark of control characters, which no dialect writes in a
 * literal or a name, so that no text of a caller can look like one.
 */
public final class ValuePlace {
    private static final char MARK = '\u0004';

    private ValuePlace() {}

    static String mark(int value) {
        return MARK + Integer.toString(value) + MARK;
    }

    static boolean isMark(String sql) {
        return !sql.isEmpty() && sql.charAt(0) == MARK;
    }

    /** Cuts the texts of a statement at their marks. */
    public static SqlTemplate cut(SqlTemplate sql) {
        List<SqlTemplate.Part> parts = new ArrayList<>();
        for (SqlTemplate.Part part : sql.parts()) {
            switch (part) {
                case SqlTemplate.Text(String text) -> cut(text, parts);
                case SqlTemplate.KeysPlace place -> parts.add(place);
                case SqlTemplate.Value value -> parts.add(value);
            }
        }
        return new SqlTemplate(parts);
    }

    private static void cut(String text, List<SqlTemplate.Part> parts) {
        int from = 0;
        for (int open = text.indexOf(MARK); open >= 0; open = text.indexOf(MARK, from)) {
            int close = text.indexOf(MARK, open + 1);
            parts.add(new SqlTemplate.Text(text.substring(from, open)));
            parts.add(new SqlTemplate.Value(Integer.parseInt(text, open + 1, close, 10)));
            from = close + 1;
        }
        parts.add(new SqlTemplate.Text(text.substring(from)));
    }
}
