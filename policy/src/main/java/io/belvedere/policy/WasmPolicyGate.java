package io.belvedere.policy;

import io.belvedere.model.error.BelvedereException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Decides in this process: the policy is Rego, compiled to Wasm, and never sees a network, a file or a clock.
 *
 * <p>A gate without a usable policy is a gate that refuses: each question is {@code POLICY_UNAVAILABLE} until one is
 * activated. Safe for use by many threads; {@link #activate} and {@link #close} as well. Whoever opens a gate closes it.
 */
public final class WasmPolicyGate implements PolicyGate {
    private final EvaluatorPool.Limits limits;
    /** Written under this gate's lock, read without it. */
    private volatile State state;

    /** What a gate does with a question. */
    private sealed interface State {
        record Deciding(EvaluatorPool pool, PolicyRevision revision) implements State {}

        record Broken(BelvedereException problem) implements State {}

        record Closed() implements State {}
    }

    /**
     * A gate with a policy. Compiles it, which takes about a second; throws {@code POLICY_UNAVAILABLE} or
     * {@code POLICY_INVALID} when the policy cannot be started or cannot answer a first question.
     */
    public WasmPolicyGate(PolicyBundle bundle) {
        this(bundle, EvaluatorPool.Limits.forThisMachine());
    }

    WasmPolicyGate(PolicyBundle bundle, EvaluatorPool.Limits limits) {
        this(limits, start(bundle, limits));
    }

    private WasmPolicyGate(EvaluatorPool.Limits limits, State state) {
        this.limits = limits;
        this.state = state;
    }

    /**
     * A gate with the policy of a folder, or with the built-in one, which grants nothing, where there is no folder. Never
     * throws: where the policy is broken the gate refuses every question, and {@link #problem()} says why.
     */
    public static WasmPolicyGate open(Optional<Path> folder) {
        EvaluatorPool.Limits limits = EvaluatorPool.Limits.forThisMachine();
        try {
            return new WasmPolicyGate(folder.map(PolicyBundle::read).orElseGet(PolicyBundle::builtIn), limits);
        } catch (BelvedereException e) {
            return new WasmPolicyGate(limits, new State.Broken(e));
        }
    }

    /** A gate that has no policy yet and refuses every question. */
    static WasmPolicyGate withoutPolicy(EvaluatorPool.Limits limits) {
        return new WasmPolicyGate(
                limits, new State.Broken(PolicyError.POLICY_UNAVAILABLE.error("There is no policy yet.")));
    }

    @Override
    public Decision decide(PolicyRequest request) {
        byte[] input = PolicyInput.of(request).bytes();
        String text = new String(input, StandardCharsets.UTF_8);
        String inputSha256 = Sha256.hex(input);
        while (true) {
            State.Deciding deciding = requireDeciding();
            Optional<Decision> decision =
                    decide(deciding, text, new ReplyReader(request, inputSha256, deciding.revision()));
            if (decision.isPresent()) {
                return decision.get();
            }
            // The pool was closed under us: there is a newer policy, or the gate is closed and says so above.
        }
    }

    /**
     * Puts another policy in the place of the one that decides. It is compiled and asked a first question before; when that
     * fails this throws, and the policy that decided goes on deciding.
     */
    public void activate(PolicyBundle bundle) {
        State next = start(bundle, limits);
        stop(replace(next));
    }

    @Override
    public Optional<BelvedereException> problem() {
        return switch (state) {
            case State.Deciding _ -> Optional.empty();
            case State.Broken(BelvedereException problem) -> Optional.of(problem);
            case State.Closed _ -> Optional.of(closed());
        };
    }

    /** The revision that decides now; {@code none} while nothing does. */
    @Override
    public String revision() {
        return state instanceof State.Deciding(EvaluatorPool _, PolicyRevision revision) ? revision.toString() : "none";
    }

    @Override
    public void close() {
        stop(replace(new State.Closed()));
    }

    /** The state to stop: the one before, or, on a gate that was closed, the new one. */
    private synchronized State replace(State next) {
        if (state instanceof State.Closed) {
            return next;
        }
        State before = state;
        state = next;
        return before;
    }

    private State.Deciding requireDeciding() {
        return switch (state) {
            case State.Deciding deciding -> deciding;
            case State.Broken(BelvedereException problem) ->
                throw PolicyError.POLICY_UNAVAILABLE.error("There is no policy that can decide.", problem);
            case State.Closed _ -> throw closed();
        };
    }

    private static Optional<Decision> decide(State.Deciding deciding, String input, ReplyReader reader) {
        return deciding.pool()
                .evaluate(input)
                .map(result -> reader.readResultSet(result.getBytes(StandardCharsets.UTF_8)));
    }

    private static State start(PolicyBundle bundle, EvaluatorPool.Limits limits) {
        State.Deciding started = new State.Deciding(EvaluatorPool.open(bundle, limits), bundle.revision());
        try {
            FirstQuestion.ask(started.pool(), started.revision(), limits.instances());
            return started;
        } catch (BelvedereException e) {
            started.pool().close();
            throw e;
        }
    }

    private static void stop(State state) {
        if (state instanceof State.Deciding(EvaluatorPool pool, PolicyRevision _)) {
            pool.close();
        }
    }

    private static BelvedereException closed() {
        return PolicyError.POLICY_UNAVAILABLE.error("The policy gate is closed.");
    }
}
