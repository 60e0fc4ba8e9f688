package io.belvedere.federation.verify;

import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;

/** Which columns of tables a column is made of, through every step and every expression. For one program, by one thread. */
final class Origins {
    private final Map<String, RelNode> steps;
    private final IdentityHashMap<RelNode, List<Set<String>>> seen = new IdentityHashMap<>();

    /** @param steps the trees of a program's steps, by name */
    Origins(Map<String, RelNode> steps) {
        this.steps = Map.copyOf(steps);
    }

    /** Of each column of a tree. */
    List<Set<String>> of(RelNode rel) {
        List<Set<String>> known = seen.get(rel);
        if (known == null) {
            known = origins(rel);
            seen.put(rel, known);
        }
        return known;
    }

    /** Whether a tree reads a table, itself or by a step. */
    boolean readsTables(RelNode rel) {
        return rel instanceof TableScan
                || (rel instanceof StepRef step && readsTables(Walk.require(steps, step.step())))
                || rel.getInputs().stream().anyMatch(this::readsTables);
    }

    /** Whether a tree is sure to be without rows, whatever its tables hold; its columns then come from nowhere, and a condition on them tests nothing. */
    boolean givesNoRow(RelNode rel) {
        return switch (rel) {
            case Values values -> values.getTuples().isEmpty();
            case StepRef step -> givesNoRow(Walk.require(steps, step.step()));
            case Project project -> givesNoRow(project.getInput());
            case Filter filter -> givesNoRow(filter.getInput());
            case SecureFilter barrier -> givesNoRow(barrier.getInput());
            case Join join ->
                switch (join.getJoinType()) {
                    case INNER -> givesNoRow(join.getLeft()) || givesNoRow(join.getRight());
                    case LEFT, SEMI, ANTI -> givesNoRow(join.getLeft());
                    case RIGHT -> givesNoRow(join.getRight());
                    case FULL -> givesNoRow(join.getLeft()) && givesNoRow(join.getRight());
                    case ASOF, LEFT_ASOF, LEFT_MARK -> false;
                };
            default -> false;
        };
    }

    private List<Set<String>> origins(RelNode rel) {
        List<Set<String>> columns = new ArrayList<>();
        switch (rel) {
            case StepRef step -> columns.addAll(of(Walk.require(steps, step.step())));
            case TableScan scan -> {
                for (int i = 0; i < scan.getRowType().getFieldCount(); i++) {
                    columns.add(Set.of(Body.column(scan, i)));
                }
            }
            case Project project -> {
                List<Set<String>> input = of(project.getInput());
                project.getProjects().forEach(each -> columns.add(of(each, input)));
            }
            case Aggregate aggregate -> {
                List<Set<String>> input = of(aggregate.getInput());
                aggregate.getGroupSet().forEach(key -> columns.add(input.get(key)));
                for (AggregateCall call : aggregate.getAggCallList()) {
                    Set<String> all = new HashSet<>();
                    call.getArgList().forEach(argument -> all.addAll(input.get(argument)));
                    columns.add(all);
                }
            }
            case Join join -> {
                columns.addAll(of(join.getLeft()));
                if (join.getJoinType().projectsRight()) {
                    columns.addAll(of(join.getRight()));
                }
            }
            case Correlate correlate -> {
                columns.addAll(of(correlate.getLeft()));
                if (correlate.getJoinType().projectsRight()) {
                    columns.addAll(of(correlate.getRight()));
                }
            }
            default -> merged(rel, columns);
        }
        return columns;
    }

    /** Of what gives out its inputs' columns by their places. */
    private void merged(RelNode rel, List<Set<String>> columns) {
        for (int i = 0; i < rel.getRowType().getFieldCount(); i++) {
            columns.add(new HashSet<>());
        }
        for (RelNode input : rel.getInputs()) {
            List<Set<String>> each = of(input);
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).addAll(each.get(i));
            }
        }
    }

    Set<String> of(RexNode node, List<Set<String>> input) {
        Set<String> found = new HashSet<>();
        node.accept(new RexShuttle() {
            @Override
            public RexNode visitInputRef(RexInputRef ref) {
                found.addAll(input.get(ref.getIndex()));
                return ref;
            }

            @Override
            public RexNode visitSubQuery(RexSubQuery query) {
                Origins.this.of(query.rel).forEach(found::addAll);
                return super.visitSubQuery(query);
            }
        });
        return found;
    }
}
