package io.belvedere.federation.verify;

import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.calcite.rel.RelNode;

/**
 * Checks a finished program against the decision, knowing nothing of how it was made: every table stands under a barrier with the
 * decision's stamp and condition, every column that a barrier gives out is masked as decided, nothing that could raise an error, and no
 * condition on what is masked, runs on rows that a barrier holds back, keys travel after policy only, and each statement, read back into a
 * tree, says what its tree says. In any doubt the plan is refused. No state; safe for use by many threads.
 */
public final class PlanVerifier {
    private final Catalog catalog;

    public PlanVerifier(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @param steps in order; the last one gives the result
     * @param trees what each step is to do, by its name
     * @throws BelvedereException {@code PLAN_REFUSED} for a program that is not certainly governed
     */
    public void verify(GovernedQuery query, List<Step> steps, Map<String, RelNode> trees) {
        try {
            prove(query, steps, trees);
        } catch (BelvedereException refusal) {
            throw refusal;
        } catch (RuntimeException | AssertionError | StackOverflowError doubt) {
            throw Unproven.because("the proof came to no end", doubt);
        }
    }

    private void prove(GovernedQuery query, List<Step> steps, Map<String, RelNode> trees) {
        if (steps.isEmpty() || steps.stream().map(Step::name).distinct().count() != steps.size()) {
            throw Unproven.because("steps of one name");
        }
        new Walk(catalog, new Granted(query, catalog), steps, trees).from(steps);
        GroupsProof.require(query, steps.getLast().name(), trees);
        StatementProof proof = new StatementProof(catalog);
        UsedRowsProof used = new UsedRowsProof(steps, trees);
        for (Step step : steps) {
            RelNode tree = Walk.require(trees, step.name());
            switch (step) {
                case Step.Fetch fetch -> {
                    fetch(proof, fetch, tree);
                    used.require(fetch);
                }
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> {
                    fetch(proof, fetch, tree);
                    used.require(fetch);
                }
                case Step.Derive derive ->
                    StatementProof.engine(derive.sql(), derive.hashed(), tree, Walk.valuesIn(tree));
                case Step.Deliver deliver -> {
                    StatementProof.engine(deliver.sql(), List.of(), tree, Walk.valuesIn(tree));
                    deliver.few().ifPresent(few -> FewRowsProof.require(few, tree));
                }
            }
        }
    }

    private static void fetch(StatementProof proof, Step.Fetch fetch, RelNode tree) {
        Set<String> values = fetch.values().stream().map(ValueShipment::from).collect(Collectors.toSet());
        if (!values.equals(Walk.valuesIn(tree))) {
            throw Unproven.because("a statement with other values than its tree");
        }
        proof.fetch(fetch, tree);
        fetch.places().ifPresent(places -> proof.directory(places, fetch.source()));
    }
}
