package io.belvedere.federation.verify;

import io.belvedere.federation.plan.RowShipment;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.SecureFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexInputRef;

/**
 * Rows of an earlier step that stand in a source's statement. They are of dimensions in memory, and governed before they leave: of each
 * barrier that is still above them, no column that it masks or hides is among them, and each of its conditions that is about them was
 * tested where they come from, word for word. For one program, by one thread.
 */
final class RowsProof {
    private static final Term ELSEWHERE = new Term.Constant("of another table");
    private static final Term MADE = new Term.Constant("made of a column");

    private final Granted granted;
    private final Origins origins;
    private final Map<String, RelNode> trees;

    RowsProof(Granted granted, Origins origins, Map<String, RelNode> trees) {
        this.granted = granted;
        this.origins = origins;
        this.trees = trees;
    }

    /** Refuses a statement that reads other steps than those whose rows it is given, or rows that a source gave. */
    void steps(Step.Fetch to, Set<String> read, Map<String, Step.Fetch> fetches) {
        List<String> shipped = to.rows().stream().map(RowShipment::from).toList();
        if (!read.equals(Set.copyOf(shipped)) || shipped.size() != read.size()) {
            throw Unproven.because("a statement of a source with rows of other steps than its tree");
        }
        for (RowShipment rows : to.rows()) {
            Step.Fetch from = fetches.get(rows.from());
            boolean inMemory = from != null
                    && from.cache().isPresent()
                    && from.hashed().isEmpty()
                    && from.rows().isEmpty()
                    && to.cache().isEmpty()
                    && from.columns().equals(rows.columns());
            if (!inMemory) {
                throw Unproven.because("rows in a statement that are not a dimension's");
            }
        }
    }

    /** Refuses rows that this barrier above them has yet to look at. */
    void governed(String step, SecureFilter barrier) {
        RelNode rows = Walk.require(trees, step);
        Set<String> concealed = granted.body(barrier.view()).concealed();
        for (Set<String> made : origins.of(rows)) {
            if (!Collections.disjoint(made, concealed)) {
                throw Unproven.because("a value that policy masks or hides would travel to a source");
            }
        }
        if (!barrier.admitsAll()) {
            requireConditions(rows, barrier);
        }
    }

    private void requireConditions(RelNode rows, SecureFilter barrier) {
        Set<String> tables = new HashSet<>();
        boolean each = collectTables(rows, tables);
        Part read = new TreeReader(
                        Product.DUCKDB,
                        scan -> new TreeReader.Named(
                                Body.table(scan).toString(), scan.getRowType().getFieldNames()))
                .read(rows);
        Map<String, Leaf> leaves = new HashMap<>();
        for (Leaf leaf : read.leaves()) {
            leaf.number(leaves.size() + 1);
            leaves.put(leaf.name(), leaf);
        }
        Set<String> tested = read.conditions().stream()
                .map(held -> Agreement.text(held.term()))
                .collect(Collectors.toSet());
        List<Term> columns = new ArrayList<>();
        List<Set<String>> made = origins.of(barrier.getInput());
        for (int i = 0; i < made.size(); i++) {
            columns.add(column(barrier.getInput(), i, made.get(i), tables, leaves));
        }
        Term condition =
                new TreeTerms(Product.DUCKDB, new Part(List.of(), List.of(), columns)).condition(barrier.condition());
        for (Term conjunct : Logic.conjuncts(List.of(condition))) {
            boolean about = Agreement.mentions(conjunct, term -> term instanceof Term.Column || term.equals(MADE));
            if (about && !(each && tested.contains(Agreement.text(conjunct)))) {
                throw Unproven.because("rows would travel to a source before their policy was applied");
            }
        }
    }

    /** A column of the barrier's view as the rows' own tests name it. */
    private Term column(RelNode view, int index, Set<String> made, Set<String> tables, Map<String, Leaf> leaves) {
        boolean about = made.stream().anyMatch(origin -> tables.contains(table(origin)));
        if (!about) {
            return ELSEWHERE;
        }
        return bare(view, index)
                .filter(origin -> leaves.containsKey(table(origin)))
                .<Term>map(origin -> new Term.Column(
                        leaves.getOrDefault(table(origin), new Leaf(Leaf.Kind.TABLE, "")),
                        origin.substring(origin.indexOf('\n') + 1)))
                .orElse(MADE);
    }

    private static String table(String origin) {
        return origin.substring(0, origin.indexOf('\n'));
    }

    /** False when a table stands there more than once: then a test of one is no test of the other. */
    private static boolean collectTables(RelNode rel, Set<String> found) {
        boolean once =
                !(rel instanceof TableScan scan) || found.add(Body.table(scan).toString());
        for (RelNode input : rel.getInputs()) {
            once &= collectTables(input, found);
        }
        return once;
    }

    /** The column of a table that a column is, unchanged. */
    private Optional<String> bare(RelNode rel, int column) {
        return switch (rel) {
            case TableScan scan -> Optional.of(Body.column(scan, column));
            case StepRef step -> bare(Walk.require(trees, step.step()), column);
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        ? bare(project.getInput(), ref.getIndex())
                        : Optional.empty();
            case Filter filter -> bare(filter.getInput(), column);
            case SecureFilter barrier -> bare(barrier.getInput(), column);
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        ? bare(aggregate.getInput(), aggregate.getGroupSet().nth(column))
                        : Optional.empty();
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield column < left ? bare(join.getLeft(), column) : bare(join.getRight(), column - left);
            }
            // What puts rows of several inputs together gives a column of none of them alone.
            default -> Optional.empty();
        };
    }
}
