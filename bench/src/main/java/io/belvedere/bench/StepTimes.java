package io.belvedere.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** How long each step of each query took, in milliseconds. Used by one thread. */
final class StepTimes {
    private final Map<Step, List<Double>> millis = new EnumMap<>(Step.class);
    private final Map<Step, Long> now = new EnumMap<>(Step.class);

    /** A step of the walk that policy is the reason for, or all of them. */
    enum Step {
        DECIDE("decide"),
        RECORD_INTENT("record the decision"),
        PREPARE("find the plan with its proof"),
        WEAVE("weave"),
        PLAN("plan"),
        VERIFY("verify"),
        RECORD_OUTCOME("record the outcome"),
        GOVERNANCE("decide, weave, verify and audit together"),
        ALL("the whole lookup");

        private final String words;

        Step(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        /** Planning is needed with any policy; all else is governance. */
        private boolean isGovernance() {
            return switch (this) {
                case DECIDE, RECORD_INTENT, PREPARE, WEAVE, VERIFY, RECORD_OUTCOME -> true;
                case PLAN, GOVERNANCE, ALL -> false;
            };
        }
    }

    <T> T timed(Step step, Callable<T> work) {
        long begin = System.nanoTime();
        try {
            return work.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        } finally {
            add(step, System.nanoTime() - begin);
        }
    }

    void add(Step step, long nanos) {
        now.merge(step, nanos, Long::sum);
    }

    /** Ends a query; one that does not count leaves nothing. */
    void queryDone(Counting counting) {
        if (counting == Counting.YES) {
            add(
                    Step.GOVERNANCE,
                    now.entrySet().stream()
                            .filter(each -> each.getKey().isGovernance())
                            .mapToLong(Map.Entry::getValue)
                            .sum());
            now.forEach((step, nanos) -> {
                List<Double> all = millis.computeIfAbsent(step, _ -> new ArrayList<>());
                all.add(nanos / 1e6);
            });
        }
        now.clear();
    }

    /** Whether a query is measured, or only warms up. */
    enum Counting {
        YES,
        NO
    }

    /** The steps that were taken, in the order of the walk. */
    List<Step> steps() {
        return List.copyOf(millis.keySet());
    }

    double percentile(Step step, double share) {
        return Lookups.percentile(millis.getOrDefault(step, List.of()), share);
    }
}
