package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Types;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/** The equalities of a join's condition between a column of each side. */
final class JoinKeys {
    private JoinKeys() {}

    /** Pairs of a column of the left and a column of the right, each counted in its own side. */
    static List<int[]> equalities(Join join) {
        int left = join.getLeft().getRowType().getFieldCount();
        List<int[]> keys = new ArrayList<>();
        for (RexNode conjunct : Trees.conjuncts(join.getCondition())) {
            if (conjunct.getKind() == SqlKind.EQUALS
                    && conjunct instanceof RexCall call
                    && call.getOperands().get(0) instanceof RexInputRef one
                    && call.getOperands().get(1) instanceof RexInputRef other
                    && Types.kind(one.getType()) == Types.kind(other.getType())
                    && (one.getIndex() < left) != (other.getIndex() < left)) {
                int first = Math.min(one.getIndex(), other.getIndex());
                int second = Math.max(one.getIndex(), other.getIndex());
                keys.add(new int[] {first, second - left});
            }
        }
        return keys;
    }
}
