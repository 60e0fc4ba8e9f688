package io.belvedere.server.pipeline;

import io.belvedere.audit.OutcomeRecord;
import java.util.List;
import java.util.Optional;

/**
 * Is told of every request when it has ended, for metrics and spans. Called on the request's thread: must not block and must not
 * throw.
 */
@FunctionalInterface
public interface QueryObserver {
    /** Nobody watches. */
    QueryObserver NONE = (_, _, _) -> {};

    /**
     * @param traceparent the caller's trace, as W3C's header says it; not checked
     */
    void ended(QueryStatus status, Optional<String> traceparent, OutcomeRecord outcome);

    /** Tells all of them, in order. */
    static QueryObserver all(List<QueryObserver> observers) {
        return (status, traceparent, outcome) -> observers.forEach(each -> each.ended(status, traceparent, outcome));
    }
}
