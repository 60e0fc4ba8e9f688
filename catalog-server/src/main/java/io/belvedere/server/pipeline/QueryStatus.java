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
 * @param detail how much of its plan its own caller may see
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
        Allow.Detail detail,
        List<Timeline.Entry> timeline) {
    public QueryStatus {
        views = List.copyOf(views);
        timeline = List.copyOf(timeline);
    }

    /** The same query, ended. */
    QueryStatus ended(String how, Optional<String> errorCode) {
        return new QueryStatus(
                id, caller, operation, how, started, elapsed, views, statement, rows, errorCode, detail, timeline);
    }

    /**
     * As this caller may see it: everybody's queries with full detail on monitoring, else one's own, and of these the fetches where
     * the query itself was decided with full detail.
     */
    Optional<QueryStatus> visibleTo(Caller other, Allow.Detail monitoring) {
        if (monitoring == Allow.Detail.FULL) {
            return Optional.of(this);
        }
        if (!belongsTo(other)) {
            return Optional.empty();
        }
        return Optional.of(detail == Allow.Detail.FULL ? this : withoutFetches());
    }

    private QueryStatus withoutFetches() {
        List<Timeline.Entry> phases =
                timeline.stream().filter(entry -> entry.fetch().isEmpty()).toList();
        return new QueryStatus(
                id, caller, operation, state, started, elapsed, views, statement, rows, code, detail, phases);
    }

    private boolean belongsTo(Caller other) {
        return caller.issuer().equals(other.issuer()) && caller.subject().equals(other.subject());
    }
}
