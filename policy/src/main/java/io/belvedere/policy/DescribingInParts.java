package io.belvedere.policy;

import io.belvedere.model.access.Operation;
import io.belvedere.model.error.BelvedereException;
import io.belvedere.model.view.ViewDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks about many contracts in several questions, because one about thousands is longer than a question may be and takes longer than
 * an answer may. Describing is answered view by view, so the parts add up to the same answer; every other operation is one question.
 *
 * <p>How long a part is follows from how long the last ones took: policy is slow while the JVM has not compiled it and on a busy machine. A
 * part whose answer took too long all the same is asked in halves. What cannot be answered fails the whole list: a list without some of its
 * views would say that they do not exist.
 *
 * <p>Two parts are asked at once, and each is short, so that a long list holds nobody else up. All are answered by one revision, or they are asked again. Safe for use by many threads; closing it closes the gate behind.
 */
public final class DescribingInParts implements PolicyGate {
    static final int VIEWS_MAX = 200;
    static final int COLUMNS_MAX = 2_500;
    private static final int VIEWS_FIRST = 25;
    private static final int ATTEMPTS = 3;
    private static final int TOO_LONG_MAX = 12;
    /** A part that took less may be twice as long the next time. */
    private static final Duration QUICK = Duration.ofMillis(100);
    /** One that took more is halved, long before it takes as long as an answer may. */
    private static final Duration SLOW = Duration.ofMillis(300);

    private final PolicyGate gate;
    /** Views of the next part; a hint, which any thread may overwrite. */
    private volatile int partSize = VIEWS_FIRST;

    public DescribingInParts(PolicyGate gate) {
        this.gate = gate;
    }

    @Override
    public Decision decide(PolicyRequest request) {
        if (request.operation() != Operation.DESCRIBE || request.views().size() <= 1) {
            return gate.decide(request);
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Allow> allowed = new ArrayList<>();
            for (Decision decision : new Asking(request).all()) {
                switch (decision) {
                    case Allow allow -> allowed.add(allow);
                    case Deny deny -> {
                        return deny;
                    }
                }
            }
            if (allowed.size() == 1) {
                return allowed.getFirst();
            }
            if (allowed.stream().map(Allow::revision).distinct().count() == 1) {
                return Allow.union(allowed);
            }
        }
        throw PolicyError.POLICY_UNAVAILABLE.error("Policy changed again and again while it was asked; try again.");
    }

    /** One list on its way. */
    private final class Asking {
        private final PolicyRequest request;
        private final AtomicInteger tooLong = new AtomicInteger();

        private Asking(PolicyRequest request) {
            this.request = request;
        }

        private List<Decision> all() {
            List<Decision> answers = new ArrayList<>();
            List<ViewDefinition> left = request.views();
            while (!left.isEmpty()) {
                List<ViewDefinition> part = part(left);
                left = left.subList(part.size(), left.size());
                if (left.isEmpty()) {
                    answers.addAll(ask(part));
                } else {
                    List<ViewDefinition> next = part(left);
                    left = left.subList(next.size(), left.size());
                    FutureTask<List<Decision>> beside = new FutureTask<>(() -> ask(next));
                    Thread.ofVirtual().name("belvedere-policy-part").start(beside);
                    answers.addAll(ask(part));
                    answers.addAll(answered(beside));
                }
            }
            return answers;
        }

        private List<ViewDefinition> part(List<ViewDefinition> left) {
            int most = Math.min(left.size(), partSize);
            int views = 1;
            int columns = left.getFirst().columns().size();
            while (views < most && columns + left.get(views).columns().size() <= COLUMNS_MAX) {
                columns += left.get(views).columns().size();
                views++;
            }
            return left.subList(0, views);
        }

        private List<Decision> ask(List<ViewDefinition> part) {
            long begun = System.nanoTime();
            try {
                Decision decision = gate.decide(about(request, part));
                learn(part.size(), Duration.ofNanos(System.nanoTime() - begun));
                return List.of(decision);
            } catch (BelvedereException failure) {
                boolean halves = failure.getCause() instanceof TimeoutException && part.size() > 1;
                if (!halves || tooLong.incrementAndGet() > TOO_LONG_MAX) {
                    throw failure;
                }
                partSize = Math.min(partSize, part.size() / 2);
                return askShorter(part);
            }
        }

        private List<Decision> askShorter(List<ViewDefinition> part) {
            List<Decision> answers = new ArrayList<>();
            List<ViewDefinition> left = part;
            while (!left.isEmpty()) {
                List<ViewDefinition> shorter = part(left);
                answers.addAll(ask(shorter));
                left = left.subList(shorter.size(), left.size());
            }
            return answers;
        }

        private void learn(int views, Duration took) {
            if (took.compareTo(SLOW) > 0) {
                partSize = Math.clamp(views / 2, 1, partSize);
            } else if (took.compareTo(QUICK) < 0 && views == partSize && tooLong.get() == 0) {
                partSize = Math.min(VIEWS_MAX, views * 2);
            }
        }
    }

    private static List<Decision> answered(FutureTask<List<Decision>> part) {
        try {
            return part.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw PolicyError.POLICY_UNAVAILABLE.error("The request was stopped while policy decided.", stopped);
        } catch (ExecutionException failed) {
            throw switch (failed.getCause()) {
                case RuntimeException thrown -> thrown;
                case Error thrown -> throw thrown;
                case null, default -> new IllegalStateException(failed);
            };
        }
    }

    private static PolicyRequest about(PolicyRequest request, List<ViewDefinition> views) {
        return new PolicyRequest(
                request.caller(),
                request.purpose(),
                request.breakGlass(),
                request.operation(),
                request.protocol(),
                request.time(),
                views);
    }

    @Override
    public String revision() {
        return gate.revision();
    }

    @Override
    public Optional<BelvedereException> problem() {
        return gate.problem();
    }

    @Override
    public void close() {
        gate.close();
    }
}
