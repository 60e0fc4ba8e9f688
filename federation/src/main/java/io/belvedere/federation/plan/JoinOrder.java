package io.belvedere.federation.plan;

import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Orders inner joins: tables of one database first, where they are joined with each other; then the pieces, so that as few rows
 * as possible leave the sources. Left-deep; each possible first piece is tried. One use only.
 */
final class JoinOrder {
    /** Beyond this many inputs the order of the text is kept. */
    static final int INPUTS_MAX = 24;

    private final Catalog catalog;
    private final Estimator estimator;
    private final PlanningClock clock;

    JoinOrder(Catalog catalog, Estimator estimator, PlanningClock clock) {
        this.catalog = catalog;
        this.estimator = estimator;
        this.clock = clock;
    }

    RelNode order(RelNode rel) {
        clock.check();
        if (!isInner(rel)) {
            return Trees.mapInputs(rel, this::order);
        }
        JoinSet set = new JoinSet();
        collect(rel, set);
        if (set.inputs.size() > INPUTS_MAX) {
            return Trees.mapInputs(rel, this::order);
        }
        set.classify();
        return new Arrangement(set).build();
    }

    private static boolean isInner(RelNode rel) {
        return rel instanceof Join join && join.getJoinType() == JoinRelType.INNER;
    }

    /** The inputs of nested inner joins and all their conditions, over the inputs' columns side by side. */
    private static final class JoinSet {
        private final List<RelNode> inputs = new ArrayList<>();
        private final List<Integer> offsets = new ArrayList<>();
        private final List<RexNode> conditions = new ArrayList<>();
        private final EqualColumns equal = new EqualColumns();
        private int width;

        /** Which input a column of the set belongs to. */
        private int inputOf(int column) {
            int input = offsets.size() - 1;
            while (offsets.get(input) > column) {
                input--;
            }
            return input;
        }

        /** Takes the equalities between inputs out of the conditions: what they say of any two inputs follows from their classes. */
        private void classify() {
            conditions.removeIf(condition -> EqualColumns.pair(condition)
                    .filter(pair -> inputOf(pair.one()) != inputOf(pair.other()))
                    .map(pair -> {
                        equal.join(pair);
                        return true;
                    })
                    .orElse(false));
        }
    }

    private void collect(RelNode rel, JoinSet set) {
        int from = set.width;
        if (rel instanceof Join join && isInner(rel)) {
            collect(join.getLeft(), set);
            collect(join.getRight(), set);
            conditions(join.getCondition(), from, set);
        } else if (rel instanceof Filter filter && isInner(filter.getInput())) {
            collect(filter.getInput(), set);
            conditions(filter.getCondition(), from, set);
        } else {
            RelNode ordered = order(rel);
            set.inputs.add(ordered);
            set.offsets.add(set.width);
            set.width += ordered.getRowType().getFieldCount();
        }
    }

    private static void conditions(RexNode condition, int from, JoinSet set) {
        for (RexNode conjunct : Trees.conjuncts(condition)) {
            set.conditions.add(RexUtil.shift(conjunct, from));
        }
    }

    /** Some inputs joined: the tree, where each column of the set is in it, and which inputs it holds. */
    private record Piece(RelNode rel, List<Integer> columns, Set<Integer> inputs) {}

    private final class Arrangement {
        private final JoinSet set;

        Arrangement(JoinSet set) {
            this.set = set;
        }

        RelNode build() {
            List<Piece> pieces = new ArrayList<>();
            for (List<Integer> group : groups()) {
                pieces.addAll(atServer(group.stream().map(this::leaf).toList()));
            }
            Piece all = best(pieces);
            List<Integer> original = new ArrayList<>();
            for (int i = 0; i < set.width; i++) {
                original.add(all.columns().indexOf(i));
            }
            RelNode ordered = Trees.columns(all.rel(), original);
            List<RexNode> constant = set.conditions.stream()
                    .filter(condition -> RelOptUtil.InputFinder.bits(condition).isEmpty())
                    .toList();
            return Trees.filter(ordered, constant);
        }

        private Piece leaf(int input) {
            List<Integer> columns = new ArrayList<>();
            int offset = set.offsets.get(input);
            for (int i = 0; i < set.inputs.get(input).getRowType().getFieldCount(); i++) {
                columns.add(offset + i);
            }
            List<RexNode> own = new ArrayList<>();
            set.equal.within(columns).forEach(pair -> own.add(RexUtil.shift(equality(pair), -offset)));
            for (RexNode condition : set.conditions) {
                List<Integer> used = RelOptUtil.InputFinder.bits(condition).asList();
                if (!used.isEmpty() && columns.containsAll(used)) {
                    own.add(RexUtil.shift(condition, -offset));
                }
            }
            return new Piece(Trees.filter(set.inputs.get(input), own), columns, Set.of(input));
        }

        /** Inputs that one server joins among themselves, put together. */
        private List<List<Integer>> groups() {
            List<List<Integer>> groups = new ArrayList<>();
            for (int i = 0; i < set.inputs.size(); i++) {
                List<Integer> merged = new ArrayList<>(List.of(i));
                for (List<Integer> group : List.copyOf(groups)) {
                    if (group.stream().anyMatch(other -> joinedAtServer(other, merged.getFirst()))) {
                        groups.remove(group);
                        merged.addAll(group);
                    }
                }
                groups.add(merged);
            }
            return groups;
        }

        /**
         * The tables of one server as one piece; as several where joining them there would multiply rows that the rest of the query joins
         * one by one: customers with the suppliers of their nation.
         */
        private List<Piece> atServer(List<Piece> members) {
            Piece all = best(members);
            double apart = members.stream()
                    .mapToDouble(member -> estimator.rows(member.rel()))
                    .sum();
            if (members.size() < 3 || members.size() == set.inputs.size() || estimator.rows(all.rel()) <= apart) {
                return List.of(all);
            }
            List<Piece> pieces = new ArrayList<>();
            List<Piece> left = new ArrayList<>(members);
            left.sort(Comparator.comparingDouble((Piece member) -> estimator.rows(member.rel()))
                    .reversed());
            while (!left.isEmpty()) {
                pieces.add(withoutMultiplying(left.removeFirst(), left));
            }
            return pieces;
        }

        /** The piece joined with those of the others that do not multiply its rows; takes them out of the others. */
        private Piece withoutMultiplying(Piece first, List<Piece> others) {
            Piece built = first;
            while (true) {
                Piece whole = built;
                Optional<Piece> next = others.stream()
                        .filter(piece -> detour(whole, piece) == 0)
                        .filter(piece -> estimator.rows(join(whole, piece).rel())
                                <= estimator.rows(whole.rel()) + estimator.rows(piece.rel()))
                        .min(Comparator.comparingDouble(
                                piece -> estimator.rows(join(whole, piece).rel())));
                if (next.isEmpty()) {
                    return built;
                }
                others.remove(next.get());
                built = join(built, next.get());
            }
        }

        private boolean joinedAtServer(int one, int other) {
            Optional<Site.Server> server = Site.server(catalog, set.inputs.get(one));
            if (server.isEmpty() || !server.equals(Site.server(catalog, set.inputs.get(other)))) {
                return false;
            }
            Piece left = leaf(one);
            Piece right = leaf(other);
            RelNode joined = join(left, right).rel();
            if (!(joined instanceof Join join)) {
                return false;
            }
            List<int[]> keys = JoinKeys.equalities(join);
            return server.get().split().isEmpty()
                    ? !keys.isEmpty()
                    : keys.stream().anyMatch(key -> isShardKey(left.rel(), key[0]) && isShardKey(right.rel(), key[1]));
        }

        /** The order with the fewest rows moved, over every first piece. */
        private Piece best(List<Piece> pieces) {
            record Tried(Piece piece, double moved) {}
            List<Tried> tried = new ArrayList<>();
            for (Piece first : pieces) {
                clock.check();
                double[] moved = {estimator.rows(first.rel())};
                tried.add(new Tried(grow(first, pieces, moved), moved[0]));
            }
            return tried.stream()
                    .min(Comparator.comparingDouble(Tried::moved))
                    .orElseThrow()
                    .piece();
        }

        private Piece grow(Piece first, List<Piece> pieces, double[] moved) {
            Piece current = first;
            List<Piece> left = new ArrayList<>(pieces);
            left.remove(first);
            while (!left.isEmpty()) {
                Piece built = current;
                Piece next = left.stream()
                        .min(Comparator.comparingDouble((Piece piece) -> cost(built, piece)))
                        .orElseThrow();
                left.remove(next);
                moved[0] += fetched(built, next);
                current = join(built, next);
            }
            return current;
        }

        private double cost(Piece built, Piece next) {
            double result = estimator.rows(join(built, next).rel());
            return fetched(built, next) + result + detour(built, next);
        }

        /** Pieces that no key connects are compared pair by pair, and joined last; those without any condition last of all. */
        private double detour(Piece built, Piece next) {
            boolean keyed = join(built, next).rel() instanceof Join join
                    && !JoinKeys.equalities(join).isEmpty();
            return keyed ? 0 : conditionsBetween(built, next).isEmpty() ? 1e12 : 1e9;
        }

        /** Rows that leave the source of the next piece when keys are shipped to it. */
        private double fetched(Piece built, Piece next) {
            double rows = estimator.rows(next.rel());
            double fewest = rows;
            if (join(built, next).rel() instanceof Join join) {
                for (int[] key : JoinKeys.equalities(join)) {
                    double keys = estimator.distinct(join.getLeft(), key[0]);
                    double values = estimator.distinct(join.getRight(), key[1]);
                    fewest = Math.min(fewest, rows * Math.min(1, keys / values));
                }
            }
            return fewest;
        }

        /** One equality for each class of equal columns that reaches into both, and every other condition that needs both. */
        private List<RexNode> conditionsBetween(Piece one, Piece other) {
            List<RexNode> between = new ArrayList<>();
            set.equal.between(one.columns(), other.columns()).forEach(pair -> between.add(equality(pair)));
            Set<Integer> columns = new HashSet<>(one.columns());
            columns.addAll(other.columns());
            for (RexNode condition : set.conditions) {
                List<Integer> used = RelOptUtil.InputFinder.bits(condition).asList();
                if (columns.containsAll(used)
                        && used.stream().anyMatch(one.columns()::contains)
                        && used.stream().anyMatch(other.columns()::contains)) {
                    between.add(condition);
                }
            }
            return between;
        }

        private RexNode equality(EqualColumns.Pair pair) {
            RexBuilder builder = set.inputs.getFirst().getCluster().getRexBuilder();
            return builder.makeCall(SqlStdOperatorTable.EQUALS, column(pair.one()), column(pair.other()));
        }

        private RexNode column(int column) {
            int input = set.inputOf(column);
            RelDataType row = set.inputs.get(input).getRowType();
            return new RexInputRef(
                    column,
                    row.getFieldList().get(column - set.offsets.get(input)).getType());
        }

        private Piece join(Piece left, Piece right) {
            List<Integer> columns = new ArrayList<>(left.columns());
            columns.addAll(right.columns());
            Set<Integer> inputs = new HashSet<>(left.inputs());
            inputs.addAll(right.inputs());
            RexBuilder builder = left.rel().getCluster().getRexBuilder();
            List<RexNode> conditions = conditionsBetween(left, right).stream()
                    .map(condition -> moved(condition, columns, left, right))
                    .toList();
            RelNode joined = LogicalJoin.create(
                    left.rel(),
                    right.rel(),
                    List.of(),
                    RexUtil.composeConjunction(builder, conditions),
                    Set.of(),
                    JoinRelType.INNER);
            return new Piece(joined, columns, inputs);
        }

        private RexNode moved(RexNode condition, List<Integer> columns, Piece left, Piece right) {
            int width = left.columns().size();
            return condition.accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef ref) {
                    int position = columns.indexOf(ref.getIndex());
                    return position < width
                            ? RexInputRef.of(position, left.rel().getRowType())
                            : new RexInputRef(
                                    position,
                                    right.rel()
                                            .getRowType()
                                            .getFieldList()
                                            .get(position - width)
                                            .getType());
                }
            });
        }
    }

    private boolean isShardKey(RelNode rel, int column) {
        return Lineage.origin(rel, column)
                .flatMap(origin -> catalog.findSource(Trees.table(origin.scan()).source())
                        .flatMap(source -> source.split())
                        .map(split -> Trees.column(origin.scan(), origin.column())
                                .equals(split.keys().get(Trees.table(origin.scan())))))
                .orElse(false);
    }
}
