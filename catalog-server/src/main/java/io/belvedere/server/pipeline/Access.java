package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.CANCELLED;
import static io.belvedere.federation.FederationError.LIMIT_EXCEEDED;
import static io.belvedere.federation.FederationError.SOURCE_UNAVAILABLE;
import static io.belvedere.federation.FederationError.TIMED_OUT;
import static io.belvedere.server.ServerError.ACCESS_ENDED;
import static io.belvedere.server.ServerError.CLIENT_GONE;
import static io.belvedere.server.ServerError.DECISION_CHANGED;
import static io.belvedere.server.ServerError.INTERNAL_ERROR;
import static io.belvedere.server.ServerError.QUOTA_EXCEEDED;
import static io.belvedere.server.ServerError.SERVER_STOPPING;
import static io.belvedere.server.ServerError.SLOW_READER;

import io.belvedere.audit.AuditTicket;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.DecisionRecord.ViewUse;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.audit.Receipt;
import io.belvedere.federation.run.DimensionReading;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.run.SourceReading;
import io.belvedere.federation.run.Timeline;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.server.pipeline.RunningQueries.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known so far about one request; it becomes the request's decision and outcome in the audit log. Owned by the request's
 * thread, which closes it after the outcome is recorded.
 */
final class Access implements AutoCloseable {

    private final RunningQuery query;
    private final Operation operation;
    private final String policyEngine;
    // All of these are set once, by the request's thread, as the walk goes on.
    private List<ViewUse> views = List.of();
    private List<DecisionRecord.Previewed> previewed = List.of();
    private Optional<Instant> until = Optional.empty();
    private Optional<String> statement = Optional.empty();
    private @Nullable Decision decision;
    private @Nullable AuditTicket ticket;
    private @Nullable Place place;
    private @Nullable BelvedereException failure;
    private @Nullable Receipt receipt;
    private Refused refused = Refused.NO;
    private Duration mark = Duration.ZERO;
    private Optional<Duration> firstRow = Optional.empty();
    private long rows;
    private long dropped;
    private long decidedNanos;
    private List<String> incompleteSources = List.of();
    private List<SourceReading> readings = List.of();
    private Optional<Duration> keptFor = Optional.empty();
    private List<DimensionReading> dimensions = List.of();
    private List<DeprecatedUse> deprecated = List.of();

    Access(RunningQuery query, Operation operation, String policyEngine) {
        this.query = query;
        this.operation = operation;
        this.policyEngine = policyEngine;
    }

    private enum Refused {
        NO,
        YES
    }

    RunningQuery query() {
        return query;
    }

    Operation operation() {
        return operation;
    }

    Request request() {
        return query.request();
    }

    /** The request holds a place among the running queries until it is closed. */
    void admitted(Place granted) {
        place = granted;
        stepDone("queue", "resolving");
    }

    /** The views a statement touches are known. */
    ResolvedQuery resolved(ResolvedQuery resolved) {
        statement = Optional.of(resolved.normalised());
        deprecated = DeprecatedUse.of(resolved);
        uses(resolved.views());
        query.resolved(
                resolved.views().stream().map(view -> view.id().toString()).toList(), resolved.normalised());
        stepDone("resolve", "deciding");
        return resolved;
    }

    /** The views the request is about. */
    void uses(List<ViewDefinition> definitions) {
        views = definitions.stream()
                .map(view ->
                        new ViewUse(view.id().toString(), view.hash(), view.id().toString()))
                .toList();
    }

    /** The deprecated versions that the request names; to be told only once the request is allowed. */
    List<DeprecatedUse> deprecated() {
        return deprecated;
    }

    /** The one question to policy. */
    PolicyRequest question(List<ViewDefinition> definitions, Instant time) {
        Request request = request();
        return new PolicyRequest(
                request.caller(),
                request.purpose(),
                request.breakGlass(),
                operation,
                request.protocol(),
                time,
                definitions);
    }

    /** The callers as whom the request looks, with what was decided for each. */
    void looksAs(List<DecisionRecord.Previewed> others) {
        previewed = List.copyOf(others);
    }

    Decision decided(Decision given) {
        decision = given;
        decidedNanos = System.nanoTime();
        if (given instanceof Allow allow) {
            query.allowed(allow.detail());
            until = allow.until();
        }
        stepDone("policy", "recording");
        return given;
    }

    /** The stamp of what was allowed. */
    String fingerprint() {
        return decision instanceof Allow allow ? allow.fingerprint() : "";
    }

    /** The refusal that ends the request. */
    BelvedereException refusedWith(BelvedereException why) {
        refused = Refused.YES;
        return why;
    }

    /** The decision is on the disk. */
    void recorded(AuditTicket given) {
        ticket = given;
        stepDone("audit", "planning");
    }

    String auditId() {
        if (ticket == null) {
            throw new IllegalStateException("nothing may be asked of a source before the decision is recorded");
        }
        return ticket.id();
    }

    Optional<AuditTicket> ticket() {
        return Optional.ofNullable(ticket);
    }

    /** Ends a step of the walk: notes how long it took, and stops here when the query was interrupted or is late. */
    void stepDone(String step, String next) {
        query.timeline().phase(step, mark);
        mark = query.timeline().elapsed();
        query.moveOn(next);
        query.checkpoint();
    }

    RunContext context() {
        return new RunContext(query.request().id(), query.deadline(), query.timeline());
    }

    /** Counts rows that are about to be written; {@code LIMIT_EXCEEDED} when the result would have more than it may. */
    void counts(long more, long rowsMax) {
        if (more > 0 && firstRow.isEmpty()) {
            firstRow = Optional.of(query.timeline().elapsed());
        }
        if (rows + dropped + more > rowsMax) {
            throw LIMIT_EXCEEDED.error("The result has more than " + rowsMax
                    + " rows, the most that may be read at once here; filter or aggregate more.");
        }
    }

    /** {@code LIMIT_EXCEEDED} when the result is longer than it may be; what was written is then no result. */
    void wrote(long bytes, long bytesMax) {
        if (bytes > bytesMax) {
            throw LIMIT_EXCEEDED.error("The result has more than " + bytesMax
                    + " bytes, the most that may be taken at once here; filter or aggregate more.");
        }
    }

    /** Refuses a result that lacks the rows of a source; the views' contracts may let a query do without, but no file. */
    void requireEverySource() {
        if (!incompleteSources.isEmpty()) {
            throw SOURCE_UNAVAILABLE.error("Source '" + incompleteSources.getFirst()
                    + "' does not answer, and an export has every row or none.");
        }
    }

    void delivered(long more) {
        rows += more;
        query.delivered(rows);
    }

    /** Rows that only counted. */
    void drops(long more) {
        dropped += more;
    }

    /** What a run gave whose rows were dropped. */
    Explanation.Ran ran() {
        return new Explanation.Ran(dropped, firstRow, query.timeline().elapsed(), incompleteSources);
    }

    /** How old the decision is, on the monotonic clock, which a pause of the process does not stop. */
    Duration decisionAge() {
        return Duration.ofNanos(System.nanoTime() - decidedNanos);
    }

    /** Whether what the decision rests on has ended by now. */
    boolean ended(Instant now) {
        return until.filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The same was decided again, with an end that may be another. */
    void confirmed(Allow again) {
        decidedNanos = System.nanoTime();
        until = again.until();
    }

    void ranToItsEnd(RowStream rows) {
        incompleteSources = List.copyOf(rows.incompleteSources());
        readings = List.copyOf(rows.readings());
        keptFor = rows.keptFor();
        dimensions = List.copyOf(rows.dimensions());
        stepDone("run", "ending");
    }

    /** Notes why the request failed; what was done from outside counts more than what it led to. */
    void failed(Throwable thrown) {
        failure = query.interruption().map(Interruption::error).orElseGet(() -> typed(thrown));
    }

    private static BelvedereException typed(Throwable thrown) {
        return thrown instanceof BelvedereException known
                ? known
                : INTERNAL_ERROR.error("Something went wrong inside the server; its log has the query's id.", thrown);
    }

    Optional<BelvedereException> failure() {
        return Optional.ofNullable(failure);
    }

    void requireSuccess() {
        if (failure != null) {
            throw failure;
        }
    }

    /** The outcome is on the disk. */
    void closed(Receipt given) {
        receipt = given;
    }

    DecisionRecord decisionRecord() {
        Request request = request();
        return new DecisionRecord(
                request.id(),
                Optional.of(request.caller()),
                request.purpose(),
                operation,
                request.protocol(),
                request.remoteAddress(),
                views,
                statement,
                Optional.ofNullable(decision).map(given -> AuditFacts.of(given, policyEngine)),
                request.breakGlass(),
                request.handles(),
                previewed);
    }

    OutcomeRecord outcomeRecord(long bytes) {
        return new OutcomeRecord(
                status(),
                failure().map(each -> each.code().name()),
                rows,
                bytes,
                firstRow,
                query.timeline().elapsed(),
                query.timeline().entries().stream().flatMap(Access::sourceUse).toList(),
                incompleteSources,
                keptFor,
                dimensions.stream()
                        .map(each -> new OutcomeRecord.DimensionUse(each.dimension(), each.asOf(), each.age()))
                        .toList());
    }

    private static java.util.stream.Stream<OutcomeRecord.SourceUse> sourceUse(Timeline.Entry entry) {
        return entry.fetch().stream()
                .map(fetch -> new OutcomeRecord.SourceUse(
                        fetch.source() + "/" + fetch.shard(),
                        fetch.sqlSha256(),
                        fetch.rows(),
                        fetch.bytes(),
                        entry.took(),
                        fetch.status()));
    }

    private OutcomeRecord.Status status() {
        if (failure == null) {
            return incompleteSources.isEmpty() ? OutcomeRecord.Status.OK : OutcomeRecord.Status.PARTIAL;
        }
        if (refused == Refused.YES) {
            return OutcomeRecord.Status.DENIED;
        }
        return status(failure.code());
    }

    private OutcomeRecord.Status status(ErrorCode code) {
        if (code == TIMED_OUT) {
            return OutcomeRecord.Status.TIMEOUT;
        } else if (code == CANCELLED) {
            return OutcomeRecord.Status.CANCELLED;
        } else if (code == LIMIT_EXCEEDED || code == QUOTA_EXCEEDED) {
            return OutcomeRecord.Status.LIMIT;
        } else if (code == CLIENT_GONE) {
            return OutcomeRecord.Status.CLIENT_GONE;
        } else if (code == ACCESS_ENDED || code == DECISION_CHANGED) {
            return OutcomeRecord.Status.REVOKED;
        } else if (code == SLOW_READER) {
            return OutcomeRecord.Status.SLOW_READER;
        } else if (code == SERVER_STOPPING) {
            return OutcomeRecord.Status.NODE_DRAIN;
        } else if (code == SOURCE_UNAVAILABLE && rows > 0) {
            return OutcomeRecord.Status.SOURCE_LOST;
        }
        return OutcomeRecord.Status.FAILED;
    }

    /** The terminal frame. */
    ResultEnd end() {
        ResultEnd.Status how = failure != null
                ? ResultEnd.Status.INCOMPLETE
                : incompleteSources.isEmpty() ? ResultEnd.Status.COMPLETE : ResultEnd.Status.PARTIAL;
        return new ResultEnd(
                how,
                rows,
                incompleteSources,
                readings,
                keptFor,
                dimensions,
                deprecated,
                Optional.ofNullable(receipt),
                failure());
    }

    /** The query as it is still shown; looking at contracts or queries leaves nothing to look at. */
    Optional<QueryStatus> finished() {
        return switch (operation) {
            case QUERY, EXPLAIN, ANALYZE, EXPORT ->
                Optional.of(query.status()
                        .ended(
                                status().name().toLowerCase(Locale.ROOT),
                                failure().map(each -> each.code().name())));
            case PREVIEW, DESCRIBE, MONITOR, CANCEL, ADMINISTER -> Optional.empty();
        };
    }

    @Override
    public void close() {
        if (place != null) {
            place.close();
        }
    }
}
