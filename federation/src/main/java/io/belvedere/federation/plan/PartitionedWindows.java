package io.belvedere.federation.plan;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexWindow;
import org.apache.calcite.rex.RexWindowBounds;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;

/** Windows that look at the rows of their own partition only: each is parted by further keys. */
final class PartitionedWindows extends RexShuttle {
    private final RexBuilder rex;
    private final List<RexNode> keys;

    PartitionedWindows(RexBuilder rex, List<RexNode> keys) {
        this.rex = rex;
        this.keys = List.copyOf(keys);
    }

    @Override
    public RexNode visitOver(RexOver over) {
        RexOver visited = (RexOver) super.visitOver(over);
        RexWindow window = visited.getWindow();
        List<RexNode> partition = new ArrayList<>(window.partitionKeys);
        partition.addAll(keys);
        return rex.makeOver(
                visited.getType(),
                visited.getAggOperator(),
                visited.getOperands(),
                partition,
                window.orderKeys,
                window.getLowerBound(),
                window.getUpperBound(),
                window.getExclude(),
                window.isRows(),
                true,
                false,
                visited.isDistinct(),
                visited.ignoreNulls());
    }

    /** The number of a row among those with the same keys, in an order of the input's columns. */
    static RexNode rowNumber(RexBuilder rex, RelNode input, List<RexNode> keys, RelCollation order) {
        ImmutableList.Builder<RexFieldCollation> sorted = ImmutableList.builder();
        for (RelFieldCollation field : order.getFieldCollations()) {
            Set<SqlKind> how = EnumSet.noneOf(SqlKind.class);
            if (field.getDirection().isDescending()) {
                how.add(SqlKind.DESCENDING);
            }
            how.add(
                    field.nullDirection == RelFieldCollation.NullDirection.FIRST
                            ? SqlKind.NULLS_FIRST
                            : SqlKind.NULLS_LAST);
            sorted.add(new RexFieldCollation(RexInputRef.of(field.getFieldIndex(), input.getRowType()), how));
        }
        return rex.makeOver(
                rex.getTypeFactory().createSqlType(SqlTypeName.BIGINT),
                SqlStdOperatorTable.ROW_NUMBER,
                List.of(),
                keys,
                sorted.build(),
                RexWindowBounds.UNBOUNDED_PRECEDING,
                RexWindowBounds.CURRENT_ROW,
                true,
                true,
                false,
                false,
                false);
    }
}
