package io.belvedere.federation.run;

import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Step;
import io.belvedere.model.TableName;
import java.util.HashSet;
import java.util.Set;

/**
 * The dimensions that a statement of a run reads more than once. A stream is read once, so these are tables, made once for all
 * statements of the run. Safe for use by many threads.
 */
final class CacheTables {
    private final Set<String> twice = new HashSet<>();
    // Guarded by this.
    private final Set<String> made = new HashSet<>();

    CacheTables(ExecutablePlan plan) {
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Fetch fetch -> collect(fetch);
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> collect(fetch);
                case Step.Derive _, Step.Deliver _ -> {}
            }
        }
    }

    private void collect(Step.Fetch fetch) {
        String sql = fetch.describedSql();
        fetch.cache().ifPresent(cache -> {
            for (TableName dimension : cache.dimensions()) {
                String name = Sql.quote(dimension.toString());
                if (sql.indexOf(name) != sql.lastIndexOf(name)) {
                    twice.add(dimension.toString());
                }
            }
        });
    }

    /**
     * Whether the dimension is a table; it is when this returns.
     *
     * @param make makes it; called once in a run
     */
    synchronized boolean hold(String dimension, Runnable make) {
        if (!twice.contains(dimension)) {
            return false;
        }
        if (!made.contains(dimension)) {
            make.run();
            made.add(dimension);
        }
        return true;
    }
}
