package io.belvedere.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongConsumer;

/**
 * Whether the time of a look-up tells a hidden row from one that is not there (attack A95). Pairs of look-ups, one of each, in an order
 * that chance decides; then how often a hidden one took longer than an absent one, ties counted half: 0.5 says that time tells nothing, 1 or 0 that
 * one look-up is enough.
 */
final class TimingProbe {
    /** From here on an attacker learns something from a few tries. */
    static final double AREA_MAX = 0.55;

    private static final int WARM_UPS = 1_000;

    private final int pairs;

    TimingProbe(int pairs) {
        this.pairs = pairs;
    }

    /**
     * What came of it; times in milliseconds.
     *
     * @param area the share of pairings in which the hidden look-up took longer
     */
    record Result(List<Double> hidden, List<Double> absent, double area) {
        Result {
            hidden = List.copyOf(hidden);
            absent = List.copyOf(absent);
        }

        /** How far time tells them apart, whichever is slower: from 0.5 to 1. */
        double effect() {
            return Math.max(area, 1 - area);
        }

        /** Half the width of the interval that holds the area in 95 of 100 measurements, were there no difference. */
        double chance() {
            double one = hidden.size();
            double other = absent.size();
            return 1.96 * Math.sqrt((one + other + 1) / (12 * one * other));
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "hidden p50 %.3f ms, p99 %.3f ms; absent p50 %.3f ms, p99 %.3f ms; area under the curve %.3f (chance alone ±%.3f), %,d pairs",
                    Lookups.percentile(hidden, 0.5),
                    Lookups.percentile(hidden, 0.99),
                    Lookups.percentile(absent, 0.5),
                    Lookups.percentile(absent, 0.99),
                    area,
                    chance(),
                    hidden.size());
        }
    }

    Result run(LongConsumer hidden, LongConsumer absent) {
        Random chance = new Random(95);
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        for (int pair = -WARM_UPS; pair < pairs; pair++) {
            long turn = (long) pair + WARM_UPS;
            boolean hiddenFirst = chance.nextBoolean();
            double one = millis(hiddenFirst ? hidden : absent, turn);
            double other = millis(hiddenFirst ? absent : hidden, turn);
            if (pair >= 0) {
                first.add(hiddenFirst ? one : other);
                second.add(hiddenFirst ? other : one);
            }
        }
        return new Result(first, second, area(first, second));
    }

    private static double millis(LongConsumer lookUp, long turn) {
        long begin = System.nanoTime();
        lookUp.accept(turn);
        return (System.nanoTime() - begin) / 1e6;
    }

    /** The share of all pairings of one of the first with one of the second in which the first is greater; ties count half. */
    static double area(List<Double> first, List<Double> second) {
        double[] others =
                second.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double won = 0;
        for (double each : first) {
            int below = from(others, each);
            int upTo = from(others, Math.nextUp(each));
            won += below + (upTo - below) / 2.0;
        }
        return won / ((double) first.size() * second.size());
    }

    /** How many of the sorted values are less. */
    private static int from(double[] sorted, double value) {
        int at = Arrays.binarySearch(sorted, value);
        if (at < 0) {
            return -at - 1;
        }
        while (at > 0 && sorted[at - 1] == value) {
            at--;
        }
        return at;
    }
}
