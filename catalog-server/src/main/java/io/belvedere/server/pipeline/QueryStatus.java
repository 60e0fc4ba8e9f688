package io.belvedere.server.pipeline;

import io.belvedere.federation.run.Timeline;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.QueryId;
import io.belvedere.policy.Allow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A running or finished query as it stands at one moment.
 *
 * @param state {@code waiting}, the step it is in, or how it ended
 * @param views the versions it reads
 * @param statement with every literal replaced
 * @param rows rows delivered so far
 * @param code the error's code when it failed
 * @param timeline phases and fetches; fetches show with full detail only
 */
public record QueryStatus(
        QueryId id,
        Caller caller,
        Operation operation,
        String state,
        Instant started,
        Duration elapsed,
        List<String> views,
        Optional<String> statement,
        long rows,
        Optional<String> code,
        List<Timeline.Entry> timeline) {
    public QueryStatus {
        views = List.copyOf(views);
        timeline = List.copyOf(timeline);
    }

    /** The same query, ended. */
    QueryStatus ended(String how, Optional<String> errorCode) {
        return new QueryStatus(
                id, caller, operation, how, started, elapsed, views, statement, rows, errorCode, timeline);
    }

    /** As this caller may see it: fetches with full detail only; another caller's query with full detail only. */
    Optional<QueryStatus> visibleTo(Caller other, Allow.Detail detail) {
        return switch (detail) {
            case FULL -> Optional.of(this);
            case SHAPE -> belongsTo(other) ? Optional.of(withoutFetches()) : Optional.empty();
        };
    }

    private QueryStatus withoutFetches() {
        List<Timeline.Entry> phases =
                timeline.stream().filter(entry -> entry.fetch().isEmpty()).toList();
        return new QueryStatus(id, caller, operation, state, started, elapsed, views, statement, rows, code, phases);
    }

    private boolean belongsTo(Caller other) {
        return caller.issuer().equals(other.issuer()) && caller.subject().equals(other.subject());
    }
}
