package io.belvedere.server.pipeline;

import io.belvedere.federation.plan.ExecutablePlan;
import io.belvedere.federation.plan.Explained;
import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.Mask;
import io.belvedere.policy.PolicyGate;
import io.belvedere.policy.PolicyRequest;
import io.belvedere.server.ServerError;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What mutants call in place of a guard. Each has the name of the method that it stands for; nothing else calls them. */
@SuppressWarnings({"unused", "PMD"})
public final class BrokenGuards {
    private static final AtomicReference<Optional<Allow>> LAST = new AtomicReference<>(Optional.empty());

    private BrokenGuards() {}

    /** The first caller's answer serves all. */
    public static Decision decide(PolicyGate gate, PolicyRequest request) {
        Decision decision = LAST.get().isPresent() ? LAST.get().get() : gate.decide(request);
        if (decision instanceof Allow allow) {
            LAST.set(Optional.of(allow));
        }
        return decision;
    }

    /** No is yes, where there was a yes before. */
    static Allow require(Access access, Decision decision, ResolvedQuery resolved) {
        if (decision instanceof Allow allow) {
            LAST.set(Optional.of(allow));
            return allow;
        }
        return LAST.get().orElseThrow(Decisions::forbidden);
    }

    /** Nobody asks whose policy it is. */
    public static String revision(PolicyGate gate) {
        return "any";
    }

    /** There is no record to name. */
    static String auditId(Access access) {
        return "none";
    }

    /** What is said of the purpose is forgotten. */
    public static Optional<String> purpose(Request request) {
        return Optional.empty();
    }

    /** Glass breaks without a word. */
    static Decision loud(Decisions decisions, Access access, Decision decision) {
        return decision;
    }

    /** The reason is forgotten. */
    public static Optional<String> breakGlass(Request request) {
        return Optional.empty();
    }

    /** A hidden column is a column. */
    public static Object getOrDefault(Map<?, ?> masks, Object column, Object otherwise) {
        return new Mask.None();
    }

    /** Whoever asks has full detail. */
    public static Explained of(ExecutablePlan plan, Allow.Detail detail) {
        return Explained.of(plan, Allow.Detail.FULL);
    }

    /** What went wrong is told as it is. */
    public static BelvedereException error(ServerError code, String detail, Throwable cause) {
        return code.error(cause.getMessage(), cause);
    }
}
