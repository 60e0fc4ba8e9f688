package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;
import static io.belvedere.server.ServerError.DECISION_CHANGED;
import static io.belvedere.server.ServerError.FORBIDDEN;
import static io.belvedere.server.ServerError.INTERNAL_ERROR;
import static io.belvedere.server.ServerError.NOT_AUTHENTICATED;
import static io.belvedere.server.ServerError.NOT_FOUND;

import io.belvedere.audit.AuditLog;
import io.belvedere.audit.DecisionRecord;
import io.belvedere.audit.OutcomeRecord;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.run.Actuals;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.ViewReference;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.Deny;
import io.belvedere.policy.PolicyGate;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jboss.logging.Logger;

/**
 * The walk. Every door ends here: there is no second way to a row, a contract or another caller's query. One policy call decides
 * the whole request, its decision is on the disk before a source is asked, and its outcome before the answer is called complete.
 *
 * <p>Safe for use by many threads; a call blocks until the request is over.
 */
public final class QueryPipeline {
    private static final Logger LOG = Logger.getLogger(QueryPipeline.class);
    /** How old a decision may be when the first source is asked: five seconds, for some of which its answer may have been kept. */
    private static final Duration DECISION_AGE_AT_START = Duration.ofSeconds(5).minus(RecentDecisions.AGE_MAX);
    /** How old it may be when a batch is handed on: a minute, counted likewise. */
    private static final Duration DECISION_AGE_WHILE_STREAMING =
            Duration.ofSeconds(60).minus(RecentDecisions.AGE_MAX);

    private final Supplier<Catalog> catalog;
    private final PolicyGate policy;
    private final String policyEngine;
    private final AuditLog audit;
    private final Walk walk;
    private final RunningQueries queries;
    private final QueryObserver observer;
    private final Clock clock;
    private final Previewer previewer;
    private final Map<String, LongAdder> glassBroken = new ConcurrentHashMap<>();

    public QueryPipeline(
            Supplier<Catalog> catalog,
            PolicyGate policy,
            String policyEngine,
            AuditLog audit,
            Walk walk,
            RunningQueries queries,
            QueryObserver observer,
            Clock clock) {
        this.catalog = catalog;
        this.policy = policy;
        this.policyEngine = policyEngine;
        this.audit = audit;
        this.walk = walk;
        this.queries = queries;
        this.observer = observer;
        this.clock = clock;
        this.previewer = new Previewer(policy, walk);
    }

    /**
     * Answers a query into the sink. Throws while the sink has sent nothing; afterwards the terminal frame says what went wrong.
     */
    public void query(Request request, QueryText text, ResultSink sink) {
        try (Access access = begin(request, Operation.QUERY)) {
            recorded(access, sink::bytes, () -> stream(access, text, sink));
            if (!sink.committed()) {
                access.requireSuccess();
            }
            ResultEnd end = access.end();
            access.query().ending(() -> sink.end(end));
        }
    }

    private void stream(Access access, QueryText text, ResultSink sink) {
        sink.watch(access.query());
        access.admitted(queries.admit(access.query()));
        ResolvedQuery resolved = access.resolved(walk.resolve().resolve(text, catalog.get()));
        Allow allow = require(access, decide(access, resolved.views()), resolved);
        access.recorded(audit.open(access.decisionRecord()));
        ExecutablePlan plan = walk.prepare().prepare(resolved, allow);
        access.query().within(plan.limits().timeout());
        access.stepDone("plan", "running");
        sink.begin(new Head(access.request().id(), access.auditId(), plan.columns()));
        run(access, resolved.views(), plan, allow, batch -> {
            access.query().writing(() -> sink.write(batch));
            access.delivered(batch.getRowCount());
        });
    }

    /** Runs a plan under a decision that still holds, and hands on each batch. */
    private void run(
            Access access,
            List<ViewDefinition> views,
            ExecutablePlan plan,
            Allow allow,
            Consumer<VectorSchemaRoot> to) {
        RunningQuery query = access.query();
        confirm(access, views, DECISION_AGE_AT_START);
        try (RowStream rows = walk.run().open(plan, allow, access.context())) {
            query.attach(rows);
            while (rows.next()) {
                confirm(access, views, DECISION_AGE_WHILE_STREAMING);
                access.counts(rows.batch().getRowCount(), plan.limits().rowsMax());
                to.accept(rows.batch());
            }
            access.ranToItsEnd(rows.incompleteSources(), rows.readings());
        } finally {
            query.detach();
        }
    }

    /**
     * Asks policy once more when its answer is too old to act on: the process stood still, planning was slow, or the result is
     * long. Only the same answer lets the query go on; what was planned and given so far stands under the old one.
     */
    private void confirm(Access access, List<ViewDefinition> views, Duration age) {
        if (access.decisionAge().compareTo(age) <= 0 && !access.ended(clock.instant())) {
            return;
        }
        String before = access.fingerprint();
        if (!(current(access, views) instanceof Allow again)
                || !again.fingerprint().equals(before)) {
            throw DECISION_CHANGED.error("What you may see changed while the query was under way; send it again.");
        }
        access.confirmed(again);
    }

    /** What policy says now: an answer that was kept, unless what it rests on has ended since it was given. */
    private Decision current(Access access, List<ViewDefinition> views) {
        Instant now = clock.instant();
        Decision kept = policy.decide(
                access.question(views, RecentDecisions.moment(access.request().caller(), now)));
        boolean ended = kept instanceof Allow allow
                && allow.until().filter(end -> !now.isBefore(end)).isPresent();
        return ended ? policy.decide(access.question(views, now)) : kept;
    }

    /** How a query would run, or did: its shape, and everything else for callers with full detail. */
    public Explanation explain(Request request, Asked.Plan asked) {
        return answered(request, operation(asked), access -> explained(access, asked));
    }

    /** As {@link #explain(Request, Asked.Plan)}, as a result with one column of text; {@code form} writes its rows. */
    public void explain(Request request, Asked.Plan asked, Function<Explanation, List<String>> form, ResultSink sink) {
        lines(request, operation(asked), access -> form.apply(explained(access, asked)), sink);
    }

    /** What policy limits in a query, for its own caller and in plain words. Nothing is planned, and no source is asked. */
    public PolicyExplanation explainPolicy(Request request, QueryText text) {
        return answered(request, Operation.EXPLAIN, access -> policyExplained(access, text));
    }

    /** As {@link #explainPolicy(Request, QueryText)}, as a result with one column of text; {@code form} writes its rows. */
    public void explainPolicy(
            Request request, QueryText text, Function<PolicyExplanation, List<String>> form, ResultSink sink) {
        lines(request, Operation.EXPLAIN, access -> form.apply(policyExplained(access, text)), sink);
    }

    private PolicyExplanation policyExplained(Access access, QueryText text) {
        ResolvedQuery resolved = resolved(access, text);
        Allow allow = require(access, decide(access, resolved.views()), resolved);
        access.recorded(audit.open(access.decisionRecord()));
        // A text that is no query on what the caller may see has nothing to explain.
        walk.weave().weave(resolved, allow);
        access.stepDone("plan", "ending");
        return PolicyExplanation.of(access.request().id(), access.auditId(), allow, resolved.views());
    }

    /**
     * What policy would let other callers see of a query. Policy decides whether the one who asks may look, and what they may not know
     * themselves is left out; as whom they looked is recorded before anything is told. Nothing is planned, and no source is asked.
     */
    public Preview preview(Request request, QueryText text, List<Caller> callers) {
        return answered(request, Operation.PREVIEW, access -> {
            ResolvedQuery resolved = resolved(access, text);
            Allow own = require(access, decide(access, resolved.views()), resolved);
            Instant now = clock.instant();
            List<Previewer.Answer> answers = callers.stream()
                    .map(caller -> previewer.ask(request, caller, resolved, now))
                    .toList();
            access.looksAs(
                    answers.stream().map(answer -> answer.record(policyEngine)).toList());
            access.recorded(audit.open(access.decisionRecord()));
            List<Preview.Seen> seen = answers.stream()
                    .map(answer -> previewer.look(answer, resolved, own))
                    .toList();
            access.stepDone("plan", "ending");
            return new Preview(request.id(), access.auditId(), seen);
        });
    }

    private ResolvedQuery resolved(Access access, QueryText text) {
        access.admitted(queries.admit(access.query()));
        return access.resolved(walk.resolve().resolve(text, catalog.get()));
    }

    private void lines(Request request, Operation operation, Answer<List<String>> answer, ResultSink sink) {
        try (Access access = begin(request, operation)) {
            recorded(access, sink::bytes, () -> {
                sink.watch(access.query());
                List<String> rows = answer.give(access);
                sink.begin(new Head(request.id(), access.auditId(), TextRows.COLUMNS));
                try (TextRows text = TextRows.of(rows)) {
                    access.query().writing(() -> sink.write(text.batch()));
                }
                access.delivered(rows.size());
            });
            if (!sink.committed()) {
                access.requireSuccess();
            }
            ResultEnd end = access.end();
            access.query().ending(() -> sink.end(end));
        }
    }

    private static Operation operation(Asked.Plan asked) {
        return switch (asked.run()) {
            case NO -> Operation.EXPLAIN;
            case YES -> Operation.ANALYZE;
        };
    }

    private Explanation explained(Access access, Asked.Plan asked) {
        access.admitted(queries.admit(access.query()));
        ResolvedQuery resolved = access.resolved(walk.resolve().resolve(asked.query(), catalog.get()));
        Allow allow = require(access, decide(access, resolved.views()), resolved);
        access.recorded(audit.open(access.decisionRecord()));
        GovernedQuery governed = walk.weave().weave(resolved, allow);
        access.query().within(governed.limits().timeout());
        ExecutablePlan plan = walk.plan().plan(governed, resolved.catalog());
        Explained explained = Explained.of(plan, allow.detail());
        Optional<Explanation.Ran> ran = Optional.empty();
        if (asked.run() == Asked.Run.YES) {
            access.stepDone("plan", "running");
            run(access, resolved.views(), plan, allow, batch -> access.drops(batch.getRowCount()));
            explained = Actuals.of(explained, access.query().timeline().entries());
            ran = Optional.of(access.ran());
        } else {
            access.stepDone("plan", "ending");
        }
        return new Explanation(access.request().id(), access.auditId(), plan.columns(), explained, ran);
    }

    /** The contracts of every view, in the newest version the caller may see. */
    public List<Contract> describe(Request request) {
        return answered(request, Operation.DESCRIBE, access -> {
            List<ViewDefinition> views = List.copyOf(catalog.get().views());
            access.uses(views);
            return decide(access, views) instanceof Allow allow
                    ? open(access, Contract.newest(views, allow))
                    : List.of();
        });
    }

    /** The contract that the reference names, as far as the caller may see it; a hidden one is as absent as an absent one. */
    public Contract describe(Request request, ViewReference reference) {
        return answered(request, Operation.DESCRIBE, access -> {
            List<ViewDefinition> versions = catalog.get().versionsOf(reference.name());
            access.uses(versions);
            Optional<Contract> contract = decide(access, versions) instanceof Allow allow
                    ? open(access, Contract.find(versions, reference, allow))
                    : Optional.empty();
            return contract.orElseThrow(() -> access.refusedWith(notFound(reference)));
        });
    }

    /** The caller's own queries; those of all callers with full detail. */
    public List<QueryStatus> queries(Request request) {
        return answered(request, Operation.MONITOR, access -> {
            Allow allow = require(access, decide(access, List.of()));
            return open(
                    access,
                    queries.all().stream()
                            .flatMap(status -> status.visibleTo(request.caller(), allow.detail()).stream())
                            .toList());
        });
    }

    /** One query; another caller's is as absent as one that never ran, unless the caller has full detail. */
    public QueryStatus findQuery(Request request, QueryId id) {
        return answered(request, Operation.MONITOR, access -> {
            Allow allow = require(access, decide(access, List.of()));
            return open(access, queries.find(id).flatMap(status -> status.visibleTo(request.caller(), allow.detail())))
                    .orElseThrow(() -> access.refusedWith(noQuery(id)));
        });
    }

    /** Stops a running query; one that has ended stays as it is. */
    public QueryStatus cancel(Request request, QueryId id) {
        return answered(request, Operation.CANCEL, access -> {
            Allow allow = require(access, decide(access, List.of()));
            QueryStatus status = open(
                            access,
                            queries.find(id).flatMap(found -> found.visibleTo(request.caller(), allow.detail())))
                    .orElseThrow(() -> access.refusedWith(noQuery(id)));
            queries.findRunning(id).ifPresent(running -> running.interrupt(Interruption.CANCEL));
            return status;
        });
    }

    /** Something about the server itself that only callers with full detail may know; for all others it does not exist. */
    public <T> T inspect(Request request, Supplier<T> fact) {
        return answered(request, Operation.MONITOR, access -> {
            if (decide(access, List.of()) instanceof Allow allow && allow.detail() == Allow.Detail.FULL) {
                return open(access, fact.get());
            }
            throw access.refusedWith(NOT_FOUND.error("There is nothing here."));
        });
    }

    /** Records a request whose credentials were missing or wrong; it goes no further. */
    public void reject(QueryId id, Protocol protocol, Optional<String> remoteAddress) {
        DecisionRecord decision = new DecisionRecord(
                id,
                Optional.empty(),
                Optional.empty(),
                Operation.QUERY,
                protocol,
                remoteAddress,
                List.of(),
                Optional.empty(),
                Optional.empty());
        audit.refuse(
                decision,
                new OutcomeRecord(
                        OutcomeRecord.Status.DENIED,
                        Optional.of(NOT_AUTHENTICATED.name()),
                        0,
                        0,
                        Optional.empty(),
                        Duration.ZERO,
                        List.of(),
                        List.of()));
    }

    private Access begin(Request request, Operation operation) {
        return new Access(queries.begin(request, operation), operation, policyEngine);
    }

    private <T> T answered(Request request, Operation operation, Answer<T> answer) {
        try (Access access = begin(request, operation)) {
            List<T> answers = new java.util.ArrayList<>(1);
            recorded(access, () -> 0, () -> answers.add(answer.give(access)));
            access.requireSuccess();
            return answers.getFirst();
        }
    }

    /** Runs a request and records how it ended; whatever happens, the outcome is written before this returns. */
    private void recorded(Access access, Bytes bytes, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) {
            access.failed(failure);
        } finally {
            OutcomeRecord outcome = access.outcomeRecord(bytes.count());
            recordOutcome(access, outcome);
            access.failure().ifPresent(failure -> log(access, failure));
            access.finished().ifPresent(queries::keep);
            observer.ended(access.query().status(), access.request().traceparent(), outcome);
        }
    }

    private void recordOutcome(Access access, OutcomeRecord outcome) {
        try {
            access.closed(
                    access.ticket().isPresent()
                            ? audit.close(access.ticket().get(), outcome)
                            : audit.refuse(access.decisionRecord(), outcome));
        } catch (RuntimeException unavailable) {
            // An answer without a recorded outcome is not called complete; an earlier failure says more than this one.
            if (access.failure().isEmpty()) {
                access.failed(unavailable);
            } else {
                LOG.errorf(
                        "The outcome of %s could not be recorded.",
                        access.request().id());
            }
        }
    }

    private Decision decide(Access access, List<ViewDefinition> views) {
        return loud(access, access.decided(current(access, views)));
    }

    /** Whoever breaks the glass is seen to. */
    private Decision loud(Access access, Decision decision) {
        access.request().breakGlass().ifPresent(_ -> {
            String effect = decision instanceof Allow ? "allow" : "deny";
            glassBroken.computeIfAbsent(effect, _ -> new LongAdder()).increment();
            LOG.warnf(
                    "BREAK-GLASS: request %s was answered with %s (%s); its audit record says who and why.",
                    access.request().id(), effect, decision.reason());
        });
        return decision;
    }

    /** How often a request to break the glass was answered with {@code allow} or {@code deny}. */
    public long glassBroken(String effect) {
        LongAdder count = glassBroken.get(effect);
        return count == null ? 0 : count.sum();
    }

    /** A hidden view and an absent one end here with the same words, after the same policy call. */
    private static Allow require(Access access, Decision decision, ResolvedQuery resolved) {
        if (resolved.hasUnresolved() || hides(decision)) {
            throw access.refusedWith(resolved.notFound());
        }
        return require(access, decision);
    }

    private static boolean hides(Decision decision) {
        return decision instanceof Deny deny && deny.existence() == Deny.Existence.HIDDEN;
    }

    private static Allow require(Access access, Decision decision) {
        return switch (decision) {
            case Allow allow -> allow;
            case Deny _ -> throw access.refusedWith(forbidden());
        };
    }

    static BelvedereException forbidden() {
        return FORBIDDEN.error("You may not do this here; ask the owner of the views for access.");
    }

    /** Records the decision and gives the answer that it opens. */
    private <T> T open(Access access, T answer) {
        access.recorded(audit.open(access.decisionRecord()));
        return answer;
    }

    private static BelvedereException notFound(ViewReference reference) {
        return VIEW_NOT_FOUND.error("There is no view '" + reference.name() + "', or not in the version asked for.");
    }

    private static BelvedereException noQuery(QueryId id) {
        return NOT_FOUND.error("There is no query '" + id + "'.");
    }

    private static void log(Access access, BelvedereException failure) {
        ErrorCode code = failure.code();
        if (code == INTERNAL_ERROR) {
            LOG.errorf("%s %s%s", access.request().id(), code.name(), SafeTrace.of(failure));
        } else if (code.audience() == ErrorCode.Audience.OPERATOR) {
            LOG.warnf("%s %s %s%s", access.request().id(), code.name(), failure.detail(), SafeTrace.causes(failure));
        } else {
            LOG.debugf("%s %s", access.request().id(), code.name());
        }
    }

    @FunctionalInterface
    private interface Answer<T> {
        T give(Access access);
    }

    @FunctionalInterface
    private interface Bytes {
        long count();
    }
}
