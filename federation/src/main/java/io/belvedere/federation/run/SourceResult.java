package io.belvedere.federation.run;

import io.belvedere.federation.arrow.BatchQueue;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Step;
import io.belvedere.federation.source.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** The last step of a plan whose result a source gives: its statements, and their rows in the result's queue, merged where they have an order. */
final class SourceResult {
    private final ExecutablePlan plan;
    private final Run run;
    private final Sources sources;
    private final ShardDirectory directory;
    private final RandomGenerator random;

    SourceResult(ExecutablePlan plan, Run run, Sources sources, ShardDirectory directory, RandomGenerator random) {
        this.plan = plan;
        this.run = run;
        this.sources = sources;
        this.directory = directory;
        this.random = random;
    }

    /** Starts the statements and returns at once. */
    void start(Step.PassThrough last, BatchQueue out) {
        if (last.merge().isNone()) {
            fetch(last.fetch(), out, new AtomicLong());
        } else {
            merge(last, out);
        }
    }

    private void fetch(Step.Fetch fetch, BatchQueue queue, AtomicLong rows) {
        Sources.Source source = sources.require(fetch.source());
        FetchRun.Missing missing = Runner.missing(plan, fetch.source());
        new FetchRun(run, fetch, source, directory, queue, missing, random, rows).start(List.of());
    }

    private void merge(Step.PassThrough last, BatchQueue out) {
        List<BatchQueue> inputs = new ArrayList<>();
        AtomicLong rows = new AtomicLong();
        for (int shard : last.fetch().shards()) {
            BatchQueue input = FetchRun.queue(run);
            inputs.add(input);
            fetch(last.fetch().at(shard), input, rows);
        }
        run.start(Thread.ofVirtual().name("belvedere-merge"), new MergeRun(run, last, inputs, out)::merge);
    }
}
