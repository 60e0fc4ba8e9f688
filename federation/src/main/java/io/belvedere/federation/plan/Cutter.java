package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.plan.PlanReport.KeptBack;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.ColumnName;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.source.SourceDefinition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Cuts a tree into the largest pieces that one source runs, bottom-up; the rest is the engine's. Whatever a source's dialect does
 * not offer stays above, with the reason in {@link #keptBack}. One use only.
 */
final class Cutter {
    /** A sub-tree and where it can run; without a site it is the engine's. */
    record Placed(RelNode rel, Optional<Site> site) {
        static Placed engine(RelNode rel) {
            return new Placed(rel, Optional.empty());
        }

        static Placed at(RelNode rel, Site site) {
            return new Placed(rel, Optional.of(site));
        }

        /** The sub-tree as an input of an engine's operator. */
        RelNode cut() {
            return site.<RelNode>map(where -> new Fragment(rel, where)).orElse(rel);
        }
    }

    private final Catalog catalog;
    private final PlanningClock clock;
    private final LiftedValues lifted;
    private final Dialects dialects;
    private final Optional<Inlining> inlining;
    private final KeptOperators kept = new KeptOperators();
    private final Offers offers;
    /** Whether anything in the tree is hashed: most queries need not be looked at for it. */
    private boolean hashes;

    /** A cutter that keeps what stands in memory there. */
    Cutter(Catalog catalog, PlanningClock clock, LiftedValues lifted, Dialects dialects) {
        this(catalog, clock, lifted, dialects, Optional.empty());
    }

    Cutter(Catalog catalog, PlanningClock clock, LiftedValues lifted, Dialects dialects, Optional<Inlining> inlining) {
        this.inlining = inlining;
        this.catalog = catalog;
        this.clock = clock;
        this.lifted = lifted;
        this.dialects = dialects;
        this.offers = new Offers(dialects, kept);
    }

    RelNode cut(RelNode tree) {
        hashes = HashedColumns.areIn(tree);
        return place(tree).cut();
    }

    /** As {@link #cut}, with nothing asked of a source but its rows. */
    RelNode cutScans(RelNode tree) {
        clock.check();
        return tree instanceof TableScan ? place(tree).cut() : Trees.mapInputs(tree, this::cutScans);
    }

    /** The operators of the tree that stayed in the engine, and why. */
    List<KeptBack> keptBack(RelNode tree) {
        return kept.list(tree);
    }

    private Placed place(RelNode rel) {
        clock.check();
        Placed placed = placeByKind(rel);
        if (placed.site().isEmpty()) {
            kept.noteKept(rel);
        }
        return placed;
    }

    private Placed placeByKind(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> Placed.at(scan, Site.whole(source(scan), shardKey(scan)));
            case Filter filter -> filter(filter, place(filter.getInput()));
            case SecureFilter barrier -> barrier(barrier, place(barrier.getInput()));
            case Project masks when masks.getInput() instanceof SecureFilter barrier -> masks(masks, barrier);
            case Project project -> project(project, place(project.getInput()));
            case Join join -> join(join, place(join.getLeft()), place(join.getRight()));
            case Aggregate aggregate -> aggregate(aggregate, place(aggregate.getInput()));
            case Sort sort -> sort(sort, place(sort.getInput()));
            case SetOp set -> setOperation(set);
            default -> engine(rel);
        };
    }

    private Placed engine(RelNode rel) {
        if (!rel.getInputs().isEmpty()) {
            keepBack(rel, "it is computed in the engine, which treats it alike for every source");
        }
        return Placed.engine(Trees.mapInputs(rel, input -> place(input).cut()));
    }

    private SourceDefinition source(TableScan scan) {
        return catalog.findSource(Trees.table(scan).source())
                .orElseThrow(() -> new IllegalStateException(
                        "no source " + Trees.table(scan).source()));
    }

    private ImmutableBitSet shardKey(TableScan scan) {
        ImmutableBitSet.Builder key = ImmutableBitSet.builder();
        ColumnName name = source(scan)
                .split()
                .map(split -> split.keys().get(Trees.table(scan)))
                .orElse(null);
        for (int i = 0; name != null && i < scan.getRowType().getFieldCount(); i++) {
            if (Trees.column(scan, i).equals(name)) {
                key.set(i);
            }
        }
        return key.build();
    }

    private boolean keepBack(RelNode rel, String reason) {
        kept.note(rel, reason);
        return false;
    }

    private static int width(RelNode rel) {
        return rel.getRowType().getFieldCount();
    }

    private Placed filter(Filter filter, Placed input) {
        if (input.site().isEmpty()) {
            return Placed.engine(LogicalFilter.create(input.rel(), filter.getCondition()));
        }
        Site site = input.site().get();
        List<RexNode> below = new ArrayList<>();
        List<RexNode> above = new ArrayList<>();
        for (RexNode conjunct : Trees.conjuncts(filter.getCondition())) {
            if (isOffered(filter, input, conjunct)) {
                below.add(conjunct);
            } else {
                above.add(conjunct);
                // The source gives more rows than are wanted, and fewer than all; those that come are looked at again.
                RexBuilder rex = filter.getCluster().getRexBuilder();
                Disjunctions.weaker(rex, conjunct, part -> LeakProof.isTotal(part) && isOffered(filter, input, part))
                        .ifPresent(below::add);
            }
        }
        Placed pushed = Placed.at(Trees.filter(input.rel(), below), lifted.where(site, below));
        return above.isEmpty() ? pushed : Placed.engine(Trees.filter(pushed.cut(), above));
    }

    private boolean isOffered(Filter filter, Placed input, RexNode condition) {
        return leavesHashes(filter, input, RelOptUtil.InputFinder.bits(condition))
                && offers.are(filter, input.site().orElseThrow(), List.of(condition), width(filter.getInput()));
    }

    private Placed barrier(SecureFilter barrier, Placed input) {
        if (input.site().isPresent()) {
            Site site = input.site().get();
            if (leavesHashes(barrier, input, RelOptUtil.InputFinder.bits(barrier.condition()))
                    && offers.are(barrier, site, List.of(barrier.condition()), width(barrier))) {
                return Placed.at(barrier.over(input.rel(), barrier.condition()), site);
            }
        }
        return Placed.engine(barrier.over(input.cut(), barrier.condition()));
    }

    /** Masks and their barrier stay together: where the source cannot mask, it does not hand the view out either. */
    private Placed masks(Project masks, SecureFilter barrier) {
        Placed guarded = place(barrier);
        Placed whole = project(masks, guarded);
        if (whole.site().isPresent() || guarded.site().isEmpty()) {
            return whole;
        }
        RelNode body =
                Placed.at(guarded.rel().getInput(0), guarded.site().get()).cut();
        return Placed.engine(masks.copy(masks.getTraitSet(), List.of(barrier.over(body, barrier.condition()))));
    }

    private Placed project(Project project, Placed input) {
        if (input.site().isEmpty()
                || !windowsStandTogether(project, input.site().get())
                || !leavesHashes(project, input)
                || !offers.are(project, input.site().get(), asked(project), width(project.getInput()))) {
            return Placed.engine(project.copy(project.getTraitSet(), List.of(input.cut())));
        }
        ImmutableBitSet.Builder key = ImmutableBitSet.builder();
        Site site = input.site().get();
        for (int i = 0; i < project.getProjects().size(); i++) {
            if (project.getProjects().get(i) instanceof RexInputRef ref
                    && site.shardKey().get(ref.getIndex())) {
                key.set(i);
            }
        }
        RelNode pushed = project.copy(project.getTraitSet(), List.of(input.rel()));
        return Placed.at(pushed, site.withKey(key.build()));
    }

    /** What the source computes: of what is hashed, the value. */
    private static List<RexNode> asked(Project project) {
        return BarrierLeaf.isGoverned(project) ? HashedColumns.inTheClear(project) : project.getProjects();
    }

    /** Whether expressions that are more than a column are of no column that is hashed after the source has given it. */
    private boolean leavesHashes(Project project, Placed input) {
        List<RexNode> computed = project.getProjects().stream()
                .filter(each -> !(each instanceof RexInputRef))
                .toList();
        return leavesHashes(project, input, RelOptUtil.InputFinder.bits(computed, null));
    }

    private boolean leavesHashes(RelNode operator, Placed input, ImmutableBitSet used) {
        return !hashes
                || HashedColumns.leave(input.rel(), used)
                || keepBack(operator, "it is about hashes, which are made of what the source gives");
    }

    /** A window sees all its rows on one shard: there is but one, or each partition stands on one. */
    private boolean windowsStandTogether(Project project, Site site) {
        boolean together = site.isOneShard()
                || Windows.of(project).stream()
                        .allMatch(window -> window.partitionKeys.stream()
                                .anyMatch(key -> key instanceof RexInputRef ref
                                        && site.shardKey().get(ref.getIndex())));
        return together
                || keepBack(
                        project,
                        "its window sees rows of several shards of "
                                + site.source().name());
    }

    private Placed join(Join join, Placed left, Placed right) {
        Optional<Site> together = together(join, left, right);
        if (together.isPresent()) {
            return Placed.at(join.copy(join.getTraitSet(), List.of(left.rel(), right.rel())), together.get());
        }
        return inlining.flatMap(rows -> rows.site(join, left, right)
                        .filter(site -> isExpressible(join, left, right, site))
                        .flatMap(_ -> rows.join(join, left, right)))
                .orElseGet(() -> Placed.engine(join.copy(join.getTraitSet(), List.of(left.cut(), right.cut()))));
    }

    private Optional<Site> together(Join join, Placed left, Placed right) {
        if (left.site().isEmpty() || right.site().isEmpty()) {
            return Optional.empty();
        }
        Site one = left.site().get();
        Site other = right.site().get();
        if (!Site.server(one.source()).equals(Site.server(other.source()))) {
            return Optional.empty();
        }
        if (!isExpressible(join, left, right, one)) {
            return Optional.empty();
        }
        return ShardedJoin.site(join, JoinKeys.equalities(join), one, other).or(() -> {
            keepBack(join, "it is not on the keys by which " + one.source().name() + " is split");
            return Optional.empty();
        });
    }

    private boolean isExpressible(Join join, Placed left, Placed right, Site site) {
        ImmutableBitSet used = RelOptUtil.InputFinder.bits(join.getCondition());
        int width = width(join.getLeft());
        boolean expressible = leavesHashes(join, left, used.intersect(ImmutableBitSet.range(width)))
                && leavesHashes(
                        join, right, used.except(ImmutableBitSet.range(width)).shift(-width))
                && dialects.of(site.source()).joins(join.getJoinType())
                && !JoinKeys.equalities(join).isEmpty()
                && offers.are(join, site, List.of(join.getCondition()), width + width(join.getRight()));
        return expressible
                || keepBack(
                        join,
                        "its type or condition is not asked of " + site.source().name());
    }

    private Placed aggregate(Aggregate aggregate, Placed input) {
        if (input.site().isEmpty() || !leavesHashes(aggregate, input, HashedColumns.used(aggregate))) {
            return Placed.engine(aggregate.copy(aggregate.getTraitSet(), List.of(input.cut())));
        }
        Site site = input.site().get();
        boolean everySet = aggregate.getGroupSets().stream().allMatch(set -> set.intersects(site.shardKey()));
        ImmutableBitSet.Builder key = ImmutableBitSet.builder();
        for (int i = 0; i < aggregate.getGroupCount(); i++) {
            if (everySet && site.shardKey().get(aggregate.getGroupSet().nth(i))) {
                key.set(i);
            }
        }
        // A grouping set turns a key to NULL, which says nothing of the shard.
        ImmutableBitSet keptKey =
                aggregate.getGroupType() == Aggregate.Group.SIMPLE ? key.build() : ImmutableBitSet.of();
        if (site.isOneShard() || everySet) {
            if (!offers.are(aggregate, site)) {
                return Placed.engine(aggregate.copy(aggregate.getTraitSet(), List.of(input.cut())));
            }
            RelNode pushed = aggregate.copy(aggregate.getTraitSet(), List.of(input.rel()));
            return Placed.at(pushed, site.withKey(keptKey));
        }
        return partial(aggregate, input);
    }

    /** Each shard aggregates its own rows; the engine puts the parts together. */
    private Placed partial(Aggregate aggregate, Placed input) {
        Site site = input.site().orElseThrow();
        Optional<ShardedAggregate> sharded = ShardedAggregate.of(aggregate, input.rel(), site.shardKey());
        if (sharded.isEmpty()) {
            keepBack(aggregate, "its parts from several shards cannot be put together");
        }
        if (sharded.isEmpty() || !offers.are(sharded.get().parts(), site)) {
            return Placed.engine(aggregate.copy(aggregate.getTraitSet(), List.of(input.cut())));
        }
        keepBack(aggregate, "each shard aggregates its own rows, and the engine puts the parts together");
        RelNode cut = new Fragment(sharded.get().parts(), site.withKey(ImmutableBitSet.of()));
        return Placed.engine(sharded.get().whole(cut));
    }

    private Placed sort(Sort sort, Placed input) {
        ImmutableBitSet keys = ImmutableBitSet.of(sort.getCollation().getKeys());
        if (input.site().isEmpty()
                || !leavesHashes(sort, input, keys)
                || !offers.are(sort, input.site().get())) {
            return Placed.engine(sort.copy(sort.getTraitSet(), List.of(input.cut())));
        }
        Site site = input.site().get();
        if (site.isOneShard()) {
            return Placed.at(sort.copy(sort.getTraitSet(), List.of(input.rel())), site);
        }
        Optional<RexNode> first = firstRows(sort);
        keepBack(
                sort,
                first.isPresent()
                        ? "each shard gives its first rows, and the first among them are taken"
                        : "the rows come from several shards");
        RelNode cut = first.map(
                        rows -> Placed.at(LogicalSort.create(input.rel(), sort.getCollation(), null, rows), site))
                .orElse(input)
                .cut();
        return Placed.engine(sort.copy(sort.getTraitSet(), List.of(cut)));
    }

    /** As many rows of each shard as the whole may need. */
    private static Optional<RexNode> firstRows(Sort sort) {
        if (!(sort.fetch instanceof RexLiteral fetch)) {
            return Optional.empty();
        }
        BigDecimal rows = LiteralValues.of(fetch, BigDecimal.class);
        BigDecimal skipped =
                sort.offset instanceof RexLiteral offset ? LiteralValues.of(offset, BigDecimal.class) : BigDecimal.ZERO;
        return Optional.of(sort.getCluster().getRexBuilder().makeExactLiteral(rows.add(skipped)));
    }

    private Placed setOperation(SetOp set) {
        List<Placed> inputs = set.getInputs().stream().map(this::place).toList();
        if (together(set, inputs)) {
            Site site = inputs.stream()
                    .map(input -> input.site().orElseThrow())
                    .reduce((one, other) -> one.or(other, one.shardKey().intersect(other.shardKey())))
                    .orElseThrow();
            RelNode pushed =
                    set.copy(set.getTraitSet(), inputs.stream().map(Placed::rel).toList());
            return Placed.at(pushed, site);
        }
        return Placed.engine(
                set.copy(set.getTraitSet(), inputs.stream().map(Placed::cut).toList()));
    }

    /** Whether all branches run on the same shards of one server; rows of several shards are compared in the engine. */
    private boolean together(SetOp set, List<Placed> inputs) {
        if (!inputs.stream().allMatch(input -> leavesHashes(set, input, ImmutableBitSet.range(width(set))))) {
            return false;
        }
        if (!inputs.stream().allMatch(input -> isTogether(input, inputs.getFirst()))) {
            return keepBack(set, "its parts stand in different databases or on different shards");
        }
        Site site = inputs.getFirst().site().orElseThrow();
        boolean all = set.kind == SqlKind.UNION && set.all;
        if (!all && !site.isOneShard()) {
            return keepBack(
                    set, "its rows stand on several shards of " + site.source().name());
        }
        return offers.are(set, site);
    }

    private static boolean isTogether(Placed one, Placed other) {
        return one.site().isPresent()
                && other.site().isPresent()
                && Site.server(one.site().get().source())
                        .equals(Site.server(other.site().get().source()))
                && one.site().get().shards().equals(other.site().get().shards());
    }
}
