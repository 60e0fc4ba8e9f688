package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;

import io.belvedere.federation.sql.ViewBody.Target;
import io.belvedere.model.TableName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.dimension.Contents;
import io.belvedere.model.dimension.DimensionDefinition;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.sql.SqlNode;

/** What a dimension is at its source: a table, or a query over tables. Immutable. */
public sealed interface DimensionBody {
    /** The tables that it reads, all of the one source. */
    Collection<Target.Leaf> leaves();

    /** All rows and columns of a table. */
    record Table(Target.Leaf leaf) implements DimensionBody {
        @Override
        public List<Target.Leaf> leaves() {
            return List.of(leaf);
        }
    }

    /**
     * What a query gives.
     *
     * @param tables by the path that the query writes
     */
    record Query(String sql, Map<List<String>, Target.Leaf> tables) implements DimensionBody {
        public Query {
            tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        }

        /** The query as a tree of the caller's own: validation writes into it. */
        public SqlNode tree(Instant now) {
            return parse(sql, now).tree();
        }

        @Override
        public Collection<Target.Leaf> leaves() {
            return tables.values();
        }
    }

    /**
     * Finds the tables of a dimension.
     *
     * @throws SqlProblem when its query does not parse, or it reads what is no table of its source
     */
    static DimensionBody read(DimensionDefinition dimension, Catalog catalog) {
        return switch (dimension.contents()) {
            case Contents.WholeTable(TableName name) ->
                new Table(find(
                        List.of(name.source().value(), name.table()),
                        new SqlProblem(VIEW_NOT_FOUND, 0, 0, notOfTheSource(dimension, name.toString()), null),
                        dimension,
                        catalog));
            case Contents.OfQuery(String sql, var _) -> {
                Map<List<String>, Target.Leaf> tables = new LinkedHashMap<>();
                for (TableReference reference : parse(sql, Instant.EPOCH).tables()) {
                    SqlProblem unknown = new SqlProblem(
                            VIEW_NOT_FOUND,
                            reference.line(),
                            reference.column(),
                            notOfTheSource(dimension, reference.typed()),
                            null);
                    tables.put(reference.path(), find(reference.path(), unknown, dimension, catalog));
                }
                yield new Query(sql, tables);
            }
        };
    }

    private static Target.Leaf find(
            List<String> path, SqlProblem unknown, DimensionDefinition dimension, Catalog catalog) {
        return ViewBody.findTable(path, catalog)
                .filter(leaf -> leaf.source().name().equals(dimension.source()))
                .orElseThrow(() -> unknown);
    }

    private static String notOfTheSource(DimensionDefinition dimension, String typed) {
        return "A dimension reads tables of its own source, '" + dimension.source() + "'; '" + typed + "' is none.";
    }

    private static Statement parse(String sql, Instant now) {
        return StatementParser.parseDefinition(sql, now);
    }
}
