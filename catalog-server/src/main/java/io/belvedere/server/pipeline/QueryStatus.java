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
import java.util.Set;

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
    /** The steps of the walk, which every query has. */
    public static final Set<String> PHASES =
            Set.of("queue", "resolve", "policy", "audit", "plan", "run", "first row", "last row");

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
     * As this caller may see it. One's own query, with its statements at the sources where it was decided with full detail, else
     * with the phases of the walk only: how many rows a source gave is said before policy. Everybody's with full detail on
     * monitoring, the statements then without their constants, which are another caller's or policy's.
     */
    Optional<QueryStatus> visibleTo(Caller other, Allow.Detail monitoring) {
        boolean own = belongsTo(other);
        if (own && detail == Allow.Detail.FULL) {
            return Optional.of(this);
        }
        if (monitoring == Allow.Detail.FULL) {
            return Optional.of(
                    with(timeline.stream().map(Timeline.Entry::withoutLiterals).toList()));
        }
        return own
                ? Optional.of(with(timeline.stream()
                        .filter(entry -> PHASES.contains(entry.name()))
                        .toList()))
                : Optional.empty();
    }

    private QueryStatus with(List<Timeline.Entry> entries) {
        return new QueryStatus(
                id, caller, operation, state, started, elapsed, views, statement, rows, code, detail, entries);
    }

    private boolean belongsTo(Caller other) {
        return caller.issuer().equals(other.issuer()) && caller.subject().equals(other.subject());
    }
}
