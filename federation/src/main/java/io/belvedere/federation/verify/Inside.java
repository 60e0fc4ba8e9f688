package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.KeyCondition;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.verify.Inside.Elsewhere.Caller;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * What stands below a barrier: the view's own doing, or a condition of the caller's that may. A condition that reads what the caller does not
 * see, or that could fail, has to be the view's own: made of the constants and functions of its body and policy, and of no value from
 * outside. And the columns that come up to the barrier are those of the view.
 */
final class Inside {
    /** The words of logic, which planning uses as it likes. */
    private static final Set<String> LOGIC = Set.of("AND", "OR", "NOT", "=", "CASE");

    /** Something in a condition that is not of the rows it is asked of. */
    sealed interface Elsewhere {
        record Value(String step) implements Elsewhere {}

        record Keys(int shipment) implements Elsewhere {}

        /** A value of the caller's that is filled in later. */
        record Caller() implements Elsewhere {}
    }

    private final Granted granted;
    private final Origins origins;

    Inside(Granted granted, Origins origins) {
        this.granted = granted;
        this.origins = origins;
    }

    /** Refuses a barrier over other columns than its view's: one that conceals another's value, or a condition on something else. */
    void requireColumns(SecureFilter barrier) {
        Body body = granted.body(barrier.view());
        List<Set<String>> found = origins.of(barrier.getInput());
        List<String> names = barrier.getRowType().getFieldNames();
        Set<Integer> tested = new HashSet<>();
        barrier.condition().accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                tested.add(ref.getIndex());
                return ref;
            }
        });
        for (int i = 0; i < names.size(); i++) {
            Set<String> own = body.origins().getOrDefault(names.get(i), Set.of());
            Set<String> concealed = new HashSet<>(found.get(i));
            concealed.retainAll(body.concealed());
            if (!own.containsAll(concealed)) {
                throw Unproven.because("a column of a view that is made of another one, which the caller does not see");
            }
            boolean other = tested.contains(i) && !own.equals(found.get(i));
            if (other && origins.readsTables(barrier) && !origins.givesNoRow(barrier.getInput())) {
                throw Unproven.because("a policy's condition on another column than its view's");
            }
        }
    }

    /**
     * Refuses a node below barriers that does what none of their views does.
     *
     * @param barriers around it, outermost first
     * @param depth within how many of these something from elsewhere was made
     */
    void require(RelNode rel, List<SecureFilter> barriers, ToIntFunction<Elsewhere> depth) {
        List<RexNode> conditions = switch (rel) {
            case Filter filter -> TreeTerms.conjuncts(filter.getCondition());
            case Join join -> TreeTerms.conjuncts(join.getCondition());
            default -> List.of();
        };
        List<Set<String>> columns = conditions.isEmpty() ? List.of() : columns(rel);
        for (int i = 0; i < barriers.size(); i++) {
            Body body = granted.body(barriers.get(i).view());
            boolean together = rel instanceof Aggregate && !body.functions().contains(Body.GROUPS);
            if (together || looksAround(rel, body)) {
                throw Unproven.because("rows of a view are put together before its policy was applied");
            }
            for (RexNode condition : conditions) {
                boolean reads = !Collections.disjoint(origins.of(condition, columns), body.concealed());
                if (reads || Failure.isPossible(condition)) {
                    new Own(body, i + 1, depth).require(condition);
                }
            }
        }
    }

    /** Refuses the first rows of what a barrier has yet to look at, where the view itself does not ask for some only. */
    void requireWhole(RelNode rel, SecureFilter barrier) {
        boolean cuts = rel instanceof Sort sort && (sort.fetch != null || sort.offset != null);
        if (cuts && !granted.body(barrier.view()).functions().contains(Body.CUTS)) {
            throw Unproven.because("rows of a view are counted before its policy was applied");
        }
    }

    /** Whether rows are compared with others in a way that the view does not. */
    private static boolean looksAround(RelNode rel, Body body) {
        if (!(rel instanceof Project project) || body.functions().contains(Body.GROUPS)) {
            return false;
        }
        boolean[] found = {false};
        project.getProjects()
                .forEach(each -> each.accept(new RexShuttle() {
                    @Override
                    public RexNode visitOver(RexOver over) {
                        found[0] |=
                                !body.functions().contains(over.getAggOperator().getName());
                        return over;
                    }
                }));
        return found[0];
    }

    private List<Set<String>> columns(RelNode rel) {
        List<Set<String>> all = new ArrayList<>();
        rel.getInputs().forEach(input -> all.addAll(origins.of(input)));
        return all;
    }

    /** Whether a condition is one that a view's body could have. */
    private static final class Own extends RexShuttle {
        private final Body body;
        private final int level;
        private final ToIntFunction<Elsewhere> depth;

        Own(Body body, int level, ToIntFunction<Elsewhere> depth) {
            this.body = body;
            this.level = level;
            this.depth = depth;
        }

        void require(RexNode condition) {
            condition.accept(this);
        }

        @Override
        public RexNode visitLiteral(RexLiteral literal) {
            boolean computed = literal.getTypeName() != SqlTypeName.CHAR
                    && body.functions().contains(Body.COMPUTES);
            if (!literal.isNull()
                    && literal.getTypeName() != SqlTypeName.BOOLEAN
                    && literal.getTypeName() != SqlTypeName.SYMBOL
                    && !computed
                    && !body.constants().contains(Body.constant(literal))) {
                throw foreign();
            }
            return literal;
        }

        @Override
        public RexNode visitDynamicParam(RexDynamicParam parameter) {
            requireOfView(parameter instanceof SubQueryValue value ? new Elsewhere.Value(value.step()) : new Caller());
            return parameter;
        }

        @Override
        public RexNode visitCall(RexCall call) {
            if (KeyCondition.isKeys(call)) {
                requireOfView(new Elsewhere.Keys(Numbers.of(call.getOperands().getFirst())
                        .map(BigDecimal::intValue)
                        .orElse(-1)));
                KeyCondition.columns(call).forEach(column -> column.accept(this));
                return call;
            }
            boolean widens = call.getKind() == SqlKind.CAST && !Failure.isPossible(call);
            String function = Body.function(call);
            if (!widens && !LOGIC.contains(function) && !body.functions().contains(function)) {
                throw foreign();
            }
            return super.visitCall(call);
        }

        private void requireOfView(Elsewhere elsewhere) {
            if (depth.applyAsInt(elsewhere) < level) {
                throw foreign();
            }
        }

        private static RuntimeException foreign() {
            return Unproven.because("a condition that is not the view's own would be tested before its policy");
        }
    }
}
