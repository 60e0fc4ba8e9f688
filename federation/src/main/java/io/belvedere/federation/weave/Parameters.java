package io.belvedere.federation.weave;

import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelRoot;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.sql.SqlKind;

/**
 * A caller's lifted values in a tree. They are typed by a cast around them, which has done its work once the names are bound; a value
 * that is there is never NULL.
 */
final class Parameters {
    private Parameters() {}

    /** The tree with bare parameters. Views have none, so nothing below a barrier is looked at. */
    static RelRoot bare(RelRoot root) {
        return root.withRel(root.rel.accept(new Trees()));
    }

    private static final class Trees extends RelHomogeneousShuttle {
        @Override
        public RelNode visit(RelNode node) {
            if (node instanceof SecureFilter) {
                return node;
            }
            RelNode inputs = super.visit(node);
            return inputs.accept(new Expressions(inputs));
        }
    }

    private static final class Expressions extends RexShuttle {
        private final RelNode node;

        Expressions(RelNode node) {
            this.node = node;
        }

        @Override
        public RexNode visitCall(RexCall call) {
            boolean typed = call.getKind() == SqlKind.CAST
                    && call.getOperands().getFirst() instanceof RexDynamicParam parameter
                    && parameter.getType().getSqlTypeName() == call.getType().getSqlTypeName();
            return typed
                    ? parameter((RexDynamicParam) call.getOperands().getFirst(), call.getType())
                    : super.visitCall(call);
        }

        @Override
        public RexNode visitDynamicParam(RexDynamicParam parameter) {
            return parameter(parameter, parameter.getType());
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery query) {
            RexSubQuery inside = (RexSubQuery) super.visitSubQuery(query);
            return inside.clone(inside.rel.accept(new Trees()));
        }

        private RexNode parameter(RexDynamicParam parameter, RelDataType type) {
            return new RexDynamicParam(
                    node.getCluster().getTypeFactory().createTypeWithNullability(type, false), parameter.getIndex());
        }
    }
}
