package io.belvedere.federation.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptSchema;
import org.apache.calcite.plan.RelRule;
import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.tools.RelBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Conditions that move below an outer join, in the types that they have there. Calcite moves {@code v + 1 IS NULL} to the side where {@code v} is never
 * NULL, leaves the sum the type of one that may be, and then does not take its own expression.
 */
final class NarrowTypes extends RexShuttle {
    private final RelDataTypeFactory types;

    private NarrowTypes(RelDataTypeFactory types) {
        this.types = types;
    }

    /** The rule, with such types for the filters that it makes. */
    static RelOptRule in(RelRule<?> rule) {
        return rule.config.withRelBuilderFactory(Builder::new).toRule();
    }

    @Override
    public RexNode visitCall(RexCall call) {
        RexNode visited = super.visitCall(call);
        return visited instanceof RexCall strict && isTooWide(strict)
                ? strict.clone(types.createTypeWithNullability(strict.getType(), false), strict.getOperands())
                : visited;
    }

    private static boolean isTooWide(RexCall call) {
        return call.getType().isNullable()
                && Strong.policy(call) == Strong.Policy.ANY
                && call.getOperands().stream()
                        .noneMatch(operand -> operand.getType().isNullable());
    }

    private static final class Builder extends RelBuilder {
        Builder(RelOptCluster cluster, @Nullable RelOptSchema schema) {
            super(null, cluster, schema);
        }

        @Override
        public RelBuilder filter(Iterable<CorrelationId> variables, Iterable<? extends RexNode> conditions) {
            NarrowTypes narrow = new NarrowTypes(getTypeFactory());
            List<RexNode> typed = new ArrayList<>();
            conditions.forEach(condition -> typed.add(condition.accept(narrow)));
            return super.filter(variables, typed);
        }
    }
}
