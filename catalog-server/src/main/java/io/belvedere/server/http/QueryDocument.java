package io.belvedere.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.belvedere.federation.run.Timeline;
import io.belvedere.server.pipeline.QueryStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A query as it stands.
 *
 * @param statement with every literal replaced by ?
 * @param rows rows delivered so far
 */
@Schema(name = "QueryStatus")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record QueryDocument(
        String queryId,
        String caller,
        String operation,
        String state,

        @Schema(implementation = String.class, format = "date-time")
        Instant started,

        double elapsedMs,
        List<String> views,
        Optional<String> statement,
        long rows,
        Optional<String> code,
        List<Step> timeline) {

    /** A step of the walk, or a statement at a source. */
    @Schema(name = "TimelineStep")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Step(String name, double beginMs, double tookMs, Optional<Fetch> fetch) {}

    /** A statement at one shard of a source; with full detail only. */
    @Schema(name = "TimelineFetch")
    public record Fetch(
            String source, String shard, String sql, long keys, long rows, long bytes, int attempts, String status) {}

    static QueryDocument summary(QueryStatus status) {
        return of(status, List.of());
    }

    static QueryDocument full(QueryStatus status) {
        return of(status, status.timeline().stream().map(QueryDocument::step).toList());
    }

    private static QueryDocument of(QueryStatus status, List<Step> steps) {
        return new QueryDocument(
                status.id().toString(),
                status.caller().name(),
                status.operation().name().toLowerCase(Locale.ROOT),
                status.state(),
                status.started(),
                millis(status.elapsed()),
                status.views(),
                status.statement(),
                status.rows(),
                status.code(),
                steps);
    }

    private static Step step(Timeline.Entry entry) {
        return new Step(
                entry.name(),
                millis(entry.begin()),
                millis(entry.took()),
                entry.fetch()
                        .map(fetch -> new Fetch(
                                fetch.source(),
                                fetch.shard(),
                                fetch.sql(),
                                fetch.keys(),
                                fetch.rows(),
                                fetch.bytes(),
                                fetch.attempts(),
                                fetch.status())));
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }
}
