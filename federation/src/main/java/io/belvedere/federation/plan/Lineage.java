package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.weave.SecureFilter;
import java.util.Optional;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexInputRef;

/** Which table's column a column of a tree is, where it is one unchanged. */
final class Lineage {
    /** A column of a scan. */
    record Origin(TableScan scan, int column) {}

    private Lineage() {}

    static Optional<Origin> origin(RelNode rel, int column) {
        return switch (rel) {
            case TableScan scan -> Optional.of(new Origin(scan, column));
            case Fragment fragment -> origin(fragment.body(), column);
            case BarrierLeaf leaf -> origin(leaf.governed(), column);
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        ? origin(project.getInput(), ref.getIndex())
                        : Optional.empty();
            case Filter filter -> origin(filter.getInput(), column);
            case SecureFilter barrier -> origin(barrier.getInput(), column);
            case Fence fence -> origin(fence.getInput(), column);
            case Sort sort -> origin(sort.getInput(), column);
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        ? origin(aggregate.getInput(), aggregate.getGroupSet().nth(column))
                        : Optional.empty();
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield column < left ? origin(join.getLeft(), column) : origin(join.getRight(), column - left);
            }
            default -> Optional.empty();
        };
    }
}
