package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.BundleCheck.Reason;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Decides in this process with the policy of a bundle that a server offers. {@link #check} asks for a newer one, which takes the place of
 * the one before at once or not at all: a bundle that is damaged, not signed with the key, older, or of no use leaves it as it is.
 *
 * <p>Fails closed: without a bundle, or when no check said for as long as the address allows that the policy is still the newest, each
 * question is {@code POLICY_UNAVAILABLE}. Age is measured on the monotonic clock. Which policies were replaced is known to this gate
 * only, not to the one of the next start.
 *
 * <p>Safe for use by many threads; one thread checks at a time. Whoever opens a gate closes it.
 */
public final class BundlePolicyGate implements PolicyGate {
    private static final int REPLACED_MAX = 1_000;

    private final BundleAddress address;
    private final BundleClient client;
    private final WasmPolicyGate gate;
    private final LongSupplier nanos;
    private volatile long confirmed;
    private volatile boolean loaded;
    // Guarded by this.
    private Optional<String> tag = Optional.empty();
    private Optional<PolicyRevision> active = Optional.empty();
    private String archive = "";
    private final Set<String> replaced = new LinkedHashSet<>();

    BundlePolicyGate(BundleAddress address, EvaluatorPool.Limits limits, LongSupplier nanos) {
        this.address = address;
        this.client = new BundleClient(address);
        this.gate = WasmPolicyGate.withoutPolicy(limits);
        this.nanos = nanos;
        this.confirmed = nanos.getAsLong();
    }

    /** A gate that refuses until the first {@link #check} brought a policy. */
    public static BundlePolicyGate open(BundleAddress address) {
        return new BundlePolicyGate(address, EvaluatorPool.Limits.forThisMachine(), System::nanoTime);
    }

    @Override
    public Decision decide(PolicyRequest request) {
        requireFresh();
        return gate.decide(request);
    }

    @Override
    public String revision() {
        return gate.revision();
    }

    @Override
    public Optional<BelvedereException> problem() {
        Optional<BelvedereException> own = gate.problem();
        return own.isPresent() || !isTooOld() ? own : Optional.of(tooOld());
    }

    /** How long ago a check last said that the policy is the newest; since the gate was opened where none did. */
    public Duration age() {
        return Duration.ofNanos(nanos.getAsLong() - confirmed);
    }

    /** Whether there is a policy at all. */
    public boolean isLoaded() {
        return loaded;
    }

    /** Asks the server once, and takes up a newer bundle. Never throws; blocks for half a minute at most, and while it compiles. */
    public synchronized BundleCheck check() {
        BundleClient.Answer answer;
        try {
            answer = client.ask(tag);
        } catch (BelvedereException why) {
            return new BundleCheck.Kept(Reason.UNREACHABLE, "", why);
        }
        return switch (answer) {
            case BundleClient.Answer.Unchanged _ -> current();
            case BundleClient.Answer.Bundle bundle -> {
                String digest = Sha256.hex(bundle.archive());
                if (digest.equals(archive)) {
                    tag = bundle.tag();
                    yield current();
                }
                yield take(bundle, digest);
            }
        };
    }

    private BundleCheck take(BundleClient.Answer.Bundle offered, String digest) {
        Reason step = Reason.DAMAGED;
        String revision = "";
        try {
            BundleArchive files = BundleArchive.read(offered.archive());
            step = Reason.SIGNATURE;
            address.key().ifPresent(key -> BundleSignature.require(files, key));
            step = Reason.UNUSABLE;
            PolicyBundle bundle = PolicyBundle.of(files);
            revision = bundle.revision().toString();
            step = Reason.OLDER;
            requireNotOlder(bundle.revision());
            step = Reason.UNUSABLE;
            String before = gate.revision();
            if (active.filter(bundle.revision()::equals).isEmpty()) {
                gate.activate(bundle);
            }
            activated(bundle.revision(), offered.tag(), digest);
            current();
            return before.equals(revision) ? new BundleCheck.Current() : new BundleCheck.Activated(before, revision);
        } catch (BelvedereException why) {
            return new BundleCheck.Kept(step, revision, why);
        }
    }

    private void requireNotOlder(PolicyRevision offered) {
        if (active.isEmpty()) {
            return;
        }
        String now = active.get().released();
        boolean newer = RevisionOrder.isOlder(now, offered.released());
        // What was replaced may come back under a newer revision; under another name nobody can tell that it was meant
        // to.
        if (RevisionOrder.isOlder(offered.released(), now) || (replaced.contains(offered.sha256()) && !newer)) {
            throw PolicyError.POLICY_FILE_INVALID.error("The policy bundle is refused: revision " + offered
                    + " is older than " + active.get() + ", which decides; publish it under a newer revision.");
        }
    }

    private void activated(PolicyRevision revision, Optional<String> newTag, String digest) {
        active.filter(before -> !before.sha256().equals(revision.sha256()))
                .ifPresent(before -> replaced.add(before.sha256()));
        if (replaced.size() > REPLACED_MAX) {
            replaced.remove(replaced.iterator().next());
        }
        active = Optional.of(revision);
        tag = newTag;
        archive = digest;
        loaded = true;
    }

    private BundleCheck current() {
        confirmed = nanos.getAsLong();
        return new BundleCheck.Current();
    }

    private boolean isTooOld() {
        return age().compareTo(address.ageMax()) > 0;
    }

    private void requireFresh() {
        if (loaded && isTooOld()) {
            throw tooOld();
        }
    }

    private BelvedereException tooOld() {
        return PolicyError.POLICY_UNAVAILABLE.error("For longer than " + address.ageMax()
                + " nobody has said that the policy is still the newest; the server of the bundle must answer.");
    }

    @Override
    public void close() {
        gate.close();
        client.close();
    }
}
