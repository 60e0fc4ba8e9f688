package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.sql.OrderedAggregate;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;
import org.jspecify.annotations.Nullable;

/** A tree of the plan as leaves, conditions and values, in the same words as a statement that was read back. */
final class TreeReader {
    /** How a table is named in a statement, and its columns. */
    interface Tables {
        /** @param scan of a table of the catalog */
        Named of(TableScan scan);
    }

    /** @param path parts of the name, each on a line */
    record Named(String path, List<String> columns) {}

    private final Product product;
    private final Tables tables;

    TreeReader(Product product, Tables tables) {
        this.product = product;
        this.tables = tables;
    }

    Part read(RelNode rel) {
        return switch (rel) {
            case TableScan scan -> {
                Named named = tables.of(scan);
                yield leaf(Leaf.Kind.TABLE, named.path(), named.columns());
            }
            case StepRef step -> {
                List<String> columns = new ArrayList<>();
                for (int i = 0; i < step.getRowType().getFieldCount(); i++) {
                    columns.add("c" + i);
                }
                yield leaf(Leaf.Kind.STEP, step.step(), columns);
            }
            case Filter filter -> {
                Part input = read(filter.getInput());
                yield input.with(held(filter.getCondition(), input));
            }
            case SecureFilter barrier -> barrier(barrier);
            case GroupBarrier groups -> {
                Part input = read(groups.getInput());
                yield input.with(held(groups.condition(), input).stream()
                        .map(held -> new Held(held.term(), Held.Weight.GROUPS))
                        .toList());
            }
            case Fence fence -> apart(new Apart(Leaf.Kind.FENCE, "", List.of()), read(fence.getInput()));
            case Project masks when masks.getInput() instanceof SecureFilter barrier -> masked(masks, barrier(barrier));
            case Project project -> {
                Part input = read(project.getInput());
                yield input.giving(terms(input, project.getProjects()));
            }
            case Join join -> join(join);
            case Aggregate aggregate -> aggregate(aggregate, read(aggregate.getInput()));
            case Sort sort -> sort(sort, read(sort.getInput()));
            case SetOp set ->
                set(
                        set.kind.name() + (set.all ? " ALL" : ""),
                        set.getInputs().stream().map(this::read).toList());
            case Values values -> values(values);
            // Calcite's nodes are an open set; an unknown one could hide anything.
            default -> throw Unproven.because("an operator that is not known");
        };
    }

    private static Part leaf(Leaf.Kind kind, String name, List<String> columns) {
        Leaf leaf = new Leaf(kind, name);
        return Part.of(
                leaf,
                columns.stream()
                        .<Term>map(column -> new Term.Column(leaf, column))
                        .toList());
    }

    private record Apart(Leaf.Kind kind, String name, List<Term> terms) {}

    private static Part apart(Apart made, Part input) {
        Leaf leaf = new Leaf(made.kind(), made.name(), List.of(input.giving(List.of())), made.terms());
        return Part.of(leaf, Term.above(leaf, input.columns()));
    }

    private Part barrier(SecureFilter barrier) {
        Part input = read(barrier.getInput());
        TreeTerms terms = new TreeTerms(product, input);
        List<Held> policy = barrier.admitsAll()
                ? List.of()
                : Logic.conjuncts(List.of(terms.condition(barrier.condition()))).stream()
                        .map(term -> new Held(term, Held.Weight.POLICY))
                        .toList();
        return input.with(policy);
    }

    private Part masked(Project masks, Part input) {
        TreeTerms terms = new TreeTerms(product, input);
        return input.giving(masks.getProjects().stream()
                .map(mask -> mask instanceof RexInputRef ? terms.term(mask) : new Term.Masked(terms.term(mask)))
                .toList());
    }

    private List<Term> terms(Part input, List<RexNode> nodes) {
        TreeTerms terms = new TreeTerms(product, input);
        return nodes.stream().map(terms::term).toList();
    }

    /** A condition that is true by its types may be left out. */
    private List<Held> held(RexNode condition, Part input) {
        TreeTerms terms = new TreeTerms(product, input);
        List<Held> all = new ArrayList<>();
        for (RexNode conjunct : TreeTerms.conjuncts(condition)) {
            Held.Weight weight = conjunct.isAlwaysTrue() ? Held.Weight.IMPLIED : Held.Weight.PLAIN;
            Logic.conjuncts(List.of(terms.condition(conjunct))).forEach(term -> all.add(new Held(term, weight)));
        }
        return all;
    }

    private Part join(Join join) {
        Part left = read(join.getLeft());
        Part right = read(join.getRight());
        Part both = left.and(right);
        List<Held> on = held(join.getCondition(), both);
        return switch (join.getJoinType()) {
            case INNER -> both.with(on);
            case LEFT, RIGHT, FULL ->
                Part.outer(join.getJoinType().name(), left, right, on).part();
            case SEMI, ANTI -> {
                Term exists = new Term.Exists(right.with(on).giving(List.of()));
                Term held = join.getJoinType() == JoinRelType.ANTI ? Logic.op("NOT", exists) : exists;
                yield left.with(List.of(new Held(held, Held.Weight.PLAIN)));
            }
            case ASOF, LEFT_ASOF, LEFT_MARK -> throw Unproven.because("an operator that is not known");
        };
    }

    private static Part aggregate(Aggregate aggregate, Part input) {
        Set<Term> keys = new HashSet<>();
        for (ImmutableBitSet set : aggregate.getGroupSets()) {
            set.forEach(key -> keys.add(input.columns().get(key)));
        }
        Leaf leaf = new Leaf(Leaf.Kind.GROUP, "", List.of(input.giving(List.of())), List.copyOf(keys));
        List<Term> columns = new ArrayList<>();
        aggregate.getGroupSet().forEach(key -> columns.add(input.columns().get(key)));
        for (AggregateCall call : aggregate.getAggCallList()) {
            List<Term> operands = new ArrayList<>();
            call.getArgList().forEach(argument -> operands.add(input.columns().get(argument)));
            if (call.hasFilter()) {
                operands.add(input.columns().get(call.filterArg));
            }
            columns.add(aggregated(call, operands));
        }
        return Part.of(leaf, Term.above(leaf, columns));
    }

    private static Term aggregated(AggregateCall call, List<Term> operands) {
        String distinct = call.isDistinct() ? " DISTINCT" : "";
        if (call.getAggregation() instanceof OrderedAggregate ordered) {
            return ordered(ordered.meaning(), operands, distinct);
        }
        return call.getAggregation().getKind() == SqlKind.SUM0
                ? Logic.op("COALESCE", new Term.Aggregated("SUM" + distinct, operands), Logic.ZERO)
                : new Term.Aggregated(nameOf(call.getAggregation()) + distinct, operands);
    }

    /** As the engine is asked for it, with its constants. */
    private static Term ordered(OrderedAggregate.Meaning meaning, List<Term> operands, String distinct) {
        List<Term> all = new ArrayList<>(operands);
        return switch (meaning) {
            case OrderedAggregate.Joined(String separator, List<OrderedAggregate.Direction> order) -> {
                all.add(1, Logic.text(separator));
                if (distinct.isEmpty() || order.isEmpty()) {
                    all.add(order.size() + 2, operands.getFirst());
                }
                yield new Term.Aggregated("STRING_AGG" + distinct, all);
            }
            case OrderedAggregate.Between(String fraction) -> {
                all.add(1, Logic.number(new BigDecimal(fraction)));
                yield new Term.Aggregated("QUANTILE_CONT", all);
            }
            case OrderedAggregate.At(String fraction) -> {
                all.add(1, Logic.number(new BigDecimal(fraction)));
                yield new Term.Aggregated("QUANTILE_DISC", all);
            }
        };
    }

    private static Part sort(Sort sort, Part input) {
        List<Term> order =
                sort.getCollation().getKeys().stream().map(input.columns()::get).toList();
        String rows = count(sort.fetch);
        String offset = count(sort.offset);
        String skipped = offset.equals("N:0") ? "" : offset;
        boolean none = order.isEmpty() && rows.isEmpty() && skipped.isEmpty();
        if (none && sort.offset == null) {
            return input;
        }
        return apart(
                none
                        ? new Apart(Leaf.Kind.FENCE, "", List.of())
                        : new Apart(Leaf.Kind.TOP, rows + " after " + skipped, order),
                input);
    }

    private static String count(@Nullable RexNode rows) {
        return rows == null
                ? ""
                : Numbers.of(rows)
                        .map(number -> ((Term.Constant) Logic.number(number)).text())
                        .orElse("?");
    }

    private static Part set(String word, List<Part> branches) {
        Leaf leaf = new Leaf(Leaf.Kind.SET, word, branches, List.of());
        List<Term> columns = new ArrayList<>();
        for (int i = 0; i < branches.getFirst().columns().size(); i++) {
            columns.add(new Term.Column(leaf, "#" + i));
        }
        return Part.of(leaf, columns);
    }

    private Part values(Values values) {
        TreeTerms terms = new TreeTerms(product, new Part(List.of(), List.of(), List.of()));
        List<Part> rows = new ArrayList<>();
        for (List<RexLiteral> tuple : values.getTuples()) {
            rows.add(new Part(
                    List.of(), List.of(), tuple.stream().map(terms::term).toList()));
        }
        if (rows.isEmpty()) {
            List<Term> nulls = new ArrayList<>();
            values.getRowType().getFieldList().forEach(_ -> nulls.add(Logic.NULL));
            Held never = new Held(Logic.op("=", Logic.ONE, Logic.ZERO), Held.Weight.PLAIN);
            return new Part(List.of(), List.of(never), nulls);
        }
        return rows.size() == 1 ? rows.getFirst() : set("UNION ALL", rows);
    }

    private static String nameOf(SqlAggFunction function) {
        return function.getKind() == SqlKind.OTHER_FUNCTION
                ? function.getName()
                : function.getKind().name();
    }
}
