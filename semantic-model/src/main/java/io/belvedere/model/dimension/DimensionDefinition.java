package io.belvedere.model.dimension;

import io.belvedere.model.SourceName;
import io.belvedere.model.TableName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.ColumnContract.KeyPart;
import io.belvedere.model.view.ViewDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A small table, or query, of one source whose rows are kept in memory, as they are at the source: policy is woven above it as above a
 * table.
 *
 * @param name how views name it, {@code domain.name}; the domain need not be a source
 * @param columns in order; of a whole table those of the table, with those marked as key that tell the dimension's rows apart
 * @param staleMax how old rows may be that a query is answered with; older ones are dropped
 * @param rowsMax more rows are refused at load
 * @param bytesMax more bytes in memory, indexes included, are refused at load
 * @param signal how the source tells of a change before the next refresh
 * @param hash SHA-256, in hex, of the definition's canonical form
 */
public record DimensionDefinition(
        TableName name,
        String description,
        SourceName source,
        Contents contents,
        List<SourceColumn> columns,
        Refresh refresh,
        Duration staleMax,
        long rowsMax,
        long bytesMax,
        Optional<ChangeSignal> signal,
        String hash) {
    public static final Refresh REFRESH_DEFAULT = new Refresh.Every(Duration.ofMinutes(5));
    public static final Duration STALE_MAX_DEFAULT = Duration.ofMinutes(15);
    /** The longest that any dimension may serve rows without having loaded them anew. */
    public static final Duration STALE_MAX_MAX = Duration.ofHours(1);

    public static final int COLUMNS_MAX = ViewDefinition.COLUMNS_MAX;
    public static final long ROWS_MAX_DEFAULT = 1_000_000;
    public static final long ROWS_MAX_MAX = 10_000_000;
    public static final long BYTES_MAX_DEFAULT = 64L << 20;
    public static final long BYTES_MAX_MAX = 1L << 30;

    public DimensionDefinition {
        columns = List.copyOf(columns);
        if (columns.isEmpty() || columns.size() > COLUMNS_MAX) {
            throw new IllegalArgumentException("a dimension has 1 to " + COLUMNS_MAX + " columns");
        }
        if (staleMax.compareTo(Duration.ofSeconds(1)) < 0 || staleMax.compareTo(STALE_MAX_MAX) > 0) {
            throw new IllegalArgumentException("maxStaleness is 1s to 1h");
        }
        if (refresh instanceof Refresh.Every(Duration interval) && interval.compareTo(staleMax) >= 0) {
            throw new IllegalArgumentException("a dimension is refreshed before its maxStaleness is over");
        }
        if (rowsMax < 1 || rowsMax > ROWS_MAX_MAX) {
            throw new IllegalArgumentException("maxRows is 1 to " + ROWS_MAX_MAX);
        }
        if (bytesMax < 1 || bytesMax > BYTES_MAX_MAX) {
            throw new IllegalArgumentException("maxBytes is 1 to " + BYTES_MAX_MAX);
        }
    }

    /** The columns that tell rows apart, in order; empty when there are none. */
    public List<SourceColumn> key() {
        return columns.stream()
                .filter(column -> column.keyPart() == KeyPart.KEY)
                .toList();
    }

    /** The same definition with another hash. */
    public DimensionDefinition withHash(String newHash) {
        return new DimensionDefinition(
                name, description, source, contents, columns, refresh, staleMax, rowsMax, bytesMax, signal, newHash);
    }
}
