package io.belvedere.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/** Times two ways of doing one thing, turn by turn, so that whatever else the machine does meets both alike. */
final class Measurement {
    private static final int RUNS_MIN = 5;
    private static final int WARM_UPS_MIN = 2;
    /** What takes long is steady, and is not measured as often. */
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What is short is warmed up for longer: the compiler of the JVM works behind its back, for both ways alike. */
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final int SHORT_TURNS_MAX = 1_000;

    private final int warmUps;
    private final int runs;

    /**
     * @param warmUps turns that are not counted; fewer, but 2, where they take half a minute; what is short is warmed up for seconds
     * @param runs turns that are; at least 5, and no more than that where they take a minute
     */
    Measurement(int warmUps, int runs) {
        if (runs < RUNS_MIN) {
            throw new IllegalArgumentException("a median needs at least 5 runs");
        }
        this.warmUps = warmUps;
        this.runs = runs;
    }

    /** Medians in milliseconds. Both must give equal answers each time, so that no way is fast by doing less. */
    Medians alternate(Callable<?> ours, Callable<?> baseline) throws Exception {
        return alternate(ours, baseline, Object::equals);
    }

    /** As {@link #alternate(Callable, Callable)}, with a way of one's own to say whether answers are the same; comparing them takes no time. */
    <A> Medians alternate(Callable<? extends A> ours, Callable<? extends A> baseline, BiPredicate<A, A> same)
            throws Exception {
        List<Double> oursMillis = new ArrayList<>();
        List<Double> baselineMillis = new ArrayList<>();
        warmUp(ours, baseline);
        long started = System.nanoTime();
        for (int turn = 0; turn < runs && !(turn >= RUNS_MIN && isEnough(started, 1)); turn++) {
            long begin = System.nanoTime();
            A expected = baseline.call();
            long between = System.nanoTime();
            A answer = ours.call();
            long end = System.nanoTime();
            if (!same.test(expected, answer)) {
                throw new IllegalStateException("ours and the baseline do not give the same answer");
            }
            baselineMillis.add((between - begin) / 1e6);
            oursMillis.add((end - between) / 1e6);
        }
        return new Medians(median(oursMillis), median(baselineMillis));
    }

    private void warmUp(Callable<?> ours, Callable<?> baseline) throws Exception {
        long started = System.nanoTime();
        for (int turn = 0; wantsWarmUp(turn, started); turn++) {
            baseline.call();
            ours.call();
        }
    }

    private boolean wantsWarmUp(int turn, long started) {
        boolean isShort = System.nanoTime() - started < SHORT_NANOS && turn < SHORT_TURNS_MAX;
        return isShort || (turn < warmUps && !(turn >= WARM_UPS_MIN && isEnough(started, 2)));
    }

    private static boolean isEnough(long startedNanos, int share) {
        return System.nanoTime() - startedNanos > ENOUGH_NANOS / share;
    }

    static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Both medians, in milliseconds. */
    record Medians(double ours, double baseline) {}
}
