package io.belvedere.federation.plan;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.plan.ProgramBuilder.Program;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.logical.LogicalUnion;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.ImmutableBitSet;

/** Damage to trees; statements follow. */
final class TreeMutants {
    private TreeMutants() {}

    private static Program barriers(Program program, UnaryOperator<SecureFilter> damage) {
        return Damage.trees(program, rel -> rel instanceof SecureFilter barrier ? damage.apply(barrier) : rel);
    }

    private static Program open(Program program, Predicate<SecureFilter> which) {
        return Damage.trees(
                program, rel -> rel instanceof SecureFilter barrier && which.test(barrier) ? barrier.getInput() : rel);
    }

    static Program withoutBarriers(Program program) {
        return open(program, _ -> true);
    }

    static Program withoutFirstBarrier(Program program) {
        int[] seen = {0};
        return open(program, _ -> seen[0]++ == 0);
    }

    static Program withoutBarriersOfCustomers(Program program) {
        return open(program, barrier -> barrier.view().toString().startsWith("crm."));
    }

    /** Each shard has a statement of its own, and the second one no barrier. */
    static Program oneShardOpen(Program program) {
        Step.Fetch fetch = (Step.Fetch) program.steps().getFirst();
        RelNode tree = Trees.require(program.trees(), fetch.name());
        Map<String, RelNode> trees = new HashMap<>();
        trees.put(fetch.name(), tree);
        trees.put("f9", Damage.everywhere(tree, rel -> rel instanceof SecureFilter barrier ? barrier.getInput() : rel));
        List<Step> steps =
                new ArrayList<>(List.of(fetch.at(0), fetch.named("f9").at(1)));
        for (Step step : program.steps().subList(1, program.steps().size())) {
            steps.add(step);
            trees.put(
                    step.name(),
                    Damage.everywhere(
                            Trees.require(program.trees(), step.name()),
                            rel -> rel instanceof StepRef ref && ref.step().equals(fetch.name())
                                    ? LogicalUnion.create(
                                            List.of(ref, new StepRef(ref.getCluster(), "f9", ref.getRowType(), 1)),
                                            true)
                                    : rel));
        }
        return Damage.written(steps, trees);
    }

    private static Program views(Program program, BiFunction<Project, SecureFilter, RelNode> damage) {
        return Damage.trees(
                program,
                rel -> rel instanceof Project masks && masks.getInput() instanceof SecureFilter barrier
                        ? damage.apply(masks, barrier)
                        : rel);
    }

    static Program filterAboveMasks(Program program) {
        return views(program, (masks, barrier) -> {
            List<RexNode> columns = new ArrayList<>(masks.getProjects());
            List<String> names = new ArrayList<>(masks.getRowType().getFieldNames());
            int width = columns.size();
            for (RelDataTypeField field : barrier.getRowType().getFieldList()) {
                columns.add(new RexInputRef(field.getIndex(), field.getType()));
                names.add("raw " + field.getName());
            }
            RelNode masked = LogicalProject.create(barrier.getInput(), List.of(), columns, names, Set.of());
            RelNode filtered = barrier.over(masked, RexUtil.shift(barrier.condition(), width));
            List<Integer> kept = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                kept.add(i);
            }
            return Trees.columns(filtered, kept);
        });
    }

    private static RelNode masks(Project masks, UnaryOperator<RexNode> change) {
        return LogicalProject.create(
                masks.getInput(),
                List.of(),
                masks.getProjects().stream().map(change).toList(),
                masks.getRowType().getFieldNames(),
                Set.of());
    }

    static Program unmasked(Program program) {
        return views(
                program,
                (masks, _) -> masks(masks, mask -> {
                    if (mask instanceof RexInputRef) {
                        return mask;
                    }
                    List<RexInputRef> reads = new ArrayList<>();
                    mask.accept(new RexShuttle() {
                        @Override
                        public RexNode visitInputRef(RexInputRef ref) {
                            reads.add(ref);
                            return ref;
                        }
                    });
                    return reads.getFirst();
                }));
    }

    static Program maskWidened(Program program) {
        return views(
                program,
                (masks, _) -> masks(
                        masks,
                        mask -> mask.accept(new RexShuttle() {
                            @Override
                            public RexNode visitLiteral(RexLiteral literal) {
                                return literal.getValue() instanceof BigDecimal one
                                                && one.compareTo(BigDecimal.ONE) == 0
                                        ? rex(masks).makeExactLiteral(BigDecimal.valueOf(40), literal.getType())
                                        : literal;
                            }
                        })));
    }

    private static RexBuilder rex(RelNode rel) {
        return rel.getCluster().getRexBuilder();
    }

    /** The body's columns with another one in the place of one of them. */
    private static SecureFilter column(SecureFilter barrier, String name, RexNode other) {
        List<RexNode> columns = new ArrayList<>();
        for (RelDataTypeField field : barrier.getRowType().getFieldList()) {
            columns.add(
                    field.getName().equals(name)
                            ? rex(barrier).makeAbstractCast(field.getType(), other, false)
                            : new RexInputRef(field.getIndex(), field.getType()));
        }
        RelNode body = LogicalProject.create(
                barrier.getInput(), List.of(), columns, barrier.getRowType().getFieldNames(), Set.of());
        return barrier.over(body, barrier.condition());
    }

    private static RexInputRef of(SecureFilter barrier, String name) {
        return RexInputRef.of(barrier.getRowType().getFieldNames().indexOf(name), barrier.getRowType());
    }

    static Program emailAsName(Program program) {
        return barriers(program, barrier -> column(barrier, "customer_name", of(barrier, "email")));
    }

    static Program constantColumn(Program program) {
        return barriers(
                program, barrier -> column(barrier, "region", rex(barrier).makeLiteral("EU")));
    }

    private static Program conditions(Program program, UnaryOperator<RexNode> change) {
        return barriers(program, barrier -> barrier.over(barrier.getInput(), change.apply(barrier.condition())));
    }

    static Program conditionTrue(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(barrier.getInput(), rex(barrier).makeLiteral(true)));
    }

    static Program conditionOr(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(
                        barrier.getInput(),
                        rex(barrier).makeCall(SqlStdOperatorTable.OR, ((RexCall) barrier.condition()).getOperands())));
    }

    static Program conjunctDropped(Program program) {
        return conditions(
                program, condition -> ((RexCall) condition).getOperands().getFirst());
    }

    static Program conditionNegated(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(
                        barrier.getInput(), rex(barrier).makeCall(SqlStdOperatorTable.NOT, barrier.condition())));
    }

    static Program otherConstant(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(barrier.getInput(), barrier.condition().accept(new RexShuttle() {
                    @Override
                    public RexNode visitLiteral(RexLiteral literal) {
                        return rex(barrier).makeLiteral("US");
                    }
                })));
    }

    private static Program below(Program program, BiFunction<RexBuilder, SecureFilter, RexNode> condition) {
        return barriers(
                program,
                barrier -> barrier.over(
                        LogicalFilter.create(barrier.getInput(), condition.apply(rex(barrier), barrier)),
                        barrier.condition()));
    }

    static Program maskedConditionBelow(Program program) {
        return below(
                program,
                (rex, barrier) -> rex.makeCall(
                        SqlStdOperatorTable.EQUALS, of(barrier, "email"), rex.makeLiteral("ann@example.org")));
    }

    static Program failingConditionBelow(Program program) {
        return below(program, (rex, barrier) -> {
            RelDataTypeField text = barrier.getRowType().getFieldList().stream()
                    .filter(field ->
                            SqlTypeName.CHAR_TYPES.contains(field.getType().getSqlTypeName()))
                    .findFirst()
                    .orElseThrow();
            RexNode length =
                    rex.makeCall(SqlStdOperatorTable.CHAR_LENGTH, new RexInputRef(text.getIndex(), text.getType()));
            RexNode squared = rex.makeCall(SqlStdOperatorTable.MULTIPLY, length, length);
            return rex.makeCall(SqlStdOperatorTable.GREATER_THAN, squared, rex.makeExactLiteral(BigDecimal.valueOf(4)));
        });
    }

    static Program derivedBelow(Program program) {
        return below(program, (rex, barrier) -> rex.makeCall(SqlStdOperatorTable.IS_NOT_NULL, of(barrier, "email")));
    }

    static Program groupedBelow(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(
                        LogicalAggregate.create(
                                barrier.getInput(),
                                List.of(),
                                ImmutableBitSet.range(barrier.getRowType().getFieldCount()),
                                null,
                                List.of()),
                        barrier.condition()));
    }

    static Program limitedBelow(Program program) {
        return barriers(
                program,
                barrier -> barrier.over(
                        LogicalSort.create(
                                barrier.getInput(),
                                RelCollations.of(0),
                                null,
                                rex(barrier).makeExactLiteral(BigDecimal.TEN)),
                        barrier.condition()));
    }

    static Program withoutFences(Program program) {
        return Damage.trees(program, rel -> rel instanceof Fence fence ? fence.getInput() : rel);
    }

    /** The last fetch with keys takes them from the first fetch of the other view. */
    static Program rawKeys(Program program) {
        Step.Fetch last = (Step.Fetch) program.steps().stream()
                .filter(step ->
                        step instanceof Step.Fetch fetch && !fetch.keys().isEmpty())
                .toList()
                .getLast();
        return Damage.fetches(program, fetch -> {
            if (!fetch.equals(last)) {
                return fetch;
            }
            List<KeyShipment> keys = fetch.keys().stream()
                    .map(key -> new KeyShipment("f0", key.columns(), key.keysMax(), key.shardColumn()))
                    .toList();
            return new Step.Fetch(
                    fetch.name(), fetch.source(), fetch.sql(), fetch.shards(), keys, fetch.use(), fetch.columns());
        });
    }
}
