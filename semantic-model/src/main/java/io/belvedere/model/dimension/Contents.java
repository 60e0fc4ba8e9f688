package io.belvedere.model.dimension;

import io.belvedere.model.TableName;
import io.belvedere.model.view.Origin;

/** Whose rows a dimension keeps. */
public sealed interface Contents {
    /** All rows and columns of one table of the source. */
    record WholeTable(TableName table) implements Contents {}

    /**
     * What a query over tables of the source gives.
     *
     * @param sql ANSI SQL, as in a view
     * @param origin where it stands
     */
    record OfQuery(String sql, Origin origin) implements Contents {
        public OfQuery {
            if (sql.isBlank()) {
                throw new IllegalArgumentException("a dimension's query is not empty");
            }
        }
    }
}
