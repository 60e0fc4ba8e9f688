package io.belvedere.federation.plan;

import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * EXISTS and IN among the conditions of a filter as semi-joins, NOT EXISTS and NOT IN as anti-joins, where nothing else is needed to say
 * the same: the sub-query's own conditions on the rows around it stand in filters at its top. A join of this kind stands at the one input
 * whose columns it needs, so that it can run where that input does.
 *
 * <p>An EXISTS or IN that is only about equal columns and needs two servers is left alone: as an ordinary join, its place in the order of
 * joins is free. NOT IN is an anti-join only between columns that have no NULL. The general way takes what is left.
 */
final class SemiJoins {
    private final Catalog catalog;

    SemiJoins(Catalog catalog) {
        this.catalog = catalog;
    }

    RelNode convert(RelNode rel) {
        RelNode mapped = Trees.mapInputs(rel, this::convert);
        return mapped instanceof Filter filter ? convert(filter) : mapped;
    }

    private RelNode convert(Filter filter) {
        RelNode input = filter.getInput();
        List<RexNode> kept = new ArrayList<>();
        for (RexNode conjunct : Trees.conjuncts(filter.getCondition())) {
            Optional<RelNode> joined = joined(input, conjunct, filter.getVariablesSet());
            if (joined.isPresent()) {
                input = joined.get();
            } else {
                kept.add(conjunct);
            }
        }
        if (input.equals(filter.getInput())) {
            return filter;
        }
        RexBuilder rex = filter.getCluster().getRexBuilder();
        RexNode rest = RexUtil.composeConjunction(rex, kept);
        return rest.isAlwaysTrue() ? input : filter.copy(filter.getTraitSet(), input, rest);
    }

    private Optional<RelNode> joined(RelNode input, RexNode conjunct, Set<CorrelationId> variables) {
        boolean not = conjunct.getKind() == SqlKind.NOT;
        RexNode inner = not ? ((RexCall) conjunct).getOperands().getFirst() : conjunct;
        if (!(inner instanceof RexSubQuery query)
                || (query.getKind() != SqlKind.EXISTS && query.getKind() != SqlKind.IN)) {
            return Optional.empty();
        }
        JoinRelType type = not ? JoinRelType.ANTI : JoinRelType.SEMI;
        return Matching.of(query, input, variables)
                .filter(matching -> !(not && query.getKind() == SqlKind.IN && matching.mayMeetNull()))
                .map(matching -> new Made(matching, convert(matching.right())))
                .filter(made -> isBetter(type, input, made))
                .map(made -> place(type, input, made));
    }

    /** What the rows of a sub-query must match, and its rows with all their own conditions done. */
    private record Made(Matching matching, RelNode right) {}

    /** Always for an anti-join and for what an ordinary join cannot say without repeating the rows around it. */
    private boolean isBetter(JoinRelType type, RelNode input, Made made) {
        boolean equalities = made.matching().conditions().stream().allMatch(each -> each.getKind() == SqlKind.EQUALS);
        return type == JoinRelType.ANTI || !equalities || isOneServer(home(input, made), made.right());
    }

    private boolean isOneServer(RelNode left, RelNode right) {
        Optional<Site.Server> server = Site.server(catalog, left);
        return server.isPresent() && server.equals(Site.server(catalog, right));
    }

    /** The input below inner joins and filters that alone has the columns that are matched. */
    private static RelNode home(RelNode input, Made made) {
        return made.matching().leftColumns().isEmpty()
                ? input
                : deepest(input, made.matching().leftColumns());
    }

    private static RelNode deepest(RelNode rel, ImmutableBitSet columns) {
        return switch (rel) {
            case Filter filter -> deepest(filter.getInput(), columns);
            case Join join
            when join.getJoinType() == JoinRelType.INNER -> {
                int left = join.getLeft().getRowType().getFieldCount();
                ImmutableBitSet ofLeft = ImmutableBitSet.range(left);
                yield ofLeft.contains(columns)
                        ? deepest(join.getLeft(), columns)
                        : ofLeft.intersects(columns) ? rel : deepest(join.getRight(), columns.shift(-left));
            }
            default -> rel;
        };
    }

    private RelNode place(JoinRelType type, RelNode rel, Made made) {
        // Further down, more rows come by: a condition that may fail stays where it is.
        boolean total = made.matching().conditions().stream().allMatch(LeakProof::isTotal);
        boolean down = total && isOneServer(home(rel, made), made.right());
        return down ? place(type, rel, made, 0) : join(type, rel, made, 0);
    }

    /** @param offset of the input's first column among the columns that are matched */
    private static RelNode place(JoinRelType type, RelNode rel, Made made, int offset) {
        ImmutableBitSet columns = made.matching().leftColumns().shift(-offset);
        if (columns.isEmpty()) {
            return join(type, rel, made, offset);
        }
        if (rel instanceof Filter filter && filter.getVariablesSet().isEmpty()) {
            RelNode below = place(type, filter.getInput(), made, offset);
            return filter.copy(filter.getTraitSet(), List.of(below));
        }
        if (rel instanceof Join join && join.getJoinType() == JoinRelType.INNER) {
            int left = join.getLeft().getRowType().getFieldCount();
            if (ImmutableBitSet.range(left).contains(columns)) {
                RelNode below = place(type, join.getLeft(), made, offset);
                return join.copy(join.getTraitSet(), List.of(below, join.getRight()));
            }
            if (!ImmutableBitSet.range(left).intersects(columns)) {
                RelNode below = place(type, join.getRight(), made, offset + left);
                return join.copy(join.getTraitSet(), List.of(join.getLeft(), below));
            }
        }
        return join(type, rel, made, offset);
    }

    private static RelNode join(JoinRelType type, RelNode left, Made made, int offset) {
        int width = left.getRowType().getFieldCount();
        Matching matching = made.matching();
        RexShuttle moved = new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                int index = ref.getIndex();
                int place = index < matching.leftWidth() ? index - offset : index - matching.leftWidth() + width;
                return new RexInputRef(place, ref.getType());
            }
        };
        List<RexNode> conditions =
                matching.conditions().stream().map(each -> each.accept(moved)).toList();
        RexNode condition = RexUtil.composeConjunction(left.getCluster().getRexBuilder(), conditions);
        return LogicalJoin.create(left, made.right(), List.of(), condition, Set.of(), type);
    }

    /**
     * A sub-query taken apart.
     *
     * @param conditions over the columns of the rows around it, then those of {@code right}
     * @param right its rows, without the conditions that look around
     */
    private record Matching(List<RexNode> conditions, RelNode right, int leftWidth) {

        static Optional<Matching> of(RexSubQuery query, RelNode input, Set<CorrelationId> variables) {
            return query.getKind() == SqlKind.EXISTS ? exists(query, input, variables) : in(query, input, variables);
        }

        private static Optional<Matching> exists(RexSubQuery query, RelNode input, Set<CorrelationId> variables) {
            RelNode rows = query.rel;
            while (rows instanceof Project project) {
                rows = project.getInput();
            }
            return closed(new ArrayList<>(), rows, input, variables);
        }

        private static Optional<Matching> in(RexSubQuery query, RelNode input, Set<CorrelationId> variables) {
            boolean around = !RelOptUtil.getVariablesUsed(query.rel).isEmpty();
            RelNode rows = around && query.rel instanceof Project project ? project.getInput() : query.rel;
            int width = input.getRowType().getFieldCount();
            List<RexNode> equalities = new ArrayList<>();
            for (int i = 0; i < query.getOperands().size(); i++) {
                RexNode column = around && query.rel instanceof Project project
                        ? project.getProjects().get(i)
                        : RexInputRef.of(i, query.rel.getRowType());
                if (!(column instanceof RexInputRef)) {
                    return Optional.empty();
                }
                equalities.add(input.getCluster()
                        .getRexBuilder()
                        .makeCall(
                                SqlStdOperatorTable.EQUALS, query.getOperands().get(i), RexUtil.shift(column, width)));
            }
            return closed(equalities, rows, input, variables);
        }

        /** With the conditions that look around taken out of the filter at the top; nothing when more than these look around. */
        private static Optional<Matching> closed(
                List<RexNode> conditions, RelNode rows, RelNode input, Set<CorrelationId> variables) {
            RelNode right = rows;
            if (rows instanceof Filter filter
                    && !RelOptUtil.getVariablesUsed(rows).isEmpty()) {
                List<RexNode> own = new ArrayList<>();
                for (RexNode conjunct : Trees.conjuncts(filter.getCondition())) {
                    if (RexUtil.containsCorrelation(conjunct)) {
                        conditions.add(conjunct.accept(new Outward(input, variables)));
                    } else {
                        own.add(conjunct);
                    }
                }
                RexNode rest = RexUtil.composeConjunction(filter.getCluster().getRexBuilder(), own);
                right = rest.isAlwaysTrue()
                        ? filter.getInput()
                        : filter.copy(filter.getTraitSet(), filter.getInput(), rest);
            }
            boolean closed = RelOptUtil.getVariablesUsed(right).isEmpty()
                    && conditions.stream().noneMatch(Matching::isOpen);
            return closed
                    ? Optional.of(
                            new Matching(conditions, right, input.getRowType().getFieldCount()))
                    : Optional.empty();
        }

        private static boolean isOpen(RexNode node) {
            return RexUtil.containsCorrelation(node) || RexUtil.SubQueryFinder.find(node) != null;
        }

        Matching {
            conditions = List.copyOf(conditions);
        }

        ImmutableBitSet leftColumns() {
            return RelOptUtil.InputFinder.bits(conditions, null).intersect(ImmutableBitSet.range(leftWidth));
        }

        /** Whether a NULL may stand on either side of an equality. */
        boolean mayMeetNull() {
            return conditions.stream().anyMatch(each -> each.getType().isNullable());
        }
    }

    /** A condition of a sub-query, as one on the columns of the rows around it, then its own. */
    private static final class Outward extends RexShuttle {
        private final RelNode input;
        private final Set<CorrelationId> variables;

        Outward(RelNode input, Set<CorrelationId> variables) {
            this.input = input;
            this.variables = variables;
        }

        @Override
        public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(ref.getIndex() + input.getRowType().getFieldCount(), ref.getType());
        }

        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
            return access.getReferenceExpr() instanceof RexCorrelVariable variable && variables.contains(variable.id)
                    ? RexInputRef.of(access.getField().getIndex(), input.getRowType())
                    : access;
        }
    }
}
