package io.belvedere.federation.weave;

import io.belvedere.model.ViewId;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.SingleRel;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * The barrier over the groups of a protected view: only groups of at least so many rows of the view pass. A node of its own, so that no
 * planner rule matches it.
 *
 * <p>Of each aggregated column a group has as many values, too, and as many rows without one, or none: otherwise a sum would be one
 * row's value, or the difference of two counts would be one row.
 */
public final class GroupBarrier extends SingleRel {
    private final ViewId view;
    private final String stamp;
    private final int sizeMin;
    private final int rows;
    private final List<Integer> values;

    /**
     * @param rows the column of the input that holds each group's number of rows
     * @param values the columns that hold how many values each aggregated column has
     */
    public GroupBarrier(RelNode groups, ViewId view, String stamp, int sizeMin, int rows, List<Integer> values) {
        this(groups.getCluster(), groups.getTraitSet(), groups, view, stamp, sizeMin, rows, values);
    }

    private GroupBarrier(
            RelOptCluster cluster,
            RelTraitSet traits,
            RelNode groups,
            ViewId view,
            String stamp,
            int sizeMin,
            int rows,
            List<Integer> values) {
        super(cluster, traits, groups);
        this.view = view;
        this.stamp = stamp;
        this.sizeMin = sizeMin;
        this.rows = rows;
        this.values = List.copyOf(values);
    }

    public ViewId view() {
        return view;
    }

    /** The fingerprint of the decision. */
    public String stamp() {
        return stamp;
    }

    public int sizeMin() {
        return sizeMin;
    }

    public int rows() {
        return rows;
    }

    public List<Integer> values() {
        return values;
    }

    /** What a group must fulfil to be seen. */
    public RexNode condition() {
        RexBuilder rex = getCluster().getRexBuilder();
        RexNode count = rex.makeInputRef(getInput(), rows);
        RexNode least = rex.makeExactLiteral(BigDecimal.valueOf(sizeMin), bigint());
        List<RexNode> all = new ArrayList<>();
        all.add(rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, count, least));
        for (int column : values) {
            RexNode having = rex.makeInputRef(getInput(), column);
            RexNode lacking = rex.makeCall(bigint(), SqlStdOperatorTable.MINUS, List.of(count, having));
            all.add(rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, having, least));
            all.add(rex.makeCall(
                    SqlStdOperatorTable.OR,
                    rex.makeCall(SqlStdOperatorTable.EQUALS, having, count),
                    rex.makeCall(SqlStdOperatorTable.GREATER_THAN_OR_EQUAL, lacking, least)));
        }
        return RexUtil.composeConjunction(rex, all);
    }

    private RelDataType bigint() {
        return getInput().getRowType().getFieldList().get(rows).getType();
    }

    @Override
    public GroupBarrier copy(RelTraitSet traits, List<RelNode> inputs) {
        return new GroupBarrier(getCluster(), traits, inputs.getFirst(), view, stamp, sizeMin, rows, values);
    }

    @Override
    protected RelDataType deriveRowType() {
        return getInput().getRowType();
    }

    @Override
    public RelWriter explainTerms(RelWriter writer) {
        return super.explainTerms(writer)
                .item("view", view)
                .item("sizeMin", sizeMin)
                .item("rows", rows)
                .item("values", values)
                .item("stamp", stamp);
    }
}
