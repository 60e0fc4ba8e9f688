package io.belvedere.federation.plan;

import io.belvedere.federation.source.Statistics;
import io.belvedere.model.ColumnName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.TableScan;

/** What sources have counted of several columns of a tree as one key. */
final class KnownTogether {
    private KnownTogether() {}

    /**
     * Columns of one table, two or more.
     *
     * @param values distinct ones in the whole table
     */
    record Counted(List<Integer> columns, double values) {
        Counted {
            columns = List.copyOf(columns);
        }
    }

    /** The counted sets among the columns, those of more columns first. */
    static List<Counted> of(RelNode rel, List<Integer> columns, Statistics statistics) {
        Map<TableScan, Map<ColumnName, Integer>> byTable = new HashMap<>();
        for (int column : columns.size() < 2 ? List.<Integer>of() : columns) {
            Lineage.origin(rel, column)
                    .ifPresent(origin -> byTable.computeIfAbsent(origin.scan(), _ -> new HashMap<>())
                            .putIfAbsent(Trees.column(origin.scan(), origin.column()), column));
        }
        List<Counted> found = new ArrayList<>();
        byTable.forEach((scan, names) -> {
            if (names.size() > 1) {
                statistics.find(Trees.table(scan)).ifPresent(table -> counted(table, names, found));
            }
        });
        found.sort(Comparator.comparingInt((Counted each) -> each.columns().size())
                .reversed()
                .thenComparing(each -> each.columns().toString()));
        return found;
    }

    private static void counted(Statistics.TableStatistics table, Map<ColumnName, Integer> names, List<Counted> found) {
        table.together().forEach((key, values) -> {
            List<Integer> places = key.stream()
                    .flatMap(name -> Optional.ofNullable(names.get(name)).stream())
                    .sorted()
                    .toList();
            if (places.size() == key.size()) {
                found.add(new Counted(places, values));
            }
        });
    }
}
