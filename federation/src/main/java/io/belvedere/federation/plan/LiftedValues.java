package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.sql.Constants;
import io.belvedere.model.expr.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/**
 * The values of a query that is planned without them, for the one question that must be asked of them all the same: which shards.
 * Each answer is noted, so that the plan is used again only for values that would get the same. For one plan, by one thread.
 */
final class LiftedValues {
    private static final int MICROSECONDS = 6;

    private final List<Literal> values;
    private final RexBuilder rex;
    private final List<Routing> routings = new ArrayList<>();

    LiftedValues(List<Literal> values, RexBuilder rex) {
        this.values = List.copyOf(values);
        this.rex = rex;
    }

    /**
     * Where rows stand that fulfil some conditions on lifted values.
     *
     * @param before where they stand without the conditions
     * @param after where they stand for the values that were planned with
     */
    record Routing(Site before, List<RexNode> conditions, Site after, RexBuilder rex) {
        Routing {
            conditions = List.copyOf(conditions);
        }

        /** Whether they stand at the same place for these values. */
        boolean holds(List<Literal> values) {
            return before.where(constants(conditions, values, rex)).equals(after);
        }
    }

    List<Literal> values() {
        return values;
    }

    /** {@link Site#where}, with the values in their places. */
    Site where(Site site, List<RexNode> conditions) {
        if (values.isEmpty() || site.shards().size() < 2) {
            return site.where(conditions);
        }
        List<RexNode> constants = constants(conditions, values, rex);
        Site found = site.where(constants);
        if (!constants.equals(conditions)) {
            routings.add(new Routing(site, conditions, found, rex));
        }
        return found;
    }

    List<Routing> routings() {
        return List.copyOf(routings);
    }

    private static List<RexNode> constants(List<RexNode> conditions, List<Literal> values, RexBuilder rex) {
        RexShuttle constants = new RexShuttle() {
            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                return parameter instanceof SubQueryValue
                        ? parameter
                        : constant(values.get(parameter.getIndex()), parameter.getType(), rex);
            }
        };
        return conditions.stream().map(condition -> condition.accept(constants)).toList();
    }

    private static RexNode constant(Literal value, RelDataType type, RexBuilder rex) {
        return switch (value) {
            case Literal.Text(String text) -> rex.makeLiteral(text);
            case Literal.Numeric(BigDecimal number) -> rex.makeExactLiteral(number, type);
            case Literal.Bool(boolean flag) -> rex.makeLiteral(flag);
            case Literal.Date(LocalDate date) -> rex.makeDateLiteral(Constants.dateString(date));
            case Literal.Timestamp(Instant instant) ->
                rex.makeTimestampLiteral(Constants.timestampString(instant), MICROSECONDS);
        };
    }
}
