package io.belvedere.federation.plan;

import static io.belvedere.federation.FederationError.PLAN_REFUSED;

import io.belvedere.federation.dialect.Fence;
import io.belvedere.federation.dialect.NotOffered;
import io.belvedere.federation.dialect.SubQueryValue;
import io.belvedere.federation.hash.HashedColumn;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.GroupBarrier;
import io.belvedere.federation.weave.SecureFilter;
import io.belvedere.model.ColumnName;
import io.belvedere.model.ViewId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ColumnContract;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Mask;
import io.belvedere.policy.ViewAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/**
 * Checks a finished program against the decision, knowing nothing of how it was made: every table stands under a barrier with the
 * decision's stamp and the woven condition, every column that a barrier gives out is masked as decided, nothing that could raise an
 * error can run on rows that a barrier holds back, and what each statement says is what its tree says. In any doubt the plan is
 * refused.
 */
final class PlanVerifier {
    private final Catalog catalog;

    PlanVerifier(Catalog catalog) {
        this.catalog = catalog;
    }

    /** Throws {@code PLAN_REFUSED} for a program that is not certainly governed. */
    void verify(GovernedQuery query, ProgramBuilder.Program program) {
        Walk walk = new Walk(query.decision(), Woven.of(query.tree()), program);
        Step last = program.steps().getLast();
        walk.visit(last.name());
        if (walk.stepsSeen.size() != program.steps().size()) {
            throw refused("a step that the result does not use");
        }
        for (Step step : program.steps()) {
            requireHashed(step, walk.tree(step.name()));
            switch (step) {
                case Step.Fetch fetch -> StatementCheck.fetch(catalog, fetch, walk.tree(fetch.name()));
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) ->
                    StatementCheck.fetch(catalog, fetch, walk.tree(fetch.name()));
                case Step.Derive derive -> StatementCheck.engine(derive.sql(), walk.tree(derive.name()));
                case Step.Deliver deliver -> {
                    StatementCheck.engine(deliver.sql(), walk.tree(deliver.name()));
                    deliver.few().ifPresent(few -> FewRowsCheck.check(few, walk.tree(deliver.name())));
                }
            }
        }
        keys(program, walk);
        GroupCheck.check(query, program);
    }

    /** A step hashes what its tree says, and its statement does nothing else with it. */
    private static void requireHashed(Step step, RelNode tree) {
        List<HashedColumn> hashed = switch (step) {
            case Step.Fetch fetch -> fetch.hashed();
            case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> fetch.hashed();
            case Step.Derive derive -> derive.hashed();
            case Step.Deliver _ -> List.of();
        };
        try {
            if (!HashedColumns.list(tree).equals(hashed)) {
                throw refused("a column that policy hashes would leave its step in the clear");
            }
        } catch (NotOffered used) {
            throw refused(used.reason());
        }
    }

    static BelvedereException refused(String why) {
        return PLAN_REFUSED.error("The plan was not run because its policy could not be verified: " + why + ".");
    }

    /**
     * Keys are columns of an earlier step that stands at the same level as the fetch that receives them, or above its barriers. Two
     * references to one view may share their steps: then this holds at each of the places where the fetch stands.
     */
    private static void keys(ProgramBuilder.Program program, Walk walk) {
        for (Step step : program.steps()) {
            if (step instanceof Step.Fetch fetch) {
                fetch.keys().forEach(key -> shipped(key.from(), fetch.name(), walk));
            }
        }
    }

    private static void shipped(String from, String to, Walk walk) {
        Set<ViewPath> sources = walk.levels.getOrDefault(from, Set.of());
        Set<ViewPath> targets = walk.levels.getOrDefault(to, Set.of());
        boolean governed = !sources.isEmpty()
                && !targets.isEmpty()
                && targets.stream().allMatch(target -> sources.stream().anyMatch(target::isWithin));
        if (!governed) {
            throw refused("keys would leave a view before its policy was applied");
        }
    }

    /** The barriers above a place, outermost first; each by identity of its node. */
    record ViewPath(List<Integer> barriers) {
        ViewPath {
            barriers = List.copyOf(barriers);
        }

        boolean isWithin(ViewPath outer) {
            return barriers.size() >= outer.barriers.size()
                    && barriers.subList(0, outer.barriers.size()).equals(outer.barriers);
        }

        ViewPath outermost(int count) {
            return new ViewPath(barriers.subList(0, count));
        }

        ViewPath under(int barrier) {
            List<Integer> deeper = new ArrayList<>(barriers);
            deeper.add(barrier);
            return new ViewPath(deeper);
        }
    }

    /** Who runs a part of the tree. */
    private enum Place {
        SOURCE,
        ENGINE
    }

    /** One pass over the whole physical tree, through the steps. */
    private final class Walk {
        private final Allow decision;
        private final Woven woven;
        private final Map<String, RelNode> trees;
        private final Set<String> fetches = new HashSet<>();
        private final Set<String> stepsSeen = new HashSet<>();
        private final Map<String, Set<ViewPath>> levels = new HashMap<>();
        private final Map<Integer, ViewId> views = new HashMap<>();

        Walk(Allow decision, Woven woven, ProgramBuilder.Program program) {
            this.decision = decision;
            this.woven = woven;
            this.trees = program.trees();
            for (Step step : program.steps()) {
                if (step instanceof Step.Fetch || step instanceof Step.PassThrough) {
                    fetches.add(step.name());
                }
            }
        }

        private Place place(String step) {
            return fetches.contains(step) ? Place.SOURCE : Place.ENGINE;
        }

        RelNode tree(String step) {
            RelNode tree = trees.get(step);
            if (tree == null) {
                throw refused("a step without a tree");
            }
            stepsSeen.add(step);
            return tree;
        }

        void visit(String step) {
            visit(tree(step), new ViewPath(List.of()), Exposure.SAFE, place(step));
        }

        /**
         * A value runs where its sub-query stands: above every barrier, or, where it reads tables that no barrier of its own covers, in the
         * outermost view around whose own body has a sub-query over these tables. So it is used within that view only, whoever runs it.
         */
        private void value(SubQueryValue value, ViewPath path) {
            RelNode tree = tree(value.step());
            List<ViewId> around = path.barriers().stream().map(this::view).toList();
            ViewPath home = path.outermost(woven.home(around, SubQueries.tables(tree)));
            if (levels.computeIfAbsent(value.step(), name -> new HashSet<>()).add(home)) {
                // It has run to its end before anything that names it.
                visit(tree, home, Exposure.SAFE, place(value.step()));
            }
        }

        private void visit(RelNode rel, ViewPath path, Exposure above, Place place) {
            SubQueries.of(rel).forEach(value -> value(value, path));
            switch (rel) {
                case StepRef step -> {
                    levels.computeIfAbsent(step.step(), name -> new HashSet<>()).add(path);
                    // A step of its own has run to its end before anything above it runs.
                    visit(tree(step.step()), path, Exposure.SAFE, place(step.step()));
                }
                case Fence fence -> visit(fence.getInput(), path, Exposure.SAFE, place);
                case SecureFilter barrier -> barrier(barrier, List.of(), path, above, place);
                case Project masks
                when masks.getInput() instanceof SecureFilter barrier ->
                    barrier(barrier, masks.getProjects(), path, above, place);
                case GroupBarrier groups -> groups(groups, path, above, place);
                case TableScan scan -> scan(scan, path);
                case Values _ -> {}
                case Project _, Filter _, Join _, Aggregate _, Sort _, SetOp _ -> inputs(rel, path, above, place);
                // Calcite's nodes are an open set; an unknown one could hide anything.
                default -> throw refused("an operator that is not known");
            }
        }

        private void inputs(RelNode rel, ViewPath path, Exposure above, Place place) {
            Exposure below = switch (place) {
                case SOURCE -> above.belowInSource(rel);
                case ENGINE -> above.belowInEngine(rel);
            };
            for (RelNode input : rel.getInputs()) {
                visit(input, path, below, place);
            }
        }

        /** What stands above runs on groups that may be seen; a source is not asked for it. */
        private void groups(GroupBarrier groups, ViewPath path, Exposure above, Place place) {
            if (place == Place.SOURCE || above.needsFence(groups.getInput())) {
                throw refused("an expression that may fail stands over groups that are not shown");
            }
            visit(groups.getInput(), path, Exposure.SAFE, place);
        }

        private void scan(TableScan scan, ViewPath path) {
            if (path.barriers().isEmpty()) {
                throw refused("a table outside every barrier");
            }
            if (catalog.findTable(Trees.table(scan)).isEmpty()) {
                throw refused("a table that the catalog does not have");
            }
        }

        private void barrier(SecureFilter barrier, List<RexNode> masks, ViewPath path, Exposure above, Place place) {
            if (!barrier.stamp().equals(decision.fingerprint())) {
                throw refused("a barrier with another decision's stamp");
            }
            if (above.needsFence(barrier.getInput())) {
                throw refused("an expression that may fail stands over a barrier without a fence");
            }
            woven.requireCondition(barrier);
            masked(barrier, masks);
            Exposure inside = switch (place) {
                case SOURCE -> above.inside(barrier);
                // What stands below runs as steps of its own.
                case ENGINE -> Exposure.SAFE;
            };
            int identity = System.identityHashCode(barrier);
            views.put(identity, barrier.view());
            visit(barrier.getInput(), path.under(identity), inside, place);
        }

        private ViewId view(int barrier) {
            ViewId view = views.get(barrier);
            if (view == null) {
                throw refused("a barrier that was not passed");
            }
            return view;
        }

        /** Each column that leaves the barrier is the column in the clear where policy says so, and a woven mask otherwise. */
        private void masked(SecureFilter barrier, List<RexNode> masks) {
            Map<ColumnName, Mask> decided = switch (decision.views().get(barrier.view())) {
                case ViewAccess.Rows rows -> rows.columns();
                case ViewAccess.Contract _, ViewAccess.None _ -> throw refused("a view without granted rows");
                case null -> throw refused("a view that the decision does not name");
            };
            List<RelDataTypeField> fields = barrier.getRowType().getFieldList();
            if (masks.isEmpty()) {
                fields.forEach(field -> requireClear(barrier.view(), decided, field.getName()));
                return;
            }
            for (RexNode mask : masks) {
                if (mask instanceof RexInputRef ref) {
                    requireClear(
                            barrier.view(), decided, fields.get(ref.getIndex()).getName());
                } else {
                    woven.requireMask(barrier, mask);
                }
            }
        }

        private void requireClear(ViewId view, Map<ColumnName, Mask> decided, String name) {
            boolean contracted = catalog.findView(view).map(ViewDefinition::columns).orElse(List.of()).stream()
                    .map(ColumnContract::name)
                    .anyMatch(column -> column.value().equals(name));
            if (!contracted || !(decided.get(new ColumnName(name)) instanceof Mask.None)) {
                throw refused("a column that policy masks or hides would leave its barrier in the clear");
            }
        }
    }
}
