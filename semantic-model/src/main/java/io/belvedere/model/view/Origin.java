package io.belvedere.model.view;

import io.belvedere.model.ColumnName;
import java.util.Map;

/**
 * Where in which file a definition's query stands, so that an error in the SQL can name the line in the file.
 *
 * @param file path below the catalog folder
 * @param queryLine line of the query's first character, from 1
 * @param queryColumn column of the query's first character in code points, from 1; the same for each of its lines in a literal
 *     block
 * @param lines whether the query's lines stand in the file as they are
 * @param columns where each column of the contract stands, as far as that is known
 */
public record Origin(String file, int queryLine, int queryColumn, Lines lines, Map<ColumnName, Place> columns) {
    public Origin {
        columns = Map.copyOf(columns);
    }

    /** The origin of a query, without the places of the columns. */
    public Origin(String file, int queryLine, int queryColumn, Lines lines) {
        this(file, queryLine, queryColumn, lines, Map.of());
    }

    /** The origin of a query that stands in its file as it is. */
    public Origin(String file, int queryLine, int queryColumn) {
        this(file, queryLine, queryColumn, Lines.VERBATIM);
    }

    /** Whether the lines of a query are the lines of its file. */
    public enum Lines {
        /** A literal block, or a value on one line without escapes: each character of the query has its place in the file. */
        VERBATIM,
        /** A value that YAML folds or un-escapes: only the query's first character has a known place. */
        FOLDED
    }

    /** The same with the places of the columns. */
    public Origin withColumns(Map<ColumnName, Place> places) {
        return new Origin(file, queryLine, queryColumn, lines, places);
    }

    /** Where a column of the contract stands; where the query begins for one whose place is not known. */
    public Place place(ColumnName column) {
        return columns.getOrDefault(column, new Place(queryLine, queryColumn));
    }

    /** A place in the file; line and column from 1. */
    public record Place(int line, int column) {}

    /**
     * The place in the file of a place in the query.
     *
     * @param line line of the query, from 1
     * @param column column in that line in code points, from 1
     * @return the exact place for a verbatim query; the query's first character for a folded one
     */
    public Place place(int line, int column) {
        return switch (lines) {
            case VERBATIM -> new Place(queryLine + line - 1, queryColumn + column - 1);
            case FOLDED -> new Place(queryLine, queryColumn);
        };
    }
}
