package io.belvedere.testkit.hunt;

import java.util.List;
import java.util.Random;

/** Draws from a seed: the same seed, the same draws. Used by one thread. */
final class Chance {
    private final Random random;

    Chance(long seed) {
        // Neighbouring seeds would begin alike.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L ^ 0x5DEECE66DL);
    }

    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A number from {@code least} to {@code most}. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    <T> T pick(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }
}
