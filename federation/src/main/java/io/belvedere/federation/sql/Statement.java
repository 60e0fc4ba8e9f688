package io.belvedere.federation.sql;

import java.util.List;
import org.apache.calcite.sql.SqlNode;

/**
 * One query that parsed: within its limits, with nothing in it that is not allowed, not yet validated.
 *
 * @param tree the query; validation writes into it, so it is used once
 * @param tables the tables it names, each once, in the order of the text
 * @param clock how long it means the same
 */
record Statement(SqlNode tree, List<TableReference> tables, Clockwork.Use clock) {
    public Statement {
        tables = List.copyOf(tables);
    }
}
