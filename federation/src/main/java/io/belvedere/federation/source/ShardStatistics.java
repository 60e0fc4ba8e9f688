package io.belvedere.federation.source;

import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.source.Statistics.Frequent;
import io.belvedere.federation.source.Statistics.TableStatistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Literal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The statistics of a table that stands on several shards, from those of each. */
final class ShardStatistics {
    /** Of a column with more distinct values than this share of its rows, every shard is taken to hold values of its own. */
    private static final double NEARLY_UNIQUE = 0.5;

    private ShardStatistics() {}

    static TableStatistics sum(List<TableStatistics> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        double rows = parts.stream().mapToDouble(TableStatistics::rows).sum();
        Map<ColumnName, ColumnStatistics> columns = new HashMap<>();
        for (ColumnName column : parts.getFirst().columns().keySet()) {
            if (parts.stream().allMatch(part -> part.columns().containsKey(column))) {
                columns.put(column, column(parts, column, rows));
            }
        }
        return new TableStatistics(rows, columns, texts(parts), together(parts, rows));
    }

    /** What every shard counts. */
    private static Map<Set<ColumnName>, Double> together(List<TableStatistics> parts, double rows) {
        Map<Set<ColumnName>, Double> together = new HashMap<>();
        for (Set<ColumnName> key : parts.getFirst().together().keySet()) {
            List<Double> values = parts.stream()
                    .flatMap(part -> Optional.ofNullable(part.together().get(key)).stream())
                    .toList();
            if (values.size() == parts.size()) {
                double sum = values.stream().mapToDouble(Double::doubleValue).sum();
                together.put(key, sum > rows * NEARLY_UNIQUE ? sum : Collections.max(values));
            }
        }
        return together;
    }

    /** What every shard says alike. */
    private static Map<ColumnName, TextColumn> texts(List<TableStatistics> parts) {
        Map<ColumnName, TextColumn> texts = new HashMap<>(parts.getFirst().texts());
        texts.entrySet()
                .removeIf(text -> parts.stream()
                        .anyMatch(part -> !text.getValue().equals(part.texts().get(text.getKey()))));
        return texts;
    }

    private static ColumnStatistics column(List<TableStatistics> parts, ColumnName column, double rows) {
        double most = 0;
        double sum = 0;
        double nulls = 0;
        Map<Literal, Double> shares = new LinkedHashMap<>();
        List<Literal> bounds = List.of();
        double boundsOf = -1;
        for (TableStatistics part : parts) {
            ColumnStatistics statistics = part.columns().get(column);
            if (statistics == null) {
                continue;
            }
            double weight = rows > 0 ? part.rows() / rows : 1.0 / parts.size();
            most = Math.max(most, statistics.distinct());
            sum += statistics.distinct();
            nulls += statistics.nullFraction() * weight;
            statistics.frequent().forEach(each -> shares.merge(each.value(), each.share() * weight, Double::sum));
            if (part.rows() > boundsOf && !statistics.bounds().isEmpty()) {
                boundsOf = part.rows();
                bounds = statistics.bounds();
            }
        }
        List<Frequent> frequent = new ArrayList<>();
        shares.forEach((value, share) -> frequent.add(new Frequent(value, share)));
        frequent.sort(Comparator.comparingDouble(Frequent::share).reversed());
        return new ColumnStatistics(sum > rows * NEARLY_UNIQUE ? sum : most, nulls, frequent, bounds);
    }
}
