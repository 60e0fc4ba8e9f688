package io.belvedere.federation.hunt;

import io.belvedere.federation.plan.Planner.Shortcut;
import io.belvedere.federation.source.Statistics;
import io.belvedere.model.TableName;
import io.belvedere.model.expr.Literal;
import io.belvedere.testkit.hunt.Mode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A hunt's modes and values in the product's words. */
final class Known {
    private Known() {}

    /** What is known of tables in a mode. */
    static Statistics in(Mode mode, long seed, Statistics statistics) {
        return switch (mode.knowledge()) {
            case NONE -> _ -> Optional.empty();
            case TRUE -> statistics;
            case LYING -> table -> lie(table, seed, statistics);
        };
    }

    /** A size that the query's seed draws for the table, from none to millions; its collations are true. */
    private static Optional<Statistics.TableStatistics> lie(TableName table, long seed, Statistics statistics) {
        Random random = new Random(seed * 31 + table.hashCode());
        var texts =
                statistics.known(table).map(Statistics.TableStatistics::texts).orElse(Map.of());
        return Optional.of(new Statistics.TableStatistics(Math.pow(10, random.nextInt(7)), Map.of(), texts));
    }

    static Set<Shortcut> shortcuts(Mode mode) {
        Set<Shortcut> shortcuts = EnumSet.noneOf(Shortcut.class);
        if (mode.pushDown() == Mode.PushDown.ON) {
            shortcuts.add(Shortcut.PUSH_DOWN);
        }
        if (mode.keys() == Mode.Keys.ON) {
            shortcuts.add(Shortcut.SHIP_KEYS);
        }
        return shortcuts;
    }

    static Literal literal(Object value) {
        return switch (value) {
            case BigDecimal number -> new Literal.Numeric(number);
            case String text -> new Literal.Text(text);
            case Boolean flag -> new Literal.Bool(flag);
            case LocalDate date -> new Literal.Date(date);
            case LocalDateTime moment -> new Literal.Timestamp(moment.toInstant(ZoneOffset.UTC));
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }
}
