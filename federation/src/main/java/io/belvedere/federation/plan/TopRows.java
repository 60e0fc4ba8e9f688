package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.Types;
import io.belvedere.model.catalog.Catalog;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The first rows of a join of several sources, in an order that one of them knows: that source gives its own first rows, some more than
 * are wanted, and only those are joined. Rows that are joined come in that order, so if enough are left, they are the first of all; if
 * not, and the source had more, the attempt failed and more rows are tried. Nothing is assumed of keys: joins and filters may drop
 * or multiply rows.
 *
 * <p>Where the order goes on with columns of another source or with expressions, the columns before must hold a key of the first: then no row that it did
 * not give ties with one that it gave, and whatever comes behind orders rows among those that are there.
 */
final class TopRows {
    /** Rows wanted, above which this is not tried. */
    private static final double WANTED_MAX = 10_000;

    /** Rows of the source in one attempt, at most. */
    private static final double TRIED_MAX = 50_000;

    /** Rows more than the estimate says are needed. */
    private static final double MARGIN = 2;

    private static final double MARGIN_ROWS = 100;
    private static final double NEXT = 20;
    private static final double SHARE_MIN = 0.001;
    /** An attempt asks for at most this share of the source's rows. */
    private static final double WORTH = 0.25;

    private final RelNode tree;
    private final Catalog catalog;
    private final Estimator estimator;

    /** A tree that may give too few rows: complete if it gives {@code wanted}, or its driver fewer than {@code tried}. */
    record Attempt(RelNode tree, long wanted, long tried) {}

    private TopRows(RelNode tree, Catalog catalog, Estimator estimator) {
        this.tree = tree;
        this.catalog = catalog;
        this.estimator = estimator;
    }

    /** What to try, from few rows to more; nothing where the order is not that of one source. */
    static List<Attempt> attempts(RelNode tree, Catalog catalog, Estimator estimator) {
        return new TopRows(tree, catalog, estimator).attempts();
    }

    private List<Attempt> attempts() {
        Optional<Sort> found = sort(tree);
        if (found.isEmpty() || servers(found.get().getInput()).size() < 2) {
            return List.of();
        }
        Sort sort = found.get();
        double fetched = number(sort.fetch);
        double wanted = fetched + (sort.offset == null ? 0 : number(sort.offset));
        List<RelFieldCollation> whole = sort.getCollation().getFieldCollations();
        Optional<Driver> driver =
                driver(sort.getInput(), whole).filter(each -> each.order().size() == whole.size() || each.hasNoTies());
        if (driver.isEmpty() || fetched < 1 || wanted > WANTED_MAX) {
            return List.of();
        }
        double rows = estimator.rows(driver.get().rel());
        double share = Math.clamp(estimator.rows(sort.getInput()) / rows, SHARE_MIN, 1);
        List<Attempt> attempts = new ArrayList<>();
        for (double tried = wanted / share * MARGIN + MARGIN_ROWS;
                tried <= Math.min(TRIED_MAX, rows * WORTH);
                tried *= NEXT) {
            long most = (long) tried;
            RelNode bounded = bounded(sort.getInput(), whole, most);
            attempts.add(
                    new Attempt(replaced(tree, sort.copy(sort.getTraitSet(), List.of(bounded))), (long) fetched, most));
        }
        return attempts;
    }

    /** The sort that decides which rows the caller sees. */
    private static Optional<Sort> sort(RelNode rel) {
        return switch (rel) {
            case Sort sort
            when sort.fetch instanceof RexLiteral
                    && !sort.getCollation().getFieldCollations().isEmpty() ->
                sort.offset == null || sort.offset instanceof RexLiteral ? Optional.of(sort) : Optional.empty();
            case Project project when isPlain(project) -> sort(project.getInput());
            default -> Optional.empty();
        };
    }

    private static RelNode replaced(RelNode rel, RelNode sort) {
        return rel instanceof Sort ? sort : rel.copy(rel.getTraitSet(), List.of(replaced(rel.getInput(0), sort)));
    }

    private static double number(RexNode literal) {
        return LiteralValues.of((RexLiteral) literal, BigDecimal.class).doubleValue();
    }

    private static boolean isPlain(Project project) {
        return !BarrierLeaf.isGoverned(project)
                && project.getProjects().stream().noneMatch(RexOver::containsOver);
    }

    /** The input that is ordered, and the part of the order that it knows. */
    private record Driver(RelNode rel, List<RelFieldCollation> order) {
        /** Whether no two rows are at the same place of the order. */
        boolean hasNoTies() {
            List<Integer> present = order.stream()
                    .map(RelFieldCollation::getFieldIndex)
                    .filter(column -> !rel.getRowType()
                            .getFieldList()
                            .get(column)
                            .getType()
                            .isNullable())
                    .toList();
            return UniqueColumns.isUnique(rel, ImmutableBitSet.of(present));
        }
    }

    /** Empty where there is none that one source runs. */
    private Optional<Driver> driver(RelNode rel, List<RelFieldCollation> order) {
        return servers(rel).size() == 1
                ? Optional.of(new Driver(rel, order))
                : below(rel, order).flatMap(next -> driver(rel.getInput(next.input()), next.order()));
    }

    private RelNode bounded(RelNode rel, List<RelFieldCollation> order, long rows) {
        if (servers(rel).size() == 1) {
            RexNode fetch = rel.getCluster().getRexBuilder().makeExactLiteral(BigDecimal.valueOf(rows));
            return LogicalSort.create(rel, RelCollations.of(order), null, fetch);
        }
        Next next = below(rel, order).orElseThrow();
        List<RelNode> inputs = new ArrayList<>(rel.getInputs());
        inputs.set(next.input(), bounded(rel.getInput(next.input()), next.order(), rows));
        return rel.copy(rel.getTraitSet(), inputs);
    }

    /** The input of a node that carries the order or its first part, and that over its columns. */
    private record Next(int input, List<RelFieldCollation> order) {}

    private static Optional<Next> below(RelNode rel, List<RelFieldCollation> order) {
        return switch (rel) {
            case Project project when isPlain(project) -> through(project, order);
            case Filter filter when !RexOver.containsOver(filter.getCondition()) -> Optional.of(new Next(0, order));
            case Join join -> in(join, order);
            default -> Optional.empty();
        };
    }

    private static Optional<Next> through(Project project, List<RelFieldCollation> order) {
        List<RelFieldCollation> below = new ArrayList<>();
        for (RelFieldCollation field : order) {
            RexNode column = project.getProjects().get(field.getFieldIndex());
            // A number that only becomes wider keeps its place.
            while (column instanceof RexCall cast
                    && cast.getKind() == SqlKind.CAST
                    && Types.kind(cast.getType()) == Types.Kind.NUMBER
                    && Types.isWidening(cast.getOperands().getFirst().getType(), cast.getType())) {
                column = cast.getOperands().getFirst();
            }
            if (!(column instanceof RexInputRef ref)) {
                break;
            }
            below.add(field.withFieldIndex(ref.getIndex()));
        }
        return next(0, below);
    }

    private static Optional<Next> next(int input, List<RelFieldCollation> order) {
        return order.isEmpty() ? Optional.empty() : Optional.of(new Next(input, order));
    }

    private static Optional<Next> in(Join join, List<RelFieldCollation> order) {
        int left = join.getLeft().getRowType().getFieldCount();
        boolean ofLeft = order.getFirst().getFieldIndex() < left;
        List<RelFieldCollation> first = order.stream()
                .takeWhile(field -> (field.getFieldIndex() < left) == ofLeft)
                .toList();
        JoinRelType type = join.getJoinType();
        boolean each = type == JoinRelType.INNER
                || type == JoinRelType.LEFT
                || type == JoinRelType.SEMI
                || type == JoinRelType.ANTI;
        if (ofLeft && each) {
            return next(0, first);
        }
        return !ofLeft && type == JoinRelType.INNER
                ? next(
                        1,
                        first.stream()
                                .map(field -> field.withFieldIndex(field.getFieldIndex() - left))
                                .toList())
                : Optional.empty();
    }

    private Set<Site.Server> servers(RelNode rel) {
        Set<Site.Server> servers = new HashSet<>();
        if (rel instanceof TableScan scan) {
            catalog.findSource(Trees.table(scan).source()).map(Site::server).ifPresent(servers::add);
        }
        rel.getInputs().forEach(input -> servers.addAll(servers(input)));
        return servers;
    }
}
