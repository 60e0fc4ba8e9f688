package io.belvedere.federation.source;

import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.model.ColumnName;
import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.ServerVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the sources' own catalogs say about their tables, before policy; never shown to a caller with less than full detail.
 *
 * <p>Safe for use by many threads. Cached; never waits for a source longer than a short, fixed time, and answers with nothing
 * rather than fail.
 */
public interface Statistics {
    /** Changes whenever what is known changes, so that nothing that was worked out from it is taken for new. */
    default long epoch() {
        return 0;
    }

    /** What is known of a table, summed over its shards; empty when the source has not answered. */
    Optional<TableStatistics> find(TableName table);

    /** As {@link #find}, without waiting: what is known by now. */
    default Optional<TableStatistics> known(TableName table) {
        return find(table);
    }

    /** The version of a source's server, of several the oldest; empty when it has not said. */
    default Optional<ServerVersion> version(SourceName source) {
        return Optional.empty();
    }

    /**
     * @param rows estimated rows
     * @param texts what is known of text columns, where the product says it
     * @param together estimated distinct values of several columns as one key, where the source counts them
     */
    record TableStatistics(
            double rows,
            Map<ColumnName, ColumnStatistics> columns,
            Map<ColumnName, TextColumn> texts,
            Map<Set<ColumnName>, Double> together) {
        public TableStatistics {
            columns = Map.copyOf(columns);
            texts = Map.copyOf(texts);
            together = Map.copyOf(together);
        }

        public TableStatistics(
                double rows, Map<ColumnName, ColumnStatistics> columns, Map<ColumnName, TextColumn> texts) {
            this(rows, columns, texts, Map.of());
        }

        public TableStatistics(double rows, Map<ColumnName, ColumnStatistics> columns) {
            this(rows, columns, Map.of());
        }
    }

    /**
     * @param distinct estimated distinct values
     * @param nullFraction share of NULL, 0 to 1
     * @param frequent the most common values with their share, most common first
     * @param bounds bounds of equally filled buckets of the remaining values, ascending; empty when unknown
     */
    record ColumnStatistics(double distinct, double nullFraction, List<Frequent> frequent, List<Literal> bounds) {
        public ColumnStatistics {
            frequent = List.copyOf(frequent);
            bounds = List.copyOf(bounds);
        }
    }

    /** A common value and its share of all rows, 0 to 1. */
    record Frequent(Literal value, double share) {}
}
