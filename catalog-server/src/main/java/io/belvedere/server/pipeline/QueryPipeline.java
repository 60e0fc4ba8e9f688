package io.belvedere.server.pipeline;

import static io.belvedere.federation.FederationError.VIEW_NOT_FOUND;
import static io.belvedere.server.ServerError.NOT_FOUND;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.federation.OutputColumn;
import io.belvedere.federation.dimension.AtHand;
import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.run.Actuals;
import io.belvedere.federation.run.RowStream;
import io.belvedere.federation.run.RunContext;
import io.belvedere.federation.sql.Asked;
import io.belvedere.federation.sql.QueryText;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.federation.weave.Weaver.Described;
import io.belvedere.model.ViewId;
import io.belvedere.model.ViewName;
import io.belvedere.model.ViewReference;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Deadline;
import io.belvedere.model.access.Operation;
import io.belvedere.model.access.Protocol;
import io.belvedere.model.access.QueryId;
import io.belvedere.model.catalog.Catalog;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.error.ErrorCode;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.PolicyGate;
import io.belvedere.server.pipeline.ResultSink.Head;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The walk. Every door ends here: there is no second way to a row, a contract or another caller's query. One policy call decides
 * the whole request, its decision is on the disk before a source is asked, and its outcome before the answer is called complete.
 *
 * <p>Safe for use by many threads; a call blocks until the request is over.
 */
public final class QueryPipeline {
    /** The columns of a plan, or of what policy limits, as a result. */
    public static final List<OutputColumn> EXPLAINED = TextRows.COLUMNS;

    private final Supplier<Catalog> catalog;
    private final String policyEngine;
    private final Walk walk;
    private final RunningQueries queries;
    private final Clock clock;
    private final Decisions decisions;
    private final Recording recording;
    private final Previewer previewer;
    private final ViewsBelow below;
    private final GroupWatch groups;

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
        this.policyEngine = policyEngine;
        this.walk = walk;
        this.queries = queries;
        this.clock = clock;
        this.decisions = new Decisions(policy, clock);
        this.recording = new Recording(audit, policyEngine, queries, observer);
        this.below = new ViewsBelow(walk);
        this.groups = new GroupWatch(audit::note, System::nanoTime);
        this.previewer = new Previewer(policy, walk);
    }

    /**
     * Answers a query into the sink. Throws while the sink has sent nothing; afterwards the terminal frame says what went wrong.
     */
    public void query(Request request, QueryText text, ResultSink sink) {
        result(request, Operation.QUERY, sink, access -> stream(access, text, sink));
    }

    /**
     * As {@link #query}, to take the rows away: policy decides on it apart, it has limits of its own, it waits for those who sit before a
     * screen, and it has every row or fails.
     */
    public void export(Request request, QueryText text, ResultSink sink) {
        result(request, Operation.EXPORT, sink, access -> {
            stream(access, text, sink);
            access.requireEverySource();
        });
    }

    private void result(Request request, Operation operation, ResultSink sink, Consumer<Access> work) {
        try (Access access = recording.begin(request, operation)) {
            recording.recorded(access, sink::bytes, () -> work.accept(access));
            if (!sink.committed()) {
                access.requireSuccess();
            }
            ResultEnd end = access.end();
            access.query().ending(() -> sink.end(end));
        }
    }

    /** The columns of a query's result. Policy is asked as for the query itself and its answer recorded; no source is asked. */
    public List<OutputColumn> columns(Request request, QueryText text) {
        return recording.answered(request, Operation.QUERY, access -> {
            ResolvedQuery resolved = resolved(access, text);
            Allow allow = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
            ExecutablePlan plan = walk.prepare().prepare(resolved, allow, AtHand.none());
            access.stepDone("plan", "ending");
            return plan.columns();
        });
    }

    /** As {@link #columns}, of a query whose parameters have no values yet, with the types that they are best given in. */
    public Described prepare(Request request, String sql) {
        return recording.answered(request, Operation.QUERY, access -> {
            ResolvedQuery resolved = resolved(access, QueryText.open(sql));
            Allow allow = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
            Described described = walk.describe().describe(resolved, allow);
            access.stepDone("plan", "ending");
            return described;
        });
    }

    private void stream(Access access, QueryText text, ResultSink sink) {
        Caller caller = access.request().caller();
        sink.watch(access.query());
        queries.rates().requireRoom(caller);
        access.admitted(queries.admit(access.query()));
        ResolvedQuery resolved = access.resolved(walk.resolve().resolve(text, catalog.get()));
        Allow allow = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
        recording.decision(access);
        groups.asks(caller, access.request().id(), text, allow);
        try (AtHand dimensions = dimensions(access, resolved)) {
            ExecutablePlan plan = walk.prepare().prepare(resolved, allow, dimensions);
            ResultLimits limits = queries.limits(access.operation(), plan.limits());
            access.query().within(limits.timeout());
            access.stepDone("plan", "running");
            sink.begin(new Head(access.request().id(), access.auditId(), plan.columns(), access.deprecated()));
            RunContext context = access.context().with(dimensions);
            run(access, resolved.views(), () -> answer(resolved, plan, allow, context), batch -> {
                queries.rates().requireRoom(caller);
                access.counts(batch.getRowCount(), limits.rowsMax());
                long before = sink.bytes();
                access.query().writing(() -> sink.write(batch));
                access.delivered(batch.getRowCount());
                queries.rates().took(caller, batch.getRowCount(), sink.bytes() - before);
                access.wrote(sink.bytes(), limits.bytesMax());
            });
        }
    }

    /** The rows of the query's dimensions, one generation of each for all of the query; a load is waited for within the query's time. */
    private AtHand dimensions(Access access, ResolvedQuery resolved) {
        if (resolved.dimensions().isEmpty()) {
            return AtHand.none();
        }
        Duration left = access.query().deadline().remaining();
        Duration views = resolved.timeout();
        AtHand taken = walk.take().take(resolved, Deadline.after(left.compareTo(views) < 0 ? left : views));
        try {
            access.stepDone("dimensions", "planning");
            return taken;
        } catch (RuntimeException stopped) {
            taken.close();
            throw stopped;
        }
    }

    private RowStream answer(ResolvedQuery resolved, ExecutablePlan plan, Allow allow, RunContext context) {
        return walk.answer()
                .open(resolved, plan, allow, context, () -> walk.run().open(plan, allow, context));
    }

    /** Runs under a decision that still holds, and hands on each batch. */
    private void run(
            Access access, List<ViewDefinition> views, Supplier<RowStream> running, Consumer<VectorSchemaRoot> to) {
        RunningQuery query = access.query();
        decisions.confirm(access, views, Decisions.AGE_AT_START);
        try (RowStream rows = running.get()) {
            query.attach(rows);
            while (rows.next()) {
                decisions.confirm(access, views, Decisions.AGE_WHILE_STREAMING);
                to.accept(rows.batch());
            }
            access.ranToItsEnd(rows);
        } finally {
            query.detach();
        }
    }

    /** How a query would run, or did: its shape, and everything else for callers with full detail. */
    public Explanation explain(Request request, Asked.Plan asked) {
        return recording.answered(request, operation(asked), access -> explained(access, asked));
    }

    /** As {@link #explain(Request, Asked.Plan)}, as a result with one column of text; {@code form} writes its rows. */
    public void explain(Request request, Asked.Plan asked, Function<Explanation, List<String>> form, ResultSink sink) {
        lines(request, operation(asked), access -> form.apply(explained(access, asked)), sink);
    }

    /** What policy limits in a query, for its own caller and in plain words. Nothing is planned, and no source is asked. */
    public PolicyExplanation explainPolicy(Request request, QueryText text) {
        return recording.answered(request, Operation.EXPLAIN, access -> policyExplained(access, text));
    }

    /** As {@link #explainPolicy(Request, QueryText)}, as a result with one column of text; {@code form} writes its rows. */
    public void explainPolicy(
            Request request, QueryText text, Function<PolicyExplanation, List<String>> form, ResultSink sink) {
        lines(request, Operation.EXPLAIN, access -> form.apply(policyExplained(access, text)), sink);
    }

    private PolicyExplanation policyExplained(Access access, QueryText text) {
        ResolvedQuery resolved = resolved(access, text);
        Allow allow = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
        recording.decision(access);
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
        return recording.answered(request, Operation.PREVIEW, access -> {
            ResolvedQuery resolved = resolved(access, text);
            Allow own = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
            Instant now = clock.instant();
            List<Previewer.Answer> answers = callers.stream()
                    .map(caller -> previewer.ask(request, caller, resolved, now))
                    .toList();
            access.looksAs(
                    answers.stream().map(answer -> answer.record(policyEngine)).toList());
            recording.decision(access);
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

    private void lines(Request request, Operation operation, Recording.Answer<List<String>> answer, ResultSink sink) {
        result(request, operation, sink, access -> {
            sink.watch(access.query());
            List<String> rows = answer.give(access);
            sink.begin(new Head(request.id(), access.auditId(), TextRows.COLUMNS, access.deprecated()));
            try (TextRows text = TextRows.of(rows)) {
                access.query().writing(() -> sink.write(text.batch()));
            }
            access.delivered(rows.size());
        });
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
        Allow allow = Decisions.require(access, decisions.decide(access, resolved.views()), resolved);
        recording.decision(access);
        try (AtHand dimensions = dimensions(access, resolved)) {
            GovernedQuery governed = walk.weave().weave(resolved, allow, dimensions);
            access.query().within(governed.limits().timeout());
            ExecutablePlan plan = walk.plan().plan(governed, resolved.catalog());
            Explained explained = Explained.of(plan, allow.detail(), dimensions);
            Optional<Explanation.Ran> ran = Optional.empty();
            if (asked.run() == Asked.Run.YES) {
                access.stepDone("plan", "running");
                RunContext context = access.context().with(dimensions);
                run(access, resolved.views(), () -> walk.run().open(plan, allow, context), batch -> {
                    access.counts(batch.getRowCount(), plan.limits().rowsMax());
                    access.drops(batch.getRowCount());
                });
                explained = Actuals.of(explained, access.query().timeline().entries());
                ran = Optional.of(access.ran());
            } else {
                access.stepDone("plan", "ending");
            }
            return new Explanation(access.request().id(), access.auditId(), plan.columns(), explained, ran);
        }
    }

    /** The contracts of every view, in the newest version the caller may see. */
    public List<Contract> describe(Request request) {
        return described(request, _ -> true, Contract::newest);
    }

    /**
     * The contracts of every version that the caller may see of the views that are wanted. Policy is asked about no others, but for those
     * that they stand on.
     *
     * @param wanted a view is wanted when one of its versions is
     */
    public List<Contract> contracts(Request request, Predicate<ViewId> wanted) {
        return described(request, wanted, Contract::all);
    }

    /** All of what the caller may see, or an error: a list that is short because something failed would be a lie. */
    private List<Contract> described(
            Request request,
            Predicate<ViewId> wanted,
            BiFunction<List<ViewDefinition>, Allow, List<Contract>> contracts) {
        return recording.answered(request, Operation.DESCRIBE, access -> {
            Catalog published = catalog.get();
            Set<ViewName> names = published.views().stream()
                    .map(ViewDefinition::id)
                    .filter(wanted)
                    .map(ViewId::name)
                    .collect(Collectors.toSet());
            List<ViewDefinition> views = published.views().stream()
                    .filter(view -> names.contains(view.id().name()))
                    .toList();
            List<ViewDefinition> touched = below.with(views, published);
            access.uses(touched);
            Allow allow = Decisions.require(access, decisions.decide(access, touched));
            return recording.open(access, contracts.apply(below.found(views, published, allow), allow));
        });
    }

    /** The contract that the reference names, as far as the caller may see it; a hidden one is as absent as an absent one. */
    public Contract describe(Request request, ViewReference reference) {
        return recording.answered(request, Operation.DESCRIBE, access -> {
            Catalog published = catalog.get();
            List<ViewDefinition> versions = published.versionsOf(reference.name());
            List<ViewDefinition> touched = below.with(versions, published);
            access.uses(touched);
            Optional<Contract> contract = decisions.decide(access, touched) instanceof Allow allow
                    ? recording.open(access, Contract.find(below.found(versions, published, allow), reference, allow))
                    : Optional.empty();
            return contract.orElseThrow(() -> access.refusedWith(notFound(reference)));
        });
    }

    /** The caller's own queries; those of all callers with full detail. */
    public List<QueryStatus> queries(Request request) {
        return recording.answered(request, Operation.MONITOR, access -> {
            Allow allow = Decisions.require(access, decisions.decide(access, List.of()));
            return recording.open(
                    access,
                    queries.all().stream()
                            .flatMap(status -> status.visibleTo(request.caller(), allow.detail()).stream())
                            .toList());
        });
    }

    /** One query; another caller's is as absent as one that never ran, unless the caller has full detail. */
    public QueryStatus findQuery(Request request, QueryId id) {
        return recording.answered(request, Operation.MONITOR, access -> {
            Allow allow = Decisions.require(access, decisions.decide(access, List.of()));
            return recording
                    .open(
                            access,
                            queries.find(id).flatMap(status -> status.visibleTo(request.caller(), allow.detail())))
                    .orElseThrow(() -> access.refusedWith(noQuery(id)));
        });
    }

    /** Stops a running query; one that has ended stays as it is. */
    public QueryStatus cancel(Request request, QueryId id) {
        return recording.answered(request, Operation.CANCEL, access -> {
            Allow allow = Decisions.require(access, decisions.decide(access, List.of()));
            QueryStatus status = recording
                    .open(access, queries.find(id).flatMap(found -> found.visibleTo(request.caller(), allow.detail())))
                    .orElseThrow(() -> access.refusedWith(noQuery(id)));
            queries.findRunning(id).ifPresent(running -> running.interrupt(Interruption.CANCEL));
            return status;
        });
    }

    /** Something about the server itself that only callers with full detail may know; for all others it does not exist. */
    public <T> T inspect(Request request, Supplier<T> fact) {
        return recording.answered(request, Operation.MONITOR, access -> {
            if (decisions.decide(access, List.of()) instanceof Allow allow && allow.detail() == Allow.Detail.FULL) {
                return recording.open(access, fact.get());
            }
            throw access.refusedWith(NOT_FOUND.error("There is nothing here."));
        });
    }

    /**
     * Changes something that the server keeps, for callers who may administer it; who does and what is on the disk before it is done.
     *
     * @param what the change, as it is noted in the audit log; throws for what is not there, of which then nothing is noted
     */
    public <T> T administer(Request request, Supplier<AdminRecord> what, Supplier<T> change) {
        return recording.answered(request, Operation.ADMINISTER, access -> {
            Decisions.require(access, decisions.decide(access, List.of()));
            recording.decision(access);
            recording.note(access, what.get());
            return change.get();
        });
    }

    /** Records a request whose credentials were missing or wrong; it goes no further. */
    public void reject(QueryId id, Protocol protocol, Optional<String> remoteAddress, ErrorCode why) {
        recording.reject(id, protocol, remoteAddress, why);
    }

    /** Records a request that was turned away before it was looked at. */
    public void turnAway(Request request, BelvedereException why) {
        try (Access access = recording.begin(request, Operation.QUERY)) {
            recording.recorded(access, () -> 0, () -> {
                throw why;
            });
        }
    }

    /** Records an attempt by a caller who was let in, and gives it the refusal that it ends with. */
    public BelvedereException refuse(Request request, BelvedereException why) {
        try {
            return recording.answered(request, Operation.QUERY, access -> {
                throw access.refusedWith(why);
            });
        } catch (BelvedereException refusal) {
            return refusal;
        }
    }

    /** How often a request to break the glass was answered with {@code allow} or {@code deny}. */
    public long glassBroken(String effect) {
        return decisions.glassBroken(effect);
    }

    /** How often a caller asked a view in groups for more different groupings than one needs. */
    public long groupAlarms() {
        return groups.alarms();
    }

    private static BelvedereException notFound(ViewReference reference) {
        return VIEW_NOT_FOUND.error("There is no view '" + reference.name() + "', or not in the version asked for.");
    }

    private static BelvedereException noQuery(QueryId id) {
        return NOT_FOUND.error("There is no query '" + id + "'.");
    }
}
