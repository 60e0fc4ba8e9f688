package io.belvedere.federation.plan;

import io.belvedere.federation.dimension.DimensionRows;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.Frequent;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceColumn;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;

/**
 * What the kept rows of dimensions say of themselves: how many there are, and of each column how many values it has, counted in up to
 * {@value #ROWS_MAX} of the rows. Counted once for each load. Safe for use by many threads.
 */
final class DimensionStatistics {
    private static final int ROWS_MAX = 20_000;
    private static final int FREQUENT_MAX = 20;
    /** A value that stands in fewer of the rows that were counted is not common. */
    private static final int FREQUENT_MIN = 2;
    /** More distinct values than this among the rows that were counted go on growing with the rows. */
    private static final double SATURATED = 0.5;

    private final Map<DimensionRows, TableStatistics> known = Collections.synchronizedMap(new WeakHashMap<>());

    TableStatistics of(DimensionRows rows) {
        TableStatistics found = known.get(rows);
        if (found == null) {
            found = counted(rows);
            known.put(rows, found);
        }
        return found;
    }

    private static TableStatistics counted(DimensionRows rows) {
        List<SourceColumn> columns = rows.definition().columns();
        Map<ColumnName, ColumnStatistics> statistics = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            statistics.put(columns.get(i).name(), counted(rows, i));
        }
        return new TableStatistics(rows.rowCount(), statistics);
    }

    private static ColumnStatistics counted(DimensionRows rows, int column) {
        int step = Math.max(1, rows.rowCount() / ROWS_MAX);
        Map<Object, Integer> counts = new HashMap<>();
        int seen = 0;
        int nulls = 0;
        for (int row = 0; row < rows.rowCount(); row += step) {
            DimensionRows.Place place = rows.place(row);
            FieldVector values = place.batch().getVector(column);
            seen++;
            if (values.isNull(place.row())) {
                nulls++;
            } else {
                counts.merge(values.getObject(place.row()), 1, Integer::sum);
            }
        }
        if (seen == 0) {
            return new ColumnStatistics(1, 0, List.of(), List.of());
        }
        double grown =
                counts.size() > SATURATED * seen ? (double) counts.size() * rows.rowCount() / seen : counts.size();
        FieldVector kind = rows.batches().getFirst().getVector(column);
        double all = seen;
        List<Frequent> frequent = counts.entrySet().stream()
                .filter(each -> each.getValue() >= FREQUENT_MIN)
                .sorted(Map.Entry.<Object, Integer>comparingByValue().reversed())
                .limit(FREQUENT_MAX)
                .flatMap(each ->
                        literal(kind, each.getKey()).map(value -> new Frequent(value, each.getValue() / all)).stream())
                .toList();
        return new ColumnStatistics(Math.max(1, grown), nulls / all, frequent, List.of());
    }

    private static Optional<Literal> literal(FieldVector kind, Object value) {
        return switch (kind) {
            case IntVector _, BigIntVector _ -> Optional.of(new Literal.Numeric(new BigDecimal(value.toString())));
            case VarCharVector _ -> Optional.of(new Literal.Text(value.toString()));
            case BitVector _ -> Optional.of(new Literal.Bool((Boolean) value));
            case DateDayVector _ -> Optional.of(new Literal.Date(LocalDate.ofEpochDay((Integer) value)));
            default -> Optional.empty();
        };
    }
}
