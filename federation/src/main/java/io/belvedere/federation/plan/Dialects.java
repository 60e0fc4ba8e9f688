package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.CapabilitySheet;
import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.Spelling;
import io.belvedere.federation.dialect.TextColumn;
import io.belvedere.federation.source.Statistics;
import io.belvedere.model.ColumnName;
import io.belvedere.model.expr.Literal;
import io.belvedere.model.source.SourceDefinition;
import io.belvedere.model.source.SourceTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How each source is asked, by what it says of itself: its version, and its columns. For one plan, by one thread. */
final class Dialects {
    private final Statistics statistics;
    private final List<Literal> lifted;

    /** @param lifted the values that the plan is made for without having them in it */
    Dialects(Statistics statistics, List<Literal> lifted) {
        this.statistics = statistics;
        this.lifted = List.copyOf(lifted);
    }

    /** A source of which no version is known is taken for the oldest. */
    Dialect of(SourceDefinition source) {
        return Dialect.of(
                source.kind(),
                statistics
                        .version(source.name())
                        .orElse(CapabilitySheet.of(source.kind()).oldest()));
    }

    /** What is known of a table's columns, in their order. */
    List<Optional<TextColumn>> texts(SourceTable table) {
        Map<ColumnName, TextColumn> known = statistics
                .known(table.name())
                .map(Statistics.TableStatistics::texts)
                .orElse(Map.of());
        return table.columns().stream()
                .map(column -> Optional.ofNullable(known.get(column.name())))
                .toList();
    }

    /** How the lifted values are spelled. */
    List<Spelling> spellings() {
        return lifted.stream().map(Spelling::of).toList();
    }
}
