package io.belvedere.federation.run;

import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.KeyShipment;
import io.belvedere.federation.plan.RowShipment;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.plan.ValueShipment;
import io.belvedere.federation.source.ShardPool;
import io.belvedere.federation.source.Sources;
import io.belvedere.model.SourceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which steps are kept as tables: those the plan says, and those that cannot stream here. A stream is read once; it holds its
 * connection until the join has read it; and rows of a source that may be missing must be all there before the first is used.
 */
final class KeptSteps {
    private KeptSteps() {}

    static Set<String> of(ExecutablePlan plan, Sources sources) {
        Map<String, Integer> readers = new HashMap<>();
        Map<SourceName, Integer> streams = new HashMap<>();
        for (Step step : plan.steps()) {
            inputs(step).forEach(input -> readers.merge(input, 1, Integer::sum));
            if (step instanceof Step.Fetch fetch) {
                streams.merge(fetch.source(), 1, Integer::sum);
            }
        }
        Set<String> kept = new HashSet<>();
        for (Step step : plan.steps()) {
            switch (step) {
                case Step.Fetch fetch -> {
                    // What stands in memory holds no connection.
                    int concurrency = fetch.cache().isPresent()
                            ? Integer.MAX_VALUE
                            : concurrencyNow(sources.require(fetch.source()));
                    if (fetch.use() == Step.Use.KEPT
                            || readers.getOrDefault(fetch.name(), 0) != 1
                            || streams.getOrDefault(fetch.source(), 0) > concurrency
                            || Runner.missing(plan, fetch.source()) == FetchRun.Missing.IS_ALLOWED) {
                        kept.add(fetch.name());
                    }
                    fetch.keys().stream().map(KeyShipment::from).forEach(kept::add);
                    fetch.rows().stream().map(RowShipment::from).forEach(kept::add);
                    fetch.values().stream().map(ValueShipment::from).forEach(kept::add);
                }
                case Step.Derive derive -> kept.add(derive.name());
                case Step.PassThrough(Step.Fetch fetch, Step.Merge _) -> {
                    fetch.rows().stream().map(RowShipment::from).forEach(kept::add);
                    fetch.values().stream().map(ValueShipment::from).forEach(kept::add);
                }
                case Step.Deliver _ -> {}
            }
        }
        return kept;
    }

    /** Which steps no statement of the engine names twice: their rows may be streamed to it, each time anew. */
    static Set<String> readOnce(ExecutablePlan plan) {
        Set<String> once = new HashSet<>();
        plan.steps().forEach(step -> once.add(step.name()));
        for (Step step : plan.steps()) {
            String sql = switch (step) {
                case Step.Fetch _, Step.PassThrough _ -> "";
                case Step.Derive derive -> derive.sql();
                case Step.Deliver deliver -> deliver.sql();
            };
            once.removeIf(name -> sql.indexOf(Sql.quote(name)) != sql.lastIndexOf(Sql.quote(name)));
        }
        return once;
    }

    /** A source in trouble is asked less at a time than its definition says. */
    private static int concurrencyNow(Sources.Source source) {
        return source.shards().stream()
                .mapToInt(ShardPool::concurrencyNow)
                .min()
                .orElse(source.definition().limits().concurrency());
    }

    private static List<String> inputs(Step step) {
        return switch (step) {
            case Step.Fetch _, Step.PassThrough _ -> List.of();
            case Step.Derive derive -> derive.inputs();
            case Step.Deliver deliver -> deliver.inputs();
        };
    }
}
