package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.InlinedRows;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.weave.SourceRelTable;
import io.belvedere.model.source.SourceKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Joins of a source's rows with few rows that stand in memory, done at the source: the rows in memory become a fragment within the
 * source's fragment. Only where each row of the source keeps its partners on whatever shard it stands.
 */
final class Inlining {
    /** Rows that are worth sending; a run may find a few more. */
    private static final double ROWS_EXPECTED_MAX = 2_000;

    /** What a row in a statement costs, in rows that are fetched. */
    private static final double ROW_COST = 0.25;

    /** Fewer rows than this are fetched as fast as they are saved. */
    private static final double SAVED_MIN = 500;

    /** The share of what is fetched without that has to be saved. */
    private static final double SAVED_SHARE_MIN = 0.25;

    /** Joined rows that a source puts into groups: of a million the engine was faster although it had to fetch them. */
    private static final double GROUPED_ROWS_MAX = 100_000;

    private final Estimator estimator;
    private final Dialects dialects;

    Inlining(Estimator estimator, Dialects dialects) {
        this.estimator = estimator;
        this.dialects = dialects;
    }

    /** Which side of a join stays where it is. */
    private enum Stays {
        LEFT,
        RIGHT
    }

    /** The join at the source of one of its sides; empty where it is not possible, or not of few rows. */
    Optional<Cutter.Placed> join(Join join, Cutter.Placed left, Cutter.Placed right) {
        return stays(join, left, right).map(side -> switch (side) {
            case LEFT -> {
                Site site = left.site().orElseThrow();
                yield Cutter.Placed.at(join.copy(join.getTraitSet(), List.of(left.rel(), right.cut())), site);
            }
            case RIGHT -> {
                Site site = right.site().orElseThrow();
                int width = join.getJoinType().projectsRight()
                        ? join.getLeft().getRowType().getFieldCount()
                        : 0;
                ImmutableBitSet key = site.shardKey().shift(width);
                yield Cutter.Placed.at(
                        join.copy(join.getTraitSet(), List.of(left.cut(), right.rel())), site.withKey(key));
            }
        });
    }

    /** The source that a join would be done at. */
    Optional<Site> site(Join join, Cutter.Placed left, Cutter.Placed right) {
        return stays(join, left, right).flatMap(side -> switch (side) {
            case LEFT -> left.site();
            case RIGHT -> right.site();
        });
    }

    private Optional<Stays> stays(Join join, Cutter.Placed left, Cutter.Placed right) {
        if (left.site().isEmpty() || right.site().isEmpty()) {
            return Optional.empty();
        }
        JoinRelType type = join.getJoinType();
        boolean keepsLeft = switch (type) {
            case INNER, LEFT, SEMI, ANTI -> true;
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
        boolean keepsRight = type == JoinRelType.INNER || type == JoinRelType.RIGHT;
        if (keepsLeft && takes(left.site().get(), right) && findsPartners(join, left, Stays.LEFT)) {
            return Optional.of(Stays.LEFT);
        }
        return keepsRight && takes(right.site().get(), left) && findsPartners(join, right, Stays.RIGHT)
                ? Optional.of(Stays.RIGHT)
                : Optional.empty();
    }

    /**
     * Whether the source looks partners up instead of comparing each row with each: MariaDB does for text only where it is told how to
     * bring the column's collation and that of the rows together.
     */
    private boolean findsPartners(Join join, Cutter.Placed source, Stays side) {
        if (source.site().orElseThrow().source().kind() != SourceKind.MARIADB) {
            return true;
        }
        for (int[] pair : JoinKeys.equalities(join)) {
            int column = side == Stays.LEFT ? pair[0] : pair[1];
            boolean isText = Types.kind(
                            source.rel().getRowType().getFieldList().get(column).getType())
                    == Types.Kind.TEXT;
            if (!isText || isKnownText(source.rel(), column)) {
                return true;
            }
        }
        return false;
    }

    private boolean isKnownText(RelNode rel, int column) {
        return Lineage.origin(rel, column)
                .flatMap(origin -> Optional.ofNullable(origin.scan().getTable().unwrap(SourceRelTable.class))
                        .flatMap(table -> dialects.texts(table.table()).get(origin.column())))
                .isPresent();
    }

    private boolean takes(Site source, Cutter.Placed memory) {
        return InlinedRows.areTakenBy(source.source().kind())
                && !source.source().isInMemory()
                && memory.site().orElseThrow().source().isInMemory()
                && InlinedRows.mayTravel(memory.rel().getRowType())
                && !HashedColumns.areIn(memory.rel())
                && estimator.rows(memory.rel()) <= ROWS_EXPECTED_MAX;
    }

    /** Whether the tree has rows of memory within a source's fragment. */
    static boolean isIn(RelNode cut) {
        return cut instanceof Fragment fragment
                ? Trees.contains(fragment.body(), Fragment.class)
                : cut.getInputs().stream().anyMatch(Inlining::isIn);
    }

    /** Whether fewer rows move; where one statement is then the whole result and the engine is spared, whether not more do. */
    static boolean pays(ProgramBuilder.Program inlined, ProgramBuilder.Program plain) {
        double before = fetched(plain);
        double saved = before - fetched(inlined);
        boolean sparesEngine = isOneStatement(inlined) && !isOneStatement(plain);
        return (saved >= 0 && sparesEngine) || (saved >= SAVED_MIN && saved >= before * SAVED_SHARE_MIN);
    }

    private static boolean isOneStatement(ProgramBuilder.Program program) {
        return program.steps().getLast() instanceof Step.PassThrough;
    }

    /** Whether a source would have to group so many joined rows that it would be slower than the engine, which does so in parallel. */
    boolean groupsMany(RelNode cut) {
        boolean here = cut instanceof Fragment fragment
                && Trees.contains(fragment.body(), Fragment.class)
                && isGroupOfMany(fragment.body());
        return here || cut.getInputs().stream().anyMatch(this::groupsMany);
    }

    private boolean isGroupOfMany(RelNode rel) {
        boolean here = rel instanceof Aggregate aggregate
                && Trees.contains(aggregate, Fragment.class)
                && estimator.rows(aggregate.getInput()) > GROUPED_ROWS_MAX;
        return here || rel.getInputs().stream().anyMatch(this::isGroupOfMany);
    }

    private static double fetched(ProgramBuilder.Program program) {
        return program.steps().stream()
                .mapToDouble(step -> switch (step) {
                    case Step.Fetch fetch -> fetched(fetch, program.expected());
                    case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> fetched(fetch, program.expected());
                    case Step.Derive _, Step.Deliver _ -> 0;
                })
                .sum();
    }

    private static double fetched(Step.Fetch fetch, Map<String, PlanReport.Expected> expected) {
        double inlined = fetch.rows().stream()
                .mapToDouble(rows -> rows(rows.from(), expected))
                .sum();
        return inlined * ROW_COST + (fetch.cache().isPresent() ? 0 : rows(fetch.name(), expected));
    }

    private static double rows(String step, Map<String, PlanReport.Expected> expected) {
        PlanReport.Expected outlook = expected.get(step);
        return outlook == null ? 0 : outlook.estimate().rows();
    }
}
