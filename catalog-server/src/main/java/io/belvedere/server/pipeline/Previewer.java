package io.belvedere.server.pipeline;

import io.belvedere.audit.DecisionRecord;
import io.belvedere.federation.plan.WovenQuery;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.federation.weave.GovernedQuery;
import io.belvedere.model.ColumnName;
import io.belvedere.model.access.Caller;
import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.expr.Condition;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.Deny;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.policy.ViewAccess;
import io.belvedere.server.pipeline.Preview.Seen;
import io.belvedere.server.pipeline.Preview.SeenColumn;
import io.belvedere.server.pipeline.Preview.SeenView;
import io.belvedere.server.pipeline.Preview.Told;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks policy about other callers and weaves what it says. What the one who looks may not know is left out of everything: columns are
 * hidden before the query is woven, as if they were hidden from the other caller too. Safe for use by many threads.
 */
final class Previewer {
    private final PolicyGate policy;
    private final Walk walk;

    Previewer(PolicyGate policy, Walk walk) {
        this.policy = policy;
        this.walk = walk;
    }

    /** A caller, and what policy says about them. */
    record Answer(Caller caller, Decision decision) {
        DecisionRecord.Previewed record(String engine) {
            return new DecisionRecord.Previewed(caller, AuditFacts.of(decision, engine));
        }
    }

    /** What policy says now to a query of the caller's. */
    Answer ask(Request request, Caller as, ResolvedQuery query, Instant now) {
        return new Answer(
                as,
                policy.decide(new PolicyRequest(
                        as, request.purpose(), Operation.QUERY, request.protocol(), now, query.views())));
    }

    /** What the caller would see, as far as {@code own}, what the one who looks may know, allows to say. */
    Seen look(Answer answer, ResolvedQuery query, Allow own) {
        return switch (answer.decision()) {
            case Deny deny -> refused(answer.caller(), deny, query);
            case Allow allow -> allowed(answer.caller(), allow.without(own), query, own);
        };
    }

    private static Seen refused(Caller caller, Deny deny, ResolvedQuery query) {
        BelvedereException told = switch (deny.existence()) {
            case HIDDEN -> query.notFound();
            case KNOWN -> Decisions.forbidden();
        };
        return new Seen(
                caller,
                false,
                deny.reason(),
                deny.revision(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(told(told)));
    }

    private Seen allowed(Caller caller, Allow allow, ResolvedQuery query, Allow own) {
        List<SeenView> views = query.views().stream()
                .map(view -> view(view, allow.requireRows(view.id()), own))
                .toList();
        try {
            GovernedQuery woven = walk.weave().weave(query, allow);
            WovenQuery text = WovenQuery.of(woven);
            boolean all =
                    own.detail() == Allow.Detail.FULL && query.views().stream().allMatch(view -> knows(own, view));
            return new Seen(
                    caller,
                    true,
                    allow.reason(),
                    allow.revision(),
                    allow.until(),
                    views,
                    woven.columns(),
                    Optional.of(text.shape()),
                    Optional.of(text.tree()).filter(_ -> all),
                    Optional.empty());
        } catch (BelvedereException problem) {
            return new Seen(
                    caller,
                    true,
                    allow.reason(),
                    allow.revision(),
                    allow.until(),
                    views,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(told(problem)));
        }
    }

    private static Told told(BelvedereException problem) {
        return new Told(problem.code().name(), problem.detail());
    }

    private static SeenView view(ViewDefinition view, ViewAccess.Rows rows, Allow own) {
        List<SeenColumn> columns = view.columns().stream()
                .filter(column ->
                        !(rows.columns().getOrDefault(column.name(), new Mask.Hidden()) instanceof Mask.Hidden))
                .map(column -> {
                    Mask mask = rows.columns().getOrDefault(column.name(), new Mask.Hidden());
                    return new SeenColumn(
                            column.name().value(),
                            mask.typeOf(column.type()).toString(),
                            AuditFacts.word(mask),
                            MaskWords.of(mask));
                })
                .toList();
        return new SeenView(
                view.id().toString(), filter(view, rows.rule(), own), columns, rows.rowsMax(), rows.groupSizeMin());
    }

    private static Optional<String> filter(ViewDefinition view, ViewAccess.RowRule rule, Allow own) {
        return switch (rule) {
            case ViewAccess.RowRule.All _ -> Optional.empty();
            case ViewAccess.RowRule.Matching(Condition condition) -> {
                if (!ConditionText.fields(condition).stream().allMatch(field -> knows(own, view, field))) {
                    yield Optional.of("a condition on a column that is hidden from you");
                }
                yield Optional.of(
                        own.detail() == Allow.Detail.FULL
                                ? ConditionText.of(condition)
                                : AuditFacts.template(condition));
            }
        };
    }

    private static boolean knows(Allow own, ViewDefinition view) {
        return view.columns().stream().allMatch(column -> knows(own, view, column.name()));
    }

    private static boolean knows(Allow own, ViewDefinition view, ColumnName column) {
        Map<ColumnName, Mask> known = switch (own.views().getOrDefault(view.id(), new ViewAccess.None())) {
            case ViewAccess.None _ -> Map.of();
            case ViewAccess.Contract(var columns) -> columns;
            case ViewAccess.Rows rows -> rows.columns();
        };
        return !(known.getOrDefault(column, new Mask.Hidden()) instanceof Mask.Hidden);
    }
}
