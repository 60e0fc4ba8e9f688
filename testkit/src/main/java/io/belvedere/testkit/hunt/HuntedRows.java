package io.belvedere.testkit.hunt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Few rows, and nasty ones: NULLs everywhere, doubles, edges of every type, text that is equal here and different there. */
final class HuntedRows {
    private static final int NULLS_PERCENT = 18;

    static final List<String> WHOLE = List.of("-7", "-2", "-1", "0", "1", "1", "2", "2", "3", "7", "10");
    static final List<String> LARGE =
            List.of("0", "1", "2", "2", "3", "5", "7", "-4", "2147483648", "9007199254740993");
    static final List<String> CENTS =
            List.of("-10.50", "-0.01", "0.00", "0.01", "0.50", "1.00", "1.50", "2.50", "3.00", "99999999.99");
    static final List<String> FINE =
            List.of("0.0001", "0.5000", "1.5000", "2.5000", "-2.5000", "1234.5678", "-0.0500", "1.0000");
    static final List<String> BINARY =
            List.of("-2.5", "-0.5", "0", "0.5", "1", "1.5", "2.5", "0.1", "1e9", "-1000.125");
    static final List<String> TEXTS = List.of(
            "", " ", "a", "A", "a ", " a", "ä", "Ä", "a\u0308", "ss", "SS", "ß", "é", "É", "e", "straße", "STRASSE",
            "x%y", "x_y", "x\\y", "it's", "z", "Z", "10", "9", "-1", "😀", "日本", "ﬁ", "\t", "aA", "Aa");
    static final List<String> LATIN = List.of(
            "", " ", "a", "A", "a ", "ä", "Ä", "ß", "ss", "é", "É", "e", "x\\y", "it's", "z", "Z", "10", "9", "b", "B");
    /** Without spaces at the end, which a CHAR column does not keep. */
    static final List<String> WORDS = List.of("", "a", "a", "a", "A", "ä", "b", "B", "10", "9", "zz", "Zz");

    /** Of which Calcite's calendar has no 1582-10-10. */
    private static final List<String> DAYS = List.of(
            "1000-01-01",
            "1582-10-10",
            "1900-02-28",
            "1969-12-31",
            "1970-01-01",
            "2000-02-29",
            "2023-12-31",
            "2024-01-01",
            "2024-02-29",
            "2024-12-30",
            "9999-12-31");

    private static final List<String> MOMENTS = List.of(
            "1000-01-01 00:00:00",
            "1582-10-10 10:10:10",
            "1969-12-31 23:59:59.999999",
            "2000-02-29 12:34:56.789",
            "2024-02-29 00:00:00",
            "2024-03-31 02:30:00",
            "2024-12-30 00:00:00.000001",
            "9999-12-31 23:59:59.999999");
    /** Those that can be written down. */
    static final List<String> DATES = written(DAYS);

    static final List<String> TIMESTAMPS = written(MOMENTS);
    static final List<String> INSTANTS = List.of(
            "1970-01-01 00:00:01",
            "2024-02-29 00:00:00",
            "2024-03-31 01:30:00",
            "2024-10-27 00:30:00.5",
            "2024-10-27 01:30:00",
            "2038-01-19 03:14:07");
    static final List<String> TIMES = List.of("00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999");

    private HuntedRows() {}

    private static List<String> written(List<String> all) {
        return all.stream().filter(each -> !each.startsWith("1582")).toList();
    }

    /** Rows as texts in the order of {@link HuntedTable#NAMES}; an empty list stands for NULL. */
    static List<List<List<String>>> draw(HuntedTable table, long seed) {
        Chance chance = new Chance(seed * 31 + table.name().hashCode());
        List<List<List<String>>> rows = new ArrayList<>();
        for (int id = 0; id < table.rows(); id++) {
            List<List<String>> row = new ArrayList<>();
            row.add(List.of(Integer.toString(id)));
            for (String column : HuntedTable.NAMES.subList(1, HuntedTable.NAMES.size())) {
                row.add(
                        chance.percent(NULLS_PERCENT)
                                ? Collections.emptyList()
                                : List.of(chance.pick(pool(table, column))));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> pool(HuntedTable table, String column) {
        return switch (column) {
            case "k" -> WHOLE;
            case "g" -> LARGE;
            case "flag" -> List.of("0", "1");
            case "d2" -> CENTS;
            case "d4" -> FINE;
            case "x" -> BINARY;
            case "t" -> TEXTS;
            case "u" -> table.word().contains("latin1") ? LATIN : TEXTS;
            case "w" -> WORDS;
            case "happened_on" -> DAYS;
            case "happened_at" -> MOMENTS;
            case "seen_at" -> INSTANTS;
            case "opens" -> TIMES;
            default -> throw new IllegalArgumentException(column);
        };
    }
}
