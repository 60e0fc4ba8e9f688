package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import io.belvedere.policy.BundleCheck.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides in this process with the policy of a bundle that a server offers. {@link #check} asks for a newer one, which takes the place of
 * the one before at once or not at all: a bundle that is damaged, not signed with the key, older, or of no use leaves it as it is.
 *
 * <p>Fails closed: without a bundle, or when no check said for as long as the address allows that the policy is still the newest, each
 * question is {@code POLICY_UNAVAILABLE}. Age is measured on the monotonic clock. Which policies were replaced is known to the gates of
 * later starts too where the address names a file for it.
 *
 * <p>Safe for use by many threads; one thread checks at a time. Whoever opens a gate closes it.
 */
public final class BundlePolicyGate implements PolicyGate {
    private final BundleAddress address;
    private final BundleClient client;
    private final WasmPolicyGate gate;
    private final LongSupplier nanos;
    private volatile long confirmed;
    private volatile boolean loaded;
    // Guarded by this.
    private Optional<String> tag = Optional.empty();
    private BundleMemory memory;
    private String archive = "";

    BundlePolicyGate(BundleAddress address, EvaluatorPool.Limits limits, LongSupplier nanos) {
        this.address = address;
        // Before anything that would have to be closed.
        this.memory = BundleMemory.load(address.memory());
        this.client = new BundleClient(address);
        this.gate = WasmPolicyGate.withoutPolicy(limits);
        this.nanos = nanos;
        this.confirmed = nanos.getAsLong();
    }

    /** A gate that refuses until the first {@link #check} brought a policy. Throws {@code POLICY_FILE_INVALID} for a memory that cannot be read. */
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
            memory.requireNotOlder(bundle.revision());
            step = Reason.UNUSABLE;
            String before = gate.revision();
            activate(bundle);
            tag = offered.tag();
            archive = digest;
            loaded = true;
            current();
            return before.equals(revision) ? new BundleCheck.Current() : new BundleCheck.Activated(before, revision);
        } catch (BelvedereException why) {
            return new BundleCheck.Kept(step, revision, why);
        }
    }

    /** It is remembered before it decides, and forgotten again where it cannot. */
    private void activate(PolicyBundle bundle) {
        if (loaded && memory.active().filter(bundle.revision()::equals).isPresent()) {
            return;
        }
        BundleMemory next = memory.with(bundle.revision());
        next.store(address.memory());
        try {
            gate.activate(bundle);
        } catch (RuntimeException useless) {
            memory.store(address.memory());
            throw useless;
        }
        memory = next;
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
