package io.belvedere.federation.source;

import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.Frequent;
import io.belvedere.model.DataType;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Statistics of a column from the values of some rows that stand together. Such rows say little of a column that grows with them, as a date of
 * creation does; of that there are no bounds. Used by one thread.
 */
final class SampledColumn {
    private static final int FREQUENT_MAX = 100;
    private static final int BOUNDS = 50;
    /** Ascents among neighbours that differ, as a share; half is no order at all. */
    private static final double ASCENTS_MIN = 0.4;

    private static final double ASCENTS_MAX = 0.6;
    private static final int HALVINGS = 60;

    private final DataType type;
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Literal> values = new ArrayList<>();
    private long rows;
    private long nulls;
    private long ascents;
    private long descents;

    SampledColumn(DataType type) {
        this.type = type;
    }

    void add(Optional<String> text) {
        rows++;
        if (text.isEmpty()) {
            nulls++;
            return;
        }
        counts.merge(text.get(), 1, Integer::sum);
        if (type == DataType.Simple.VARCHAR) {
            return;
        }
        Literals.parse(type, text.get()).ifPresent(value -> {
            if (!values.isEmpty()) {
                int order = compare(values.getLast(), value);
                ascents += order < 0 ? 1 : 0;
                descents += order > 0 ? 1 : 0;
            }
            values.add(value);
        });
    }

    /**
     * @param tableRows rows of the whole table, estimated
     */
    Optional<ColumnStatistics> statistics(double tableRows) {
        if (rows == 0) {
            return Optional.empty();
        }
        boolean whole = rows < MariaDbSample.ROWS_MAX;
        double all = whole ? rows : Math.max((double) rows, tableRows);
        double distinct = whole ? counts.size() : distinct(counts.size(), (double) (rows - nulls), all);
        List<Frequent> frequent = frequent();
        return Optional.of(new ColumnStatistics(
                Math.max(1, distinct),
                (double) nulls / rows,
                frequent,
                frequent.isEmpty() && (whole || isUnordered()) ? bounds() : List.of()));
    }

    /** How many values the table has, if each is as common as any other: as many as make this number likely in the sample. */
    private static double distinct(double seen, double sampled, double all) {
        double low = seen;
        double high = all;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            double expected = middle * (1 - Math.exp(-sampled / middle));
            if (expected < seen) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** All values with their shares, where they are few. */
    private List<Frequent> frequent() {
        if (counts.size() > FREQUENT_MAX) {
            return List.of();
        }
        List<Frequent> frequent = new ArrayList<>();
        counts.forEach((text, count) -> Literals.parse(type, text)
                .ifPresent(value -> frequent.add(new Frequent(value, (double) count / rows))));
        frequent.sort(Comparator.comparingDouble(Frequent::share).reversed());
        return frequent;
    }

    private boolean isUnordered() {
        double share = (double) ascents / Math.max(1, ascents + descents);
        return share > ASCENTS_MIN && share < ASCENTS_MAX;
    }

    private List<Literal> bounds() {
        if (values.size() < BOUNDS) {
            return List.of();
        }
        List<Literal> sorted = new ArrayList<>(values);
        sorted.sort(SampledColumn::compare);
        List<Literal> bounds = new ArrayList<>();
        for (int i = 0; i <= BOUNDS; i++) {
            bounds.add(sorted.get(Math.min(sorted.size() - 1, i * sorted.size() / BOUNDS)));
        }
        return bounds;
    }

    /** Values of one column are of one kind. */
    private static int compare(Literal one, Literal other) {
        return switch (one) {
            case Literal.Numeric(BigDecimal value)
            when other instanceof Literal.Numeric(BigDecimal second) -> value.compareTo(second);
            case Literal.Date date
            when other instanceof Literal.Date second -> date.value().compareTo(second.value());
            case Literal.Timestamp moment
            when other instanceof Literal.Timestamp second -> moment.value().compareTo(second.value());
            case Literal.Numeric _, Literal.Date _, Literal.Timestamp _, Literal.Text _, Literal.Bool _ -> 0;
        };
    }
}
