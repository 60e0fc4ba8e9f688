package io.belvedere.server.flight;

import static io.belvedere.server.ServerError.TOO_MANY_REQUESTS;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.server.pipeline.CallerRates;
import io.belvedere.server.pipeline.QueryIds;
import io.belvedere.server.pipeline.QueryPipeline;
import io.belvedere.server.pipeline.Request;
import io.belvedere.server.pipeline.RunningQueries;
import org.jboss.logging.Logger;

/**
 * Keeps callers to the speed that they may ask at, in the same buckets as over REST. To ask for a ticket is a request, to send it is the same
 * one. Safe for use by many threads.
 */
final class Pace {
    private static final Logger LOG = Logger.getLogger(Pace.class);

    private final RunningQueries queries;
    private final QueryPipeline pipeline;
    private final QueryIds ids;

    Pace(RunningQueries queries, QueryPipeline pipeline, QueryIds ids) {
        this.queries = queries;
        this.pipeline = pipeline;
        this.ids = ids;
    }

    /** Counts a request; {@code TOO_MANY_REQUESTS} when the caller asks too fast. */
    void require(Visit visit, CallerRates.Lane lane) {
        switch (queries.rates().take(visit.caller(), lane)) {
            case GO_ON -> {
                // Its turn.
            }
            case REFUSED -> throw tooFast();
            case REFUSED_AND_TOLD -> {
                record(visit.request(ids.next()));
                throw tooFast();
            }
        }
    }

    /** Apart from the call, which waits for no disk. */
    private void record(Request request) {
        Thread.ofVirtual().name("belvedere-refusal").start(() -> {
            try {
                pipeline.turnAway(request, tooFast());
            } catch (RuntimeException unavailable) {
                // The refusal needs no record to be safe.
                LOG.debugf("The refusal of %s could not be recorded.", request.id());
            }
        });
    }

    private static BelvedereException tooFast() {
        return TOO_MANY_REQUESTS.error("You ask faster than one may here; wait a moment.");
    }
}
