package io.belvedere.policy;

import com.styra.opa.wasm.OpaPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of instances of one compiled policy with its data.
 *
 * <p>An instance serves one evaluation at a time, on a thread of the pool's own, so that a caller's wait is bounded even where
 * an evaluation is not. Compiling one takes half a second: all are compiled when the pool opens. One that failed or was given
 * up is thrown away and compiled anew by the pool's thread, not by a request.
 */
final class EvaluatorPool implements AutoCloseable {
    private static final String ENTRYPOINT = "belvedere/authz/decision";
    /** Of 64 KiB each. */
    private static final int MEMORY_PAGES_INITIAL = 64;

    private static final int MEMORY_PAGES_MAX = 1_024;

    /**
     * How much a pool may use and how long a caller waits.
     *
     * @param instances how many evaluations run at once
     * @param loan how long a caller waits for a free instance
     * @param evaluation how long one evaluation may take
     */
    record Limits(int instances, Duration loan, Duration evaluation) {
        static final int INSTANCES_MAX = 64;
        static final Duration LOAN_MAX = Duration.ofMillis(500);

        Limits {
            if (instances < 1 || instances > INSTANCES_MAX) {
                throw new IllegalArgumentException("a pool has 1 to " + INSTANCES_MAX + " instances");
            }
            if (loan.compareTo(LOAN_MAX) > 0) {
                throw new IllegalArgumentException("a caller waits at most " + LOAN_MAX + " for an instance");
            }
        }

        /** As many instances as processors, 2 to 8. */
        static Limits forThisMachine() {
            int instances = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
            return new Limits(instances, LOAN_MAX, Duration.ofSeconds(1));
        }
    }

    private final PolicyBundle bundle;
    private final Limits limits;
    private final Semaphore free;
    private final ConcurrentLinkedDeque<OpaPolicy> idle = new ConcurrentLinkedDeque<>();
    private final ExecutorService threads;

    private EvaluatorPool(PolicyBundle bundle, Limits limits) {
        this.bundle = bundle;
        this.limits = limits;
        this.free = new Semaphore(limits.instances(), true);
        this.threads = Executors.newFixedThreadPool(
                limits.instances(),
                Thread.ofPlatform().daemon().name("policy-", 0).factory());
    }

    /** Compiles every instance; throws {@code POLICY_UNAVAILABLE} when the policy cannot be compiled. */
    static EvaluatorPool open(PolicyBundle bundle, Limits limits) {
        EvaluatorPool pool = new EvaluatorPool(bundle, limits);
        try {
            List<Future<OpaPolicy>> compiled = new ArrayList<>();
            for (int i = 0; i < limits.instances(); i++) {
                compiled.add(pool.threads.submit(pool::compile));
            }
            for (Future<OpaPolicy> instance : compiled) {
                pool.idle.add(instance.get());
            }
            return pool;
        } catch (ExecutionException e) {
            pool.close();
            throw PolicyError.POLICY_UNAVAILABLE.error("The policy cannot be started; check policy.wasm.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            pool.close();
            throw PolicyError.POLICY_UNAVAILABLE.error("The policy was stopped while it started.", e);
        }
    }

    /**
     * What the policy says about an input, as JSON; empty when this pool was closed, so that the caller asks the one that took
     * its place. Throws {@code POLICY_UNAVAILABLE} when there is no answer in time.
     */
    Optional<String> evaluate(String input) {
        return evaluate(input, limits.evaluation());
    }

    /** As {@link #evaluate(String)}, with another limit for the evaluation. */
    Optional<String> evaluate(String input, Duration evaluationMax) {
        try {
            if (!free.tryAcquire(limits.loan().toNanos(), TimeUnit.NANOSECONDS)) {
                throw PolicyError.POLICY_UNAVAILABLE.error("Policy is busy; try again in a moment.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PolicyError.POLICY_UNAVAILABLE.error("The request was stopped while it waited for policy.", e);
        }
        Evaluation evaluation = new Evaluation(input);
        try {
            threads.execute(evaluation);
        } catch (RejectedExecutionException e) {
            free.release();
            return Optional.empty();
        }
        return Optional.of(await(evaluation.answer, evaluationMax));
    }

    private static String await(FutureTask<String> answer, Duration max) {
        try {
            return answer.get(max.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw PolicyError.POLICY_UNAVAILABLE.error("Policy took too long to answer.", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw PolicyError.POLICY_UNAVAILABLE.error("The request was stopped while policy decided.", e);
        } catch (ExecutionException e) {
            throw PolicyError.POLICY_UNAVAILABLE.error("Policy failed; the server's log says how.", e);
        }
    }

    /** Lets evaluations that have begun end, and takes no more. */
    @Override
    public void close() {
        threads.shutdown();
    }

    private OpaPolicy compile() {
        return OpaPolicy.builder()
                .withInitialMemory(MEMORY_PAGES_INITIAL)
                .withMaxMemory(MEMORY_PAGES_MAX)
                .withPolicy(bundle.policy())
                .build()
                .data(bundle.data())
                .entrypoint(ENTRYPOINT);
    }

    /** One evaluation with a borrowed instance; gives the instance, or a new one in its place, back before the permit. */
    private final class Evaluation implements Runnable {
        private final FutureTask<String> answer;
        /** Only the pool's thread that runs the evaluation touches it; null until it has an instance. */
        private @Nullable OpaPolicy instance;

        private Evaluation(String input) {
            this.answer = new FutureTask<>(() -> evaluateNow(input));
        }

        private String evaluateNow(String input) {
            OpaPolicy policy = idle.poll();
            if (policy == null) {
                policy = compile();
            }
            instance = policy;
            return policy.evaluate(input);
        }

        @Override
        public void run() {
            try {
                answer.run();
                OpaPolicy used = instance;
                if (used != null) {
                    idle.add(answer.state() == Future.State.SUCCESS ? used : compileAgain());
                }
            } finally {
                free.release();
            }
        }

        /** After a failure the instance's memory is in an unknown state. */
        private OpaPolicy compileAgain() {
            // The interrupt that ended the evaluation must not end the compilation.
            boolean _ = Thread.interrupted();
            return compile();
        }
    }
}
