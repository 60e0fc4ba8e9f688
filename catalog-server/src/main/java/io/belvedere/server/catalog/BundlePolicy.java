package io.belvedere.server.catalog;

import io.belvedere.audit.AdminRecord;
import io.belvedere.audit.AuditLog;
import io.belvedere.model.yaml.Diagnostic;
import io.belvedere.policy.BundleAddress;
import io.belvedere.policy.BundleCheck;
import io.belvedere.policy.BundlePolicyGate;
import io.belvedere.policy.PolicyGate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * The policy of a bundle that a server offers. One thread of its own asks for a newer one, so that a slow server holds up nothing else;
 * what is refused, and that nobody confirms the policy, is noted once in the log and in the audit log, and counted.
 */
public final class BundlePolicy implements PublishedPolicy {
    private static final Logger LOG = Logger.getLogger(BundlePolicy.class);
    /** How soon a server without any policy asks again. */
    private static final Duration FIRST_INTERVAL = Duration.ofSeconds(1);

    private final BundlePolicyGate gate;
    private final Duration interval;
    private final Duration warnAge;
    private final AuditLog audit;
    private final Map<BundleCheck.Reason, AtomicLong> kept = new EnumMap<>(BundleCheck.Reason.class);
    private final ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("policy-bundle").factory());
    // Owned by the asking thread, and by the starting one before that runs.
    private String notedAlarm = "";
    // Owned by the thread that watches folders.
    private Freshness noted = Freshness.FRESH;

    /**
     * @param interval how often the server is asked
     * @param warnAge after how long without a confirmation the log says so
     */
    public BundlePolicy(BundleAddress address, Duration interval, Duration warnAge, AuditLog audit) {
        this.gate = BundlePolicyGate.open(address);
        this.interval = interval;
        this.warnAge = warnAge;
        this.audit = audit;
        for (BundleCheck.Reason reason : BundleCheck.Reason.values()) {
            kept.put(reason, new AtomicLong());
        }
    }

    private enum Freshness {
        FRESH,
        AGEING,
        TOO_OLD
    }

    @Override
    public PolicyGate gate() {
        return gate;
    }

    @Override
    public String engine() {
        return "opa-wasm";
    }

    @Override
    public List<Diagnostic> problems() {
        return List.of();
    }

    /** How often an offer was not taken, or there was none, for this reason. */
    public long kept(BundleCheck.Reason reason) {
        AtomicLong count = kept.get(reason);
        return count == null ? 0 : count.get();
    }

    /** How long ago the server last said that the policy is the newest, in seconds. */
    public int ageSeconds() {
        return (int) Math.min(Integer.MAX_VALUE, gate.age().toSeconds());
    }

    @Override
    public void start() {
        ask();
    }

    private void ask() {
        try {
            note(gate.check());
        } catch (RuntimeException failure) {
            // What escaped here would end the asking; the policy grows old and in the end refuses.
            LOG.errorf(
                    "The policy bundle could not be looked at: %s",
                    failure.getClass().getName());
        } finally {
            Duration next = gate.isLoaded() || interval.compareTo(FIRST_INTERVAL) < 0 ? interval : FIRST_INTERVAL;
            if (!asking.isShutdown()) {
                var _ = asking.schedule(this::ask, next.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void note(BundleCheck check) {
        switch (check) {
            case BundleCheck.Current _ -> notedAlarm = "";
            case BundleCheck.Activated(String before, String revision) -> {
                notedAlarm = "";
                audit.note(new AdminRecord("policy_change", Map.of("before", before, "revision", revision)));
                LOG.infof("Policy: %s, of a bundle", revision);
            }
            case BundleCheck.Kept(BundleCheck.Reason reason, String offered, var why) -> {
                kept.computeIfAbsent(reason, _ -> new AtomicLong()).incrementAndGet();
                String alarm = reason + " " + offered;
                if (!alarm.equals(notedAlarm)) {
                    notedAlarm = alarm;
                    alarm(reason.name().toLowerCase(Locale.ROOT), Map.of("offered", offered));
                    LOG.errorf(
                            "%s %s What decided before (%s) goes on deciding until it is too old.",
                            why.code().name(), why.detail(), gate.revision());
                }
            }
        }
    }

    private void alarm(String why, Map<String, String> more) {
        Map<String, String> facts = new TreeMap<>(more);
        facts.put("why", why);
        facts.put("revision", gate.revision());
        audit.note(new AdminRecord("policy_alarm", facts));
    }

    /** Looks how old the confirmation is; the asking has its own thread. */
    @Override
    public void refresh() {
        Freshness now = freshness();
        if (now == noted) {
            return;
        }
        noted = now;
        switch (now) {
            case FRESH -> LOG.infof("The policy is confirmed again: %s", gate.revision());
            case AGEING ->
                LOG.warnf(
                        "For %d s nobody has confirmed that policy %s is the newest; it decides until it is too old.",
                        gate.age().toSeconds(), gate.revision());
            case TOO_OLD -> {
                LOG.errorf(
                        "For %d s nobody has confirmed that policy %s is the newest. Nothing is answered until the bundle's"
                                + " server is back.",
                        gate.age().toSeconds(), gate.revision());
                alarm("too_old", Map.of());
            }
        }
    }

    private Freshness freshness() {
        if (!gate.isLoaded()) {
            return Freshness.FRESH;
        }
        if (gate.problem().isPresent()) {
            return Freshness.TOO_OLD;
        }
        return gate.age().compareTo(warnAge) > 0 ? Freshness.AGEING : Freshness.FRESH;
    }

    @Override
    public void close() {
        asking.shutdownNow();
        gate.close();
    }
}
