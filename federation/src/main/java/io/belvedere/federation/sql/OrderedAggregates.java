package io.belvedere.federation.sql;

import static io.belvedere.federation.FederationError.QUERY_INVALID;
import static io.belvedere.federation.FederationError.UNSUPPORTED;

import io.belvedere.federation.sql.OrderedAggregate.Direction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.Litmus;
import org.jspecify.annotations.Nullable;

/** What callers write for aggregates of values in an order: {@code STRING_AGG} under the names it has elsewhere, and percentiles. */
final class OrderedAggregates {
    private static final Set<String> JOINED = Set.of("STRING_AGG", "LISTAGG", "GROUP_CONCAT");
    private static final int FRACTION_DIGITS_MAX = 18;
    private static final Set<String> PERCENTILES = Set.of("PERCENTILE_CONT", "PERCENTILE_DISC");

    private OrderedAggregates() {}

    static boolean isOne(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return JOINED.contains(upper) || PERCENTILES.contains(upper);
    }

    /**
     * The aggregate that is meant. Throws {@link SqlProblem} for what it does not take.
     *
     * @param quantifier DISTINCT, or null
     * @param of its operands, clean
     * @param order what stands behind its ORDER BY, clean
     */
    static SqlNode call(
            String name, @Nullable SqlLiteral quantifier, List<SqlNode> of, List<SqlNode> order, SqlParserPos place) {
        String upper = name.toUpperCase(Locale.ROOT);
        return JOINED.contains(upper)
                ? joined(upper, quantifier, of, order, place)
                : percentile(upper, quantifier, of, order, place);
    }

    private static SqlNode joined(
            String name, @Nullable SqlLiteral quantifier, List<SqlNode> of, List<SqlNode> order, SqlParserPos place) {
        if (of.isEmpty() || of.size() > 2 || (name.equals("STRING_AGG") && of.size() < 2)) {
            throw SqlProblem.at(
                    QUERY_INVALID,
                    place,
                    name + " takes a text and what stands between two of them: STRING_AGG(x, ', ' ORDER BY y).");
        }
        SqlNode text = cast(of.getFirst(), SqlTypeName.VARCHAR, place);
        List<Direction> directions = new ArrayList<>();
        List<SqlNode> operands = new ArrayList<>(List.of(text));
        for (SqlNode item : order) {
            Ordering ordering = Ordering.of(item);
            if (quantifier != null && !ordering.key().equalsDeep(of.getFirst(), Litmus.IGNORE)) {
                throw SqlProblem.at(
                        UNSUPPORTED, item.getParserPosition(), name + " with DISTINCT sorts by nothing but its texts.");
            }
            operands.add(quantifier == null ? ordering.key() : OwnQueries.copy(text));
            directions.add(ordering.direction());
        }
        return OrderedAggregate.joined(separator(name, of, place), directions).createCall(quantifier, place, operands);
    }

    private static String separator(String name, List<SqlNode> of, SqlParserPos place) {
        if (of.size() < 2) {
            return name.equals("GROUP_CONCAT") ? "," : "";
        }
        if (of.get(1) instanceof SqlCharStringLiteral text) {
            return String.valueOf(text.getValueAs(String.class));
        }
        throw SqlProblem.at(UNSUPPORTED, place, "What " + name + " puts between two texts is a constant text.");
    }

    private static SqlNode percentile(
            String name, @Nullable SqlLiteral quantifier, List<SqlNode> of, List<SqlNode> order, SqlParserPos place) {
        if (of.size() != 1 || order.size() != 1) {
            throw SqlProblem.at(
                    QUERY_INVALID, place, "A percentile is written " + name + "(0.9) WITHIN GROUP (ORDER BY x).");
        }
        if (quantifier != null) {
            throw SqlProblem.at(UNSUPPORTED, place, "DISTINCT is not offered in " + name + ".");
        }
        // An exponent may stand for more digits than any memory holds.
        boolean isFraction = of.getFirst() instanceof SqlNumericLiteral number
                && number.bigDecimalValue().signum() >= 0
                && number.bigDecimalValue().compareTo(BigDecimal.ONE) <= 0
                && number.bigDecimalValue().scale() <= FRACTION_DIGITS_MAX;
        if (!isFraction) {
            throw SqlProblem.at(
                    UNSUPPORTED,
                    place,
                    name + " takes a constant from 0 to 1, with at most " + FRACTION_DIGITS_MAX + " digits.");
        }
        BigDecimal fraction = ((SqlNumericLiteral) of.getFirst()).bigDecimalValue();
        Ordering ordering = Ordering.of(order.getFirst());
        boolean descends = ordering.direction().words().startsWith("DESC");
        if (name.equals("PERCENTILE_CONT")) {
            BigDecimal upwards = descends ? BigDecimal.ONE.subtract(fraction) : fraction;
            return OrderedAggregate.between(upwards.toPlainString())
                    .createCall(place, cast(ordering.key(), SqlTypeName.DOUBLE, place));
        }
        if (descends) {
            throw SqlProblem.at(UNSUPPORTED, place, "PERCENTILE_DISC sorts in ascending order only.");
        }
        return OrderedAggregate.at(fraction.toPlainString()).createCall(place, ordering.key());
    }

    /** One item of an ORDER BY. */
    private record Ordering(SqlNode key, Direction direction) {
        static Ordering of(SqlNode item) {
            boolean descends = false;
            boolean nullsFirst = false;
            SqlNode key = item;
            while (key instanceof SqlCall call && call.operandCount() == 1) {
                if (call.getKind() == SqlKind.DESCENDING) {
                    descends = true;
                } else if (call.getKind() == SqlKind.NULLS_FIRST) {
                    nullsFirst = true;
                } else if (call.getKind() != SqlKind.NULLS_LAST) {
                    break;
                }
                key = call.operand(0);
            }
            return new Ordering(key, direction(descends, nullsFirst));
        }

        private static Direction direction(boolean descends, boolean nullsFirst) {
            if (descends) {
                return nullsFirst ? Direction.DESCENDING_NULLS_FIRST : Direction.DESCENDING_NULLS_LAST;
            }
            return nullsFirst ? Direction.ASCENDING_NULLS_FIRST : Direction.ASCENDING_NULLS_LAST;
        }
    }

    private static SqlNode cast(SqlNode value, SqlTypeName type, SqlParserPos place) {
        return SqlStdOperatorTable.CAST.createCall(
                place, value, new SqlDataTypeSpec(new SqlBasicTypeNameSpec(type, place), place));
    }
}
