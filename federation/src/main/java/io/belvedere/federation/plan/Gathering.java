package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Dialect;
import io.belvedere.federation.dialect.LiteralValues;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SelectWriter;
import io.belvedere.federation.dialect.Types;
import io.belvedere.federation.shard.ShardMap;
import io.belvedere.model.view.OnSourceFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/**
 * A plan whose rows come from the shards of one source and need no engine: side by side, or each shard's in order and merged. Text too,
 * because every dialect orders it by code point.
 */
record Gathering(Fragment fragment, Step.Merge merge) {
    /** A merge holds a statement at every shard at the same time. */
    static final int MERGED_MAX = 16;

    /** Empty for a tree that the engine has to finish. */
    static Optional<Gathering> of(RelNode tree, OnSourceFailure onSourceFailure, Dialects dialects) {
        if (tree instanceof Fragment fragment) {
            // A contract that lets a source be missing needs its rows held back until all are there.
            boolean whole = fragment.shards().size() == 1 || onSourceFailure instanceof OnSourceFailure.Fail;
            return whole ? Optional.of(new Gathering(fragment, Step.Merge.NONE)) : Optional.empty();
        }
        List<Integer> columns = columns(tree);
        RelNode sorted = tree instanceof Project project ? project.getInput() : tree;
        if (columns.isEmpty()
                || !(sorted instanceof Sort sort)
                || !(sort.getInput() instanceof Fragment fragment)
                || onSourceFailure instanceof OnSourceFailure.Partial
                || fragment.shards().size() > MERGED_MAX
                || ShardMap.of(fragment.source()).directory().isPresent()
                || !(isLiteral(sort.fetch) && isLiteral(sort.offset))) {
            return Optional.empty();
        }
        List<Step.SortKey> keys = sort.getCollation().getFieldCollations().stream()
                .map(Gathering::key)
                .toList();
        Step.Merge merge = new Step.Merge(keys, number(sort.offset, 0), number(sort.fetch, Long.MAX_VALUE), columns);
        return sortedBy(sort, fragment, dialects).map(each -> new Gathering(each, merge));
    }

    /** The columns of the input that are given out, in order; none when one is computed or given twice. */
    private static List<Integer> columns(RelNode tree) {
        if (!(tree instanceof Project project)) {
            return IntStream.range(0, tree.getRowType().getFieldCount()).boxed().toList();
        }
        List<Integer> columns = new ArrayList<>();
        for (RexNode each : project.getProjects()) {
            if (!(each instanceof RexInputRef ref) || columns.contains(ref.getIndex())) {
                return List.of();
            }
            columns.add(ref.getIndex());
        }
        return columns;
    }

    /** The fragment with its rows in order on each shard; empty when the source does not order them as we mean it. */
    private static Optional<Fragment> sortedBy(Sort sort, Fragment fragment, Dialects dialects) {
        if (fragment.body() instanceof Sort below && below.getCollation().equals(sort.getCollation())) {
            return Optional.of(fragment);
        }
        ImmutableBitSet keys = ImmutableBitSet.of(sort.getCollation().getKeys());
        if (sort.fetch != null
                || sort.offset != null
                || !HashedColumns.leave(fragment.body(), keys)
                || !isOffered(sort, dialects.of(fragment.source()))) {
            return Optional.empty();
        }
        RelNode ordered = LogicalSort.create(fragment.body(), sort.getCollation(), null, null);
        return Optional.of(new Fragment(ordered, fragment.site()));
    }

    private static boolean isOffered(Sort sort, Dialect dialect) {
        try {
            for (RelFieldCollation key : sort.getCollation().getFieldCollations()) {
                Types.Kind kind = Types.kind(sort.getRowType()
                        .getFieldList()
                        .get(key.getFieldIndex())
                        .getType());
                dialect.orderItem("c", kind, SelectWriter.direction(key), SelectWriter.nulls(key));
            }
            return true;
        } catch (NotOffered refusal) {
            return false;
        }
    }

    static Step.SortKey key(RelFieldCollation key) {
        return new Step.SortKey(
                key.getFieldIndex(),
                switch (SelectWriter.direction(key)) {
                    case ASCENDING -> Step.Order.ASCENDING;
                    case DESCENDING -> Step.Order.DESCENDING;
                },
                switch (SelectWriter.nulls(key)) {
                    case FIRST -> Step.NullPlace.FIRST;
                    case LAST -> Step.NullPlace.LAST;
                });
    }

    static boolean isLiteral(@Nullable RexNode count) {
        return count == null || count instanceof RexLiteral;
    }

    static long number(@Nullable RexNode count, long otherwise) {
        return count instanceof RexLiteral literal
                ? LiteralValues.of(literal, BigDecimal.class).longValueExact()
                : otherwise;
    }
}
