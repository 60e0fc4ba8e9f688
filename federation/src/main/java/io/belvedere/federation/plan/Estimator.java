package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.source.Statistics;
import io.belvedere.federation.source.Statistics.ColumnStatistics;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * How many rows a tree gives, from what the sources say about their tables. Estimates decide only the order of work, never an
 * answer; they are shown to callers with full detail only. For one plan, by one thread.
 */
final class Estimator {
    private static final double ROWS_UNKNOWN = 100_000;
    private static final double DISTINCT_UNKNOWN_SHARE = 0.1;
    private static final double RANGE_UNKNOWN = 0.3;
    private static final double EQUALITY_UNKNOWN = 0.01;
    private static final double PREDICATE_UNKNOWN = 0.25;
    private static final double UNMATCHED_MIN = 0.1;
    /** What an interval within one bucket of a histogram holds. */
    private static final double INTERVAL_MIN = 0.002;

    private static final Set<SqlKind> RANGES =
            Set.of(SqlKind.LESS_THAN, SqlKind.LESS_THAN_OR_EQUAL, SqlKind.GREATER_THAN, SqlKind.GREATER_THAN_OR_EQUAL);

    private final Statistics statistics;
    private final Function<TreeShape, Optional<Double>> observed;
    /** Nodes are never changed once made, so their estimates hold; owned by the one thread that plans. */
    private final IdentityHashMap<RelNode, Double> known = new IdentityHashMap<>();

    /** @param observed the rows that trees gave before, under the decision of the query that is planned */
    Estimator(Statistics statistics, Function<TreeShape, Optional<Double>> observed) {
        this.statistics = statistics;
        this.observed = observed;
    }

    double rows(RelNode rel) {
        Double found = known.get(rel);
        if (found != null) {
            return found;
        }
        double rows = seen(rel).orElseGet(() -> estimate(rel));
        known.put(rel, rows);
        return rows;
    }

    private Optional<Double> seen(RelNode rel) {
        return switch (rel) {
            case Filter _, Join _, Aggregate _, Sort _, TableScan _ ->
                TreeShape.of(rel).flatMap(observed);
            default -> Optional.empty();
        };
    }

    private double estimate(RelNode rel) {
        return switch (rel) {
            case TableScan scan ->
                statistics
                        .find(Trees.table(scan))
                        .map(found -> Math.max(1, found.rows()))
                        .orElse(ROWS_UNKNOWN);
            case StepRef step -> step.rows();
            case Fragment fragment -> rows(fragment.body());
            case BarrierLeaf leaf -> rows(leaf.governed());
            case Values values -> Math.max(1, values.getTuples().size());
            case Filter filter ->
                Math.max(1, rows(filter.getInput()) * selectivity(filter.getInput(), filter.getCondition()));
            // The copies of the condition below the barrier are already counted.
            case SecureFilter barrier -> rows(barrier.getInput());
            case Join join -> join(join);
            case Aggregate aggregate -> groups(aggregate);
            case Sort sort -> Math.min(rows(sort.getInput()), limit(sort));
            case Union union ->
                union.getInputs().stream().mapToDouble(this::rows).sum();
            default ->
                rel.getInputs().isEmpty()
                        ? ROWS_UNKNOWN
                        : rel.getInputs().stream().mapToDouble(this::rows).max().orElse(ROWS_UNKNOWN);
        };
    }

    /** Rows that the tree's tables give to what stands above their conditions: what the sources have to do, if an index finds them. */
    double read(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> rows(scan);
            case Fragment fragment -> read(fragment.body());
            case BarrierLeaf leaf -> read(leaf.governed());
            case Filter filter -> Math.min(rows(filter), read(filter.getInput()));
            // The side with fewer rows looks its partners up, where that is less work than to read them all.
            case Join join ->
                Math.min(
                        read(join.getLeft()) + read(join.getRight()),
                        Math.min(rows(join.getLeft()), rows(join.getRight())) + rows(join));
            default -> rel.getInputs().stream().mapToDouble(this::read).sum();
        };
    }

    /** Whether the sources have answered for every table of the tree. */
    boolean isKnown(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> statistics.find(Trees.table(scan)).isPresent();
            case Fragment fragment -> isKnown(fragment.body());
            case BarrierLeaf leaf -> isKnown(leaf.governed());
            default -> rel.getInputs().stream().allMatch(this::isKnown);
        };
    }

    private static double limit(Sort sort) {
        if (sort.fetch instanceof RexLiteral literal) {
            BigDecimal value = literal.getValueAs(BigDecimal.class);
            return value == null ? Double.MAX_VALUE : Math.max(1, value.doubleValue());
        }
        return Double.MAX_VALUE;
    }

    private double join(Join join) {
        double left = rows(join.getLeft());
        double right = rows(join.getRight());
        double matched = Math.max(1, left * right * share(join, left, right));
        return switch (join.getJoinType()) {
            case LEFT -> Math.max(left, matched);
            case RIGHT -> Math.max(right, matched);
            case FULL -> Math.max(left + right, matched);
            case SEMI -> Math.min(left, matched);
            // Many matches need not be a match for every row.
            case ANTI -> Math.max(1, Math.max(left * UNMATCHED_MIN, left - matched));
            case INNER, ASOF, LEFT_ASOF, LEFT_MARK -> matched;
        };
    }

    /** The share of pairs of rows that match. Keys of several columns are taken together: each says much of the others. */
    private double share(Join join, double left, double right) {
        List<int[]> keys = JoinKeys.equalities(join);
        if (keys.size() < 2) {
            return selectivity(join, join.getCondition());
        }
        List<Integer> ofLeft = keys.stream().map(key -> key[0]).toList();
        List<Integer> ofRight = keys.stream().map(key -> key[1]).toList();
        double equal = keyed(join.getRight(), ofRight)
                .or(() -> keyed(join.getLeft(), ofLeft))
                .orElseGet(() -> 1
                        / Math.max(together(join.getLeft(), ofLeft, left), together(join.getRight(), ofRight, right)));
        double others = Trees.conjuncts(join.getCondition()).stream()
                .filter(conjunct -> EqualColumns.pair(conjunct).isEmpty())
                .mapToDouble(conjunct -> selectivity(join, conjunct))
                .reduce(1, (a, b) -> a * b);
        return equal * others;
    }

    /** Where the columns are a key of a table, one row of it matches. */
    private Optional<Double> keyed(RelNode rel, List<Integer> columns) {
        return UniqueColumns.isUnique(rel, ImmutableBitSet.of(columns))
                ? base(rel, columns.getFirst()).map(table -> 1 / rows(table))
                : Optional.empty();
    }

    private double together(RelNode rel, List<Integer> columns, double rows) {
        return Math.min(values(rel, columns, column -> distinct(rel, column)), rows);
    }

    /** Distinct values of several columns: of sets that the source has counted, the largest first, and of each other column alone. */
    private double values(RelNode rel, List<Integer> columns, ToDoubleFunction<Integer> alone) {
        List<Integer> left = new ArrayList<>(columns);
        double values = 1;
        for (KnownTogether.Counted counted : KnownTogether.of(rel, columns, statistics)) {
            if (left.containsAll(counted.columns())) {
                left.removeAll(counted.columns());
                values *= Math.max(1, counted.values());
            }
        }
        for (int column : left) {
            values *= Math.max(1, alone.applyAsDouble(column));
        }
        return values;
    }

    private double groups(Aggregate aggregate) {
        double rows = rows(aggregate.getInput());
        double values = values(
                aggregate.getInput(),
                aggregate.getGroupSet().asList(),
                key -> distinctAtOrigin(aggregate.getInput(), key, rows));
        return Math.max(1, Math.min(rows, seen(values, rows)));
    }

    /** How many of so many values are among rows that were drawn by chance: not all, as long as rows are few. */
    private static double seen(double values, double rows) {
        return values * -Math.expm1(-rows / values);
    }

    /** Distinct values of a column, never more than the tree has rows. */
    double distinct(RelNode rel, int column) {
        double rows = rows(rel);
        return Math.max(1, Math.min(rows, distinctAtOrigin(rel, column, rows)));
    }

    /** Distinct values of a column before a join's condition, which is what the condition's own selectivity depends on. */
    private double distinctInput(RelNode rel, int column) {
        if (rel instanceof Join join) {
            int left = join.getLeft().getRowType().getFieldCount();
            return column < left ? distinct(join.getLeft(), column) : distinct(join.getRight(), column - left);
        }
        return distinct(rel, column);
    }

    private double distinctAtOrigin(RelNode rel, int column, double rows) {
        return find(rel, column)
                .map(ColumnStatistics::distinct)
                .orElseGet(() -> base(rel, column).map(this::rows).orElse(rows) * DISTINCT_UNKNOWN_SHARE);
    }

    private Optional<RelNode> base(RelNode rel, int column) {
        return Lineage.origin(rel, column).map(Lineage.Origin::scan);
    }

    private Optional<ColumnStatistics> find(RelNode rel, int column) {
        return Lineage.origin(rel, column)
                .flatMap(origin -> statistics
                        .find(Trees.table(origin.scan()))
                        .flatMap(table -> Optional.ofNullable(
                                table.columns().get(Trees.column(origin.scan(), origin.column())))));
    }

    /** The share of rows for which a condition on the tree's columns is true. */
    double selectivity(RelNode rel, RexNode node) {
        if (node instanceof RexLiteral) {
            return node.isAlwaysFalse() ? 0 : 1;
        }
        if (!(node instanceof RexCall call)) {
            return PREDICATE_UNKNOWN;
        }
        if (!SubQueries.isOfRows(node)) {
            // Whether there is a row at all, as a rule: the query was written for the case that there is.
            return 1;
        }
        List<RexNode> operands = call.getOperands();
        double share = switch (call.getKind()) {
            case AND -> all(rel, operands);
            case OR ->
                1
                        - operands.stream()
                                .mapToDouble(each -> 1 - selectivity(rel, each))
                                .reduce(1, (a, b) -> a * b);
            case NOT -> 1 - selectivity(rel, operands.getFirst());
            case IS_NULL -> nulls(rel, operands.getFirst());
            case IS_NOT_NULL -> 1 - nulls(rel, operands.getFirst());
            case IS_TRUE, IS_NOT_FALSE -> selectivity(rel, operands.getFirst());
            case EQUALS -> equality(rel, call);
            case NOT_EQUALS -> 1 - equality(rel, call);
            case LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
                range(rel, call).map(Range::share).orElse(RANGE_UNKNOWN);
            case SEARCH ->
                selectivity(
                        rel,
                        org.apache.calcite.rex.RexUtil.expandSearch(
                                rel.getCluster().getRexBuilder(), null, call));
            default -> KeyCondition.isKeys(call) ? 1 : PREDICATE_UNKNOWN;
        };
        return Math.clamp(share, 0, 1);
    }

    /** Of conditions that all hold: as if each were about something else, except that two bounds of one column are an interval. */
    private double all(RelNode rel, List<RexNode> conditions) {
        double share = 1;
        Map<Integer, Double> below = new HashMap<>();
        Map<Integer, Double> above = new HashMap<>();
        for (RexNode each : conditions) {
            Optional<Range> range = each instanceof RexCall call && RANGES.contains(call.getKind())
                    ? range(rel, call)
                    : Optional.empty();
            if (range.isPresent()) {
                (range.get().below() ? below : above)
                        .merge(range.get().column(), range.get().share(), Math::min);
            } else {
                share *= selectivity(rel, each);
            }
        }
        for (Map.Entry<Integer, Double> upper : below.entrySet()) {
            Double lower = above.remove(upper.getKey());
            share *= lower == null ? upper.getValue() : Math.max(INTERVAL_MIN, lower + upper.getValue() - 1);
        }
        return above.values().stream().reduce(share, (a, b) -> a * b);
    }

    private double nulls(RelNode rel, RexNode node) {
        if (node instanceof RexInputRef ref) {
            return find(rel, ref.getIndex()).map(ColumnStatistics::nullFraction).orElse(EQUALITY_UNKNOWN);
        }
        return EQUALITY_UNKNOWN;
    }

    private double equality(RelNode rel, RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        if (left instanceof RexInputRef one && right instanceof RexInputRef other) {
            return 1 / Math.max(distinctInput(rel, one.getIndex()), distinctInput(rel, other.getIndex()));
        }
        boolean swapped = !(left instanceof RexInputRef);
        RexNode constant = swapped ? left : right;
        if (!((swapped ? right : left) instanceof RexInputRef column)) {
            return EQUALITY_UNKNOWN;
        }
        Optional<ColumnStatistics> found = find(rel, column.getIndex());
        if (found.isEmpty()) {
            return EQUALITY_UNKNOWN;
        }
        return Histogram.of(found.get()).equal(Histogram.value(constant));
    }

    /**
     * A column's values on one side of a constant.
     *
     * @param share of rows, as the column's statistics say
     */
    private record Range(int column, boolean below, double share) {}

    /** Empty where nothing is known of the column, or of the bound. */
    private Optional<Range> range(RelNode rel, RexCall call) {
        RexNode left = call.getOperands().get(0);
        RexNode right = call.getOperands().get(1);
        boolean swapped = !(left instanceof RexInputRef);
        if (!((swapped ? right : left) instanceof RexInputRef column)) {
            return Optional.empty();
        }
        Optional<Comparable<Object>> bound = Histogram.value(swapped ? left : right);
        Optional<ColumnStatistics> found = find(rel, column.getIndex());
        if (found.isEmpty() || bound.isEmpty()) {
            return Optional.empty();
        }
        boolean below = call.isA(List.of(SqlKind.LESS_THAN, SqlKind.LESS_THAN_OR_EQUAL)) != swapped;
        return Histogram.of(found.get())
                .range(bound.get(), below)
                .map(share -> new Range(column.getIndex(), below, share));
    }
}
