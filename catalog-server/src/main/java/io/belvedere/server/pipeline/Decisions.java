package io.belvedere.server.pipeline;

import static io.belvedere.server.ServerError.DECISION_CHANGED;
import static io.belvedere.server.ServerError.FORBIDDEN;

import io.belvedere.federation.sql.ResolvedQuery;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import io.belvedere.policy.Allow;
import io.belvedere.policy.Decision;
import io.belvedere.policy.Deny;
import io.belvedere.policy.PolicyGate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/** The one policy call of a request, and what follows from its answer. Safe for use by many threads. */
final class Decisions {
    private static final Logger LOG = Logger.getLogger(Decisions.class);
    /** How old a decision may be when the first source is asked: five seconds, for some of which its answer may have been kept. */
    static final Duration AGE_AT_START = Duration.ofSeconds(5).minus(RecentDecisions.AGE_MAX);
    /** How old it may be when a batch is handed on: a minute, counted likewise. */
    static final Duration AGE_WHILE_STREAMING = Duration.ofSeconds(60).minus(RecentDecisions.AGE_MAX);

    private final PolicyGate policy;
    private final Clock clock;
    private final Map<String, LongAdder> glassBroken = new ConcurrentHashMap<>();

    Decisions(PolicyGate policy, Clock clock) {
        this.policy = policy;
        this.clock = clock;
    }

    Decision decide(Access access, List<ViewDefinition> views) {
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
    long glassBroken(String effect) {
        LongAdder count = glassBroken.get(effect);
        return count == null ? 0 : count.sum();
    }

    /** A hidden view and an absent one end here with the same words, after the same policy call. */
    static Allow require(Access access, Decision decision, ResolvedQuery resolved) {
        if (resolved.hasUnresolved() || hides(decision)) {
            throw access.refusedWith(resolved.notFound());
        }
        return require(access, decision);
    }

    private static boolean hides(Decision decision) {
        return decision instanceof Deny deny && deny.existence() == Deny.Existence.HIDDEN;
    }

    static Allow require(Access access, Decision decision) {
        return switch (decision) {
            case Allow allow -> allow;
            case Deny _ -> throw access.refusedWith(forbidden());
        };
    }

    static BelvedereException forbidden() {
        return FORBIDDEN.error("You may not do this here; ask the owner of the views for access.");
    }

    /**
     * Asks policy once more when its answer is too old to act on: the process stood still, planning was slow, or the result is
     * long. Only the same answer lets the query go on; what was planned and given so far stands under the old one.
     */
    void confirm(Access access, List<ViewDefinition> views, Duration age) {
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
}
