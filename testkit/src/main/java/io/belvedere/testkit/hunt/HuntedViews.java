package io.belvedere.testkit.hunt;

import java.util.List;

/** The views of the hunted house: each table as it is, some with a filter and a join in their body, two whose rows policy narrows. */
public final class HuntedViews {
    /** The column by which policy narrows the rows of {@value #GUARDED}. */
    public static final String ROWS_COLUMN = "w";

    /** The column that policy masks by NULL in {@value #GUARDED}. */
    public static final String MASKED_COLUMN = "t";

    /** The class of {@value #ROWS_COLUMN} there. */
    public static final String ROWS_CLASS = "scope.word";

    /** The class of {@value #MASKED_COLUMN} there. */
    public static final String MASKED_CLASS = "pii.note";

    /** The only value of the narrowed column that is seen. */
    public static final String ROWS_VALUE = "a";

    public static final String GUARDED = "guarded";

    /** A view over {@value #GUARDED}, under the same policy itself. */
    public static final String LAYERED = "layered";

    static final String MIXED = "mixed";

    /**
     * A view with a body of its own, that has the columns of every table.
     *
     * @param body as the product is told, over sources' tables
     * @param heldBody as the one database is told, with the masks of policy written by hand
     * @param heldRows the row filter of policy written by hand; a further condition of the body
     */
    record Joined(String name, String body, String heldBody, String heldRows) {}

    private static final String LAYERS =
            "a.id, a.k, b.g, b.flag, a.d2, b.d4, a.x, a.t, b.u, a.w, b.happened_on, a.happened_at, b.seen_at, a.opens";

    static final List<Joined> JOINED = List.of(
            new Joined(
                    MIXED,
                    body(
                            "a.id, a.k, b.g, b.flag, a.d2, b.d4, a.x, b.t, a.u, b.w, a.happened_on, b.happened_at, a.seen_at, b.opens"
                                    + " FROM maria.people a JOIN postgres.events b ON b.k = a.k AND a.id <> 3"),
                    body(
                            "a.id, a.k, b.g, b.flag, a.d2, b.d4, a.x, b.t, a.u, b.w, a.happened_on, b.happened_at, a.seen_at, b.opens"
                                    + " FROM held.people a JOIN held.events b ON b.k = a.k AND a.id <> 3"),
                    ""),
            new Joined(
                    GUARDED,
                    body(String.join(", ", HuntedTable.NAMES) + " FROM maria.people WHERE id < 12"),
                    body(
                            "id, k, g, flag, d2, d4, x, CAST(NULL AS TEXT) AS t, u, w, happened_on, happened_at, seen_at, opens"
                                    + " FROM held.people WHERE id < 12"),
                    " AND w = '" + ROWS_VALUE + "'"),
            new Joined(
                    LAYERED,
                    body(LAYERS + " FROM hunt.guarded a JOIN hunt.items b ON b.flag = a.flag WHERE b.id <> 4"),
                    body(LAYERS + " FROM hunt.guarded a JOIN hunt.items b ON b.flag = a.flag WHERE b.id <> 4"),
                    " AND a.w = '" + ROWS_VALUE + "'"));

    /** What policy does to the rows of {@value #GUARDED}. */
    public enum GuardedRows {
        /** Those whose {@value #ROWS_COLUMN} is {@value #ROWS_VALUE}. */
        NARROWED,
        ALL
    }

    private HuntedViews() {}

    /** The names of all views, in the domain {@code hunt}. */
    static List<String> names() {
        return java.util.stream.Stream.concat(
                        HuntedTable.ALL.stream().map(HuntedTable::name),
                        JOINED.stream().map(Joined::name))
                .toList();
    }

    /** Whether a view may give rows that are equal in every column. */
    static boolean repeats(String view) {
        return view.equals(MIXED) || view.equals(LAYERED);
    }

    private static String body(String rest) {
        return "SELECT " + rest;
    }

    static String plain(HuntedTable table) {
        return view(
                table.name(),
                body(String.join(", ", HuntedTable.NAMES)) + " FROM "
                        + table.place().source() + "." + table.name());
    }

    static String joined(Joined joined) {
        return view(joined.name(), joined.body());
    }

    private static String view(String name, String query) {
        StringBuilder yaml = new StringBuilder("""
                apiVersion: belvedere.io/v1
                kind: View
                metadata: {name: hunt.%s, version: 1.0.0, title: %s, owner: hunt}
                spec:
                  query: "%s"
                  columns:
                """.formatted(name, name, query));
        columns(yaml, "    ", name);
        return yaml.toString();
    }

    static void columns(StringBuilder yaml, String indent, String name) {
        boolean classified = name.equals(GUARDED) || name.equals(LAYERED);
        for (String column : HuntedTable.NAMES) {
            yaml.append(indent).append("- {name: ").append(column);
            yaml.append(", type: \"").append(HuntedTable.contractType(column)).append('"');
            if (column.equals("id")) {
                yaml.append(repeats(name) ? ", required: true" : ", required: true, key: true");
            }
            if (classified && column.equals(ROWS_COLUMN)) {
                yaml.append(", classification: [").append(ROWS_CLASS).append(']');
            }
            if (classified && column.equals(MASKED_COLUMN)) {
                yaml.append(", classification: [").append(MASKED_CLASS).append(']');
            }
            yaml.append("}\n");
        }
    }
}
