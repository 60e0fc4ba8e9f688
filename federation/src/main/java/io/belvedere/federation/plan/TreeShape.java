package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.weave.SecureFilter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/**
 * What decides how many rows a tree gives, whichever columns it gives of them and in whatever order its parts stand: tables, conditions
 * with their constants, joins, groups and limits. As a digest, so that a shape is small and no constant stays in memory.
 */
record TreeShape(String digest) {
    /** Empty for a tree that is more than tables of sources and what is done with them. */
    static Optional<TreeShape> of(RelNode rel) {
        return text(rel).map(TreeShape::sha256).map(TreeShape::new);
    }

    private static Optional<String> text(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> Optional.of(Trees.table(scan).toString());
            case Fragment fragment -> text(fragment.body());
            case BarrierLeaf leaf -> text(leaf.governed());
            // The copies of its condition below the barrier are what counts.
            case SecureFilter barrier -> text(barrier.getInput());
            case Fence fence -> text(fence.getInput());
            case Project project -> text(project.getInput());
            case Filter filter -> filtered(filter);
            case Join join -> joined(join);
            case Aggregate aggregate ->
                text(aggregate.getInput()).map(input -> "groups " + groups(aggregate) + " of (" + input + ")");
            case Sort sort when sort.fetch == null && sort.offset == null -> text(sort.getInput());
            case Sort sort ->
                text(sort.getInput()).map(input -> sort.offset + " and " + sort.fetch + " of (" + input + ")");
            case SetOp set -> all(set.getInputs().stream()).map(inputs -> set.kind + " " + set.all + " " + inputs);
            default -> Optional.empty();
        };
    }

    /** Filters one over the other are one. */
    private static Optional<String> filtered(Filter filter) {
        TreeSet<String> conditions = new TreeSet<>();
        RelNode below = filter;
        while (below instanceof Filter each) {
            RelNode input = each.getInput();
            Trees.conjuncts(each.getCondition()).forEach(conjunct -> conditions.add(text(conjunct, input)));
            below = input;
            while (below instanceof Project project) {
                below = project.getInput();
            }
        }
        return text(below).map(input -> conditions + " of (" + input + ")");
    }

    private static Optional<String> joined(Join join) {
        String conditions = Trees.conjuncts(join.getCondition()).stream()
                .map(conjunct -> text(conjunct, join))
                .sorted()
                .collect(Collectors.joining(" and "));
        Stream<RelNode> inputs = join.getInputs().stream();
        return (join.getJoinType() == JoinRelType.INNER ? sorted(inputs) : all(inputs))
                .map(sides -> join.getJoinType() + " on " + conditions + " " + sides);
    }

    private static Optional<String> all(Stream<RelNode> inputs) {
        List<Optional<String>> texts = inputs.map(TreeShape::text).toList();
        return texts.stream().allMatch(Optional::isPresent)
                ? Optional.of(texts.stream().flatMap(Optional::stream).toList().toString())
                : Optional.empty();
    }

    private static Optional<String> sorted(Stream<RelNode> inputs) {
        List<Optional<String>> texts = inputs.map(TreeShape::text).toList();
        return texts.stream().allMatch(Optional::isPresent)
                ? Optional.of(texts.stream()
                        .flatMap(Optional::stream)
                        .sorted()
                        .toList()
                        .toString())
                : Optional.empty();
    }

    private static String groups(Aggregate aggregate) {
        return aggregate.getGroupSets().stream()
                .map(set -> set.asList().stream()
                        .map(key -> column(aggregate.getInput(), key))
                        .sorted()
                        .toList()
                        .toString())
                .collect(Collectors.joining(", "));
    }

    private static String text(RexNode node, RelNode over) {
        return switch (node) {
            case RexInputRef ref -> column(over, ref.getIndex());
            case RexLiteral literal -> literal.toString();
            case RexCall call ->
                call.getOperator().getName()
                        + call.getOperands().stream()
                                .map(operand -> text(operand, over))
                                .toList();
            default -> node.toString();
        };
    }

    /** A column by where it comes from. */
    private static String column(RelNode rel, int index) {
        return switch (rel) {
            case TableScan scan -> Trees.table(scan) + "." + Trees.column(scan, index);
            case Fragment fragment -> column(fragment.body(), index);
            case BarrierLeaf leaf -> column(leaf.governed(), index);
            case Project project -> text(project.getProjects().get(index), project.getInput());
            case Filter filter -> column(filter.getInput(), index);
            case SecureFilter barrier -> column(barrier.getInput(), index);
            case Fence fence -> column(fence.getInput(), index);
            case Sort sort -> column(sort.getInput(), index);
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield index < left ? column(join.getLeft(), index) : column(join.getRight(), index - left);
            }
            case Aggregate aggregate -> {
                int keys = aggregate.getGroupCount();
                yield index < keys
                        ? column(aggregate.getInput(), aggregate.getGroupSet().nth(index))
                        : call(aggregate.getAggCallList().get(index - keys), aggregate.getInput());
            }
            default -> "column " + index;
        };
    }

    private static String call(AggregateCall call, RelNode input) {
        return call.getAggregation().getName()
                + (call.isDistinct() ? " distinct " : "")
                + call.getArgList().stream()
                        .map(argument -> column(input, argument))
                        .toList()
                + (call.hasFilter() ? " if " + column(input, call.filterArg) : "");
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
