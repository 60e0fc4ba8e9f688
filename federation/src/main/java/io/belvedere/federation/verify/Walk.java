package io.belvedere.federation.verify;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.StepRef;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.SetOp;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/** One pass over the whole physical tree, from its last step down through the others. By one thread. */
final class Walk {
    /** Who runs a part of the tree. */
    private enum Place {
        SOURCE,
        ENGINE
    }

    private final Catalog catalog;
    private final Granted granted;
    private final Map<String, RelNode> trees;
    private final Inside inside;
    private final Set<String> fetches = new HashSet<>();
    private final Set<String> stepsSeen = new HashSet<>();
    private final Map<String, Set<Level>> levels = new HashMap<>();
    private final IdentityHashMap<SecureFilter, Integer> numbers = new IdentityHashMap<>();
    private final List<SecureFilter> barriers = new ArrayList<>();
    private final List<Within> conditions = new ArrayList<>();
    private final RowsProof rowsProof;
    /** Of each statement of a source, the steps whose rows its tree reads. */
    private final Map<String, Set<String>> inlined = new HashMap<>();

    /** A condition below barriers, which is looked at when it is known where every step stands. */
    private record Within(RelNode rel, Level level, String step) {}

    Walk(Catalog catalog, Granted granted, List<Step> steps, Map<String, RelNode> trees) {
        this.catalog = catalog;
        this.granted = granted;
        this.trees = trees;
        Origins origins = new Origins(trees);
        this.inside = new Inside(granted, origins);
        this.rowsProof = new RowsProof(granted, origins, trees);
        for (Step step : steps) {
            if (step instanceof Step.Fetch || step instanceof Step.PassThrough) {
                fetches.add(step.name());
            }
        }
    }

    static RelNode require(Map<String, RelNode> trees, String step) {
        RelNode tree = trees.get(step);
        if (tree == null) {
            throw Unproven.because("a step without a tree");
        }
        return tree;
    }

    private RelNode tree(String step) {
        stepsSeen.add(step);
        return require(trees, step);
    }

    /** Walks all that the last step needs, and refuses a step that it does not need. */
    void from(List<Step> steps) {
        String last = steps.getLast().name();
        visit(tree(last), new Above(Level.TOP, Risk.NONE, place(last), last, 0));
        if (stepsSeen.size() != steps.size()) {
            throw Unproven.because("a step that the result does not use");
        }
        Map<String, Step.Fetch> byName = new HashMap<>();
        for (Step step : steps) {
            if (step instanceof Step.Fetch fetch) {
                byName.put(step.name(), fetch);
            } else if (step instanceof Step.PassThrough(Step.Fetch fetch, Step.Merge _)) {
                levels.computeIfAbsent(fetch.name(), _ -> new HashSet<>()).add(Level.TOP);
                byName.put(step.name(), fetch);
            }
        }
        byName.values().forEach(fetch -> rows(fetch, byName));
        byName.values().forEach(fetch -> fetch.keys().forEach(key -> shipped(key.from(), fetch.name())));
        for (Within within : conditions) {
            Optional<Step.Fetch> fetch = Optional.ofNullable(byName.get(within.step()));
            inside.require(
                    within.rel(),
                    within.level().barriers().stream().map(barriers::get).toList(),
                    node -> depth(node, fetch, within.level()));
        }
    }

    /**
     * Keys are columns of an earlier step that stands at the same level as the fetch that receives them, or above its barriers. Two
     * references to one view may share their steps: then this holds at each of the places where the fetch stands.
     */
    private void shipped(String from, String to) {
        Set<Level> sources = levels.getOrDefault(from, Set.of());
        Set<Level> targets = levels.getOrDefault(to, Set.of());
        boolean governed = !sources.isEmpty()
                && !targets.isEmpty()
                && targets.stream().allMatch(target -> sources.stream().anyMatch(target::isWithin));
        if (!governed) {
            throw Unproven.because("keys would leave a view before its policy was applied");
        }
    }

    /** Rows that a statement reads stand below the same barriers as the statement; each of these has seen them. */
    private void rows(Step.Fetch to, Map<String, Step.Fetch> fetches) {
        rowsProof.steps(to, inlined.getOrDefault(to.name(), Set.of()), fetches);
        for (String step : inlined.getOrDefault(to.name(), Set.of())) {
            for (Level level : levels.getOrDefault(step, Set.of())) {
                level.barriers().forEach(number -> rowsProof.governed(step, barriers.get(number)));
            }
        }
    }

    /** Within how many of the barriers around a condition a value was made that comes from elsewhere. */
    private int depth(Inside.Elsewhere node, Optional<Step.Fetch> fetch, Level level) {
        String step = switch (node) {
            case Inside.Elsewhere.Value(String name) -> name;
            case Inside.Elsewhere.Keys(int shipment) -> {
                List<KeyShipment> keys = fetch.map(Step.Fetch::keys).orElse(List.of());
                if (shipment < 0 || shipment >= keys.size()) {
                    throw Unproven.because("a place for keys that are not shipped");
                }
                yield keys.get(shipment).from();
            }
            case Inside.Elsewhere.Caller() -> "";
        };
        return levels.getOrDefault(step, Set.of()).stream()
                .filter(level::isWithin)
                .mapToInt(each -> each.barriers().size())
                .max()
                .orElse(0);
    }

    /**
     * What is known on the way down.
     *
     * @param step whose tree it is
     * @param barriers how many of the barriers stand in that tree
     */
    private record Above(Level level, Risk risk, Place place, String step, int barriers) {
        Above with(Risk other) {
            return new Above(level, other, place, step, barriers);
        }
    }

    private Place place(String step) {
        return fetches.contains(step) ? Place.SOURCE : Place.ENGINE;
    }

    private void visit(RelNode rel, Above above) {
        values(rel).forEach(value -> value(value, above.level()));
        switch (rel) {
            case StepRef step -> {
                levels.computeIfAbsent(step.step(), _ -> new HashSet<>()).add(above.level());
                if (above.place() == Place.SOURCE) {
                    inlined.computeIfAbsent(above.step(), _ -> new HashSet<>()).add(step.step());
                }
                // A step of its own has run to its end before anything above it runs.
                visit(tree(step.step()), new Above(above.level(), Risk.NONE, place(step.step()), step.step(), 0));
            }
            case Fence fence -> visit(fence.getInput(), above.with(Risk.NONE));
            case SecureFilter barrier -> {
                barrier.getRowType().getFieldNames().forEach(name -> granted.requireClear(barrier.view(), name));
                barrier(barrier, above);
            }
            case Project masks
            when masks.getInput() instanceof SecureFilter barrier -> {
                masks.getProjects().forEach(given -> granted.requireGiven(barrier, given));
                barrier(barrier, above);
            }
            case GroupBarrier groups -> {
                // What stands above runs on groups that may be seen; a source is not asked for it.
                if (above.place() == Place.SOURCE || above.risk().needsFence(groups.getInput())) {
                    throw Unproven.because("an expression that may fail stands over groups that are not shown");
                }
                visit(groups.getInput(), above.with(Risk.NONE));
            }
            case TableScan scan -> scan(scan, above.level());
            case Values _ -> {}
            case Project _, Filter _, Join _, Aggregate _, Sort _, SetOp _ -> inputs(rel, above);
            // Calcite's nodes are an open set; an unknown one could hide anything.
            default -> throw Unproven.because("an operator that is not known");
        }
    }

    /** The values that the expressions of one node name. */
    static List<SubQueryValue> values(RelNode rel) {
        List<SubQueryValue> found = new ArrayList<>();
        RexShuttle finder = new RexShuttle() {
            @Override
            public RexNode visitDynamicParam(RexDynamicParam parameter) {
                if (parameter instanceof SubQueryValue value) {
                    found.add(value);
                }
                return parameter;
            }
        };
        rel.accept(finder);
        if (rel instanceof SecureFilter barrier) {
            barrier.condition().accept(finder);
        }
        return found;
    }

    /** The steps whose values a tree names. */
    static Set<String> valuesIn(RelNode rel) {
        Set<String> steps = new HashSet<>();
        values(rel).forEach(value -> steps.add(value.step()));
        rel.getInputs().forEach(input -> steps.addAll(valuesIn(input)));
        return steps;
    }

    /**
     * A value runs where its sub-query stands: above every barrier, or, where it reads tables that no barrier of its own covers, in the
     * outermost view around whose own body has a sub-query over these tables. So it is used within that view only, whoever runs it.
     */
    private void value(SubQueryValue value, Level level) {
        RelNode tree = tree(value.step());
        List<ViewId> around = level.barriers().stream()
                .map(number -> barriers.get(number).view())
                .toList();
        Level home = level.outermost(granted.home(around, Body.tables(tree)));
        if (levels.computeIfAbsent(value.step(), _ -> new HashSet<>()).add(home)) {
            // It has run to its end before anything that names it.
            visit(tree, new Above(home, Risk.NONE, place(value.step()), value.step(), 0));
        }
    }

    private void inputs(RelNode rel, Above above) {
        if (!above.level().barriers().isEmpty()) {
            conditions.add(new Within(rel, above.level(), above.step()));
        }
        if (above.barriers() > 0) {
            // A step of its own may be asked for its first rows only: whoever reads it sees whether they were enough.
            inside.requireWhole(rel, barriers.get(above.level().barriers().getLast()));
        }
        Risk below = switch (above.place()) {
            case SOURCE -> above.risk().below(rel);
            case ENGINE -> above.risk().belowInEngine(rel);
        };
        rel.getInputs().forEach(input -> visit(input, above.with(below)));
    }

    private void scan(TableScan scan, Level level) {
        if (level.barriers().isEmpty()) {
            throw Unproven.because("a table outside every barrier");
        }
        if (catalog.findTable(Body.table(scan)).isEmpty()) {
            throw Unproven.because("a table that the catalog does not have");
        }
    }

    private void barrier(SecureFilter barrier, Above above) {
        granted.requireBarrier(barrier);
        inside.requireColumns(barrier);
        if (above.risk().needsFence(barrier.getInput())) {
            throw Unproven.because("an expression that may fail stands over a barrier without a fence");
        }
        Risk below = switch (above.place()) {
            case SOURCE -> above.risk().inside(barrier);
            // What stands below runs as steps of its own.
            case ENGINE -> Risk.NONE;
        };
        int number = numbers.computeIfAbsent(barrier, each -> {
            barriers.add(each);
            return barriers.size() - 1;
        });
        visit(
                barrier.getInput(),
                new Above(above.level().under(number), below, above.place(), above.step(), above.barriers() + 1));
    }
}
