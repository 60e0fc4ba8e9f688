package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.hash.HashLabel;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.hash.KeyedHash;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * The columns of a step's tree that are hashed when its rows have come. Until then the statement has them in the clear, so it may only
 * hand them through: no condition, key, order, group or expression may see one, because it would see what the hash hides, and because
 * values that a source takes for equal may have different hashes.
 */
final class HashedColumns {
    private HashedColumns() {}

    /** Whether anything in the tree is hashed. */
    static boolean areIn(RelNode rel) {
        return (rel instanceof Project project && project.getProjects().stream().anyMatch(KeyedHash::isIn))
                || (rel instanceof Fragment fragment && areIn(fragment.body()))
                || rel.getInputs().stream().anyMatch(HashedColumns::areIn);
    }

    /**
     * The hashed columns that come out of a step's tree, by index.
     *
     * @throws NotOffered for a tree that does anything with one but hand it through
     */
    static SortedMap<Integer, HashLabel> of(RelNode rel) {
        return switch (rel) {
            case TableScan _, Values _, StepRef _ -> new TreeMap<>();
            case Project project -> ofProject(project);
            case Filter filter ->
                untouched(of(filter.getInput()), RelOptUtil.InputFinder.bits(filter.getCondition()), filter);
            case SecureFilter barrier ->
                untouched(of(barrier.getInput()), RelOptUtil.InputFinder.bits(barrier.condition()), barrier);
            case Fence fence -> of(fence.getInput());
            case Sort sort ->
                untouched(
                        of(sort.getInput()),
                        ImmutableBitSet.of(sort.getCollation().getKeys()),
                        sort);
            case Join join -> ofJoin(join);
            case Aggregate aggregate -> {
                untouched(of(aggregate.getInput()), used(aggregate), aggregate);
                yield new TreeMap<>();
            }
            // Set operations compare whole rows; whatever else there is may do anything.
            default -> {
                for (RelNode input : rel.getInputs()) {
                    untouched(
                            of(input), ImmutableBitSet.range(input.getRowType().getFieldCount()), rel);
                }
                yield new TreeMap<>();
            }
        };
    }

    /** Whether an operator over the tree may use these of its columns. */
    static boolean leave(RelNode input, ImmutableBitSet used) {
        return of(input).keySet().stream().noneMatch(used::get);
    }

    /** What an aggregate reads of its input. */
    static ImmutableBitSet used(Aggregate aggregate) {
        ImmutableBitSet.Builder used = aggregate.getGroupSet().rebuild();
        for (AggregateCall call : aggregate.getAggCallList()) {
            call.getArgList().forEach(used::set);
            call.getCollation().getKeys().forEach(used::set);
            if (call.filterArg >= 0) {
                used.set(call.filterArg);
            }
        }
        return used.build();
    }

    /** The masks of a view with the values in the place of hashes: what a source is asked for. */
    static List<RexNode> inTheClear(Project masks) {
        return masks.getProjects().stream()
                .map(each -> KeyedHash.is(each) ? KeyedHash.value(each) : each)
                .toList();
    }

    /** The tree of a step with values in the place of hashes: what its statement says. */
    static RelNode inTheClear(RelNode rel) {
        if (!areIn(rel)) {
            return rel;
        }
        if (!(rel instanceof Project project)) {
            return Trees.mapInputs(rel, HashedColumns::inTheClear);
        }
        RelNode input = inTheClear(project.getInput());
        List<RelDataTypeField> fields = input.getRowType().getFieldList();
        List<RexNode> expressions = inTheClear(project).stream()
                .map(each -> each instanceof RexInputRef ref ? RexInputRef.of(ref.getIndex(), fields) : each)
                .toList();
        return LogicalProject.create(
                input, List.of(), expressions, project.getRowType().getFieldNames(), project.getVariablesSet());
    }

    /** What a step with this tree hashes. */
    static List<HashedColumn> list(RelNode tree) {
        if (!areIn(tree)) {
            return List.of();
        }
        List<RelDataTypeField> fields = inTheClear(tree).getRowType().getFieldList();
        List<HashedColumn> hashed = new ArrayList<>();
        of(tree).forEach((column, label) -> hashed.add(
                new HashedColumn(column, Types.dataType(fields.get(column).getType()), label)));
        return hashed;
    }

    private static SortedMap<Integer, HashLabel> ofProject(Project project) {
        Map<Integer, HashLabel> below = of(project.getInput());
        SortedMap<Integer, HashLabel> columns = new TreeMap<>();
        for (int i = 0; i < project.getProjects().size(); i++) {
            RexNode each = project.getProjects().get(i);
            if (each instanceof RexInputRef ref) {
                HashLabel label = below.get(ref.getIndex());
                if (label != null) {
                    columns.put(i, label);
                }
                continue;
            }
            boolean mask = KeyedHash.is(each) && project.getInput() instanceof SecureFilter;
            RexNode value = mask ? KeyedHash.value(each) : each;
            if (KeyedHash.isIn(value)
                    || RelOptUtil.InputFinder.bits(value).asList().stream().anyMatch(below::containsKey)) {
                throw touched(project);
            }
            if (mask) {
                columns.put(i, KeyedHash.label(each));
            }
        }
        return columns;
    }

    private static SortedMap<Integer, HashLabel> ofJoin(Join join) {
        int width = join.getLeft().getRowType().getFieldCount();
        SortedMap<Integer, HashLabel> both = of(join.getLeft());
        of(join.getRight()).forEach((column, label) -> both.put(column + width, label));
        untouched(both, RelOptUtil.InputFinder.bits(join.getCondition()), join);
        return join.getJoinType().projectsRight() ? both : new TreeMap<>(both.headMap(width));
    }

    private static SortedMap<Integer, HashLabel> untouched(
            SortedMap<Integer, HashLabel> columns, ImmutableBitSet used, RelNode by) {
        if (columns.keySet().stream().anyMatch(used::get)) {
            throw touched(by);
        }
        return columns;
    }

    private static NotOffered touched(RelNode by) {
        return new NotOffered("a " + by.getRelTypeName() + " of a column before it is hashed");
    }
}
