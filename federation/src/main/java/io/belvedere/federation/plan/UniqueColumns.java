package io.belvedere.federation.plan;

import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.federation.weave.SourceRelTable;
import io.belvedere.model.ColumnName;
import io.belvedere.model.source.SourceColumn;
import io.belvedere.model.view.ColumnContract.KeyPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Whether no two rows of a tree agree in some columns: because it is grouped by them, or because they hold the key that a source's
 * definition declares. Rows that are null there are left out of account: they equal nothing. A no may be wrong, a yes never is.
 */
final class UniqueColumns {
    private UniqueColumns() {}

    static boolean isUnique(RelNode rel, ImmutableBitSet columns) {
        return switch (rel) {
            case Aggregate aggregate ->
                aggregate.getGroupType() == Aggregate.Group.SIMPLE
                        && columns.contains(ImmutableBitSet.range(aggregate.getGroupCount()));
            case Project project -> isUnique(project.getInput(), sources(project, columns));
            case Filter filter -> isUnique(filter.getInput(), columns);
            case SecureFilter barrier -> isUnique(barrier.getInput(), columns);
            case Sort sort -> isUnique(sort.getInput(), columns);
            case Join join -> join(join, columns);
            case TableScan scan -> holdsKey(scan, columns);
            default -> false;
        };
    }

    /** Whether each row of the join's left has at most one partner on its right. */
    static boolean matchesOnceOnRight(Join join) {
        return isUnique(join.getRight(), keys(join, 1));
    }

    static boolean matchesOnceOnLeft(Join join) {
        return isUnique(join.getLeft(), keys(join, 0));
    }

    private static ImmutableBitSet keys(Join join, int side) {
        return ImmutableBitSet.of(
                JoinKeys.equalities(join).stream().map(key -> key[side]).toList());
    }

    private static ImmutableBitSet sources(Project project, ImmutableBitSet columns) {
        List<Integer> inputs = new ArrayList<>();
        for (int column : columns) {
            if (project.getProjects().get(column) instanceof RexInputRef ref) {
                inputs.add(ref.getIndex());
            }
        }
        return ImmutableBitSet.of(inputs);
    }

    private static boolean join(Join join, ImmutableBitSet columns) {
        int width = join.getLeft().getRowType().getFieldCount();
        ImmutableBitSet left = columns.intersect(ImmutableBitSet.range(width));
        return switch (join.getJoinType()) {
            case SEMI, ANTI -> isUnique(join.getLeft(), columns);
            case LEFT -> isUnique(join.getLeft(), left) && matchesOnceOnRight(join);
            case INNER ->
                (isUnique(join.getLeft(), left) && matchesOnceOnRight(join))
                        || (isUnique(join.getRight(), columns.except(left).shift(-width)) && matchesOnceOnLeft(join));
            case RIGHT, FULL, ASOF, LEFT_ASOF, LEFT_MARK -> false;
        };
    }

    /** A key is unique in one database; in all the databases of a split table only when the table is split by a part of it. */
    private static boolean holdsKey(TableScan scan, ImmutableBitSet columns) {
        SourceRelTable table = scan.getTable().unwrap(SourceRelTable.class);
        if (table == null) {
            return false;
        }
        Set<ColumnName> key = new HashSet<>();
        for (SourceColumn column : table.table().columns()) {
            if (column.keyPart() == KeyPart.KEY) {
                key.add(column.name());
            }
        }
        Set<ColumnName> known = new HashSet<>();
        columns.forEach(column -> known.add(Trees.column(scan, column)));
        boolean everywhere = table.source()
                .split()
                .map(split -> {
                    ColumnName by = split.keys().get(table.name());
                    return by != null && key.contains(by);
                })
                .orElse(true);
        return !key.isEmpty() && known.containsAll(key) && everywhere;
    }
}
